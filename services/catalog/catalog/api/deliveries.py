"""Deliveries: open lines of approved orders, when they are expected, and which had better come sooner or later."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, Viewer
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from catalog.api.orders import OrderOut
from catalog.api.parameters import Config, Person
from catalog.application import deliveries as use
from catalog.domain.deliveries import Advice, DeliveryPlace

router = APIRouter(tags=["orders"])


class DeliveryOut(BaseModel):
    """An open line of an approved order."""

    order_id: UUID
    number: int
    supplier: str
    sku: str
    location: str
    name: str | None
    open: Decimal
    expected_on: Annotated[date, Field(description="As confirmed, else the usual lead time after the approval")]
    confirmed: bool
    needed_on: Annotated[date | None, Field(description="When what is there before it falls to the safety stock")]
    runs_out_on: Annotated[date | None, Field(description="When nothing is left before it")]
    advice: Advice
    short_units: Annotated[float, Field(description="Expected to be lacked until it comes")]
    value: Annotated[float, Field(description="What is lacked at its price; of what is early, its cost")]


class ConfirmIn(BaseModel):
    """The day that the supplier says the goods come on; null takes it back."""

    confirmed_on: Day | None
    was: Annotated[Day | None, Field(description="The day that was read; sent, it is 409 where it is another")] = None


@router.get("/deliveries")
def list_deliveries(
    database: Db,
    config: Config,
    _: Viewer,
    order_id: Annotated[UUID | None, Query(description="Only this order's")] = None,
    advice: Annotated[Advice | None, Query(description="Only what had better come sooner, later, or as it is")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[DeliveryOut]:
    """What is on order, what saves most first: expedite what comes after the stock is gone, postpone what comes long
    before it is needed."""
    place = pagination.decode(cursor, int, float, int, str, str)
    after = DeliveryPlace(*place) if place else None
    found = use.advised_deliveries(
        database, config.zone, order_id=order_id, advice=advice, after=after, limit=limit + 1
    )  # fmt: skip
    kept, following = pagination.page(found, limit, lambda each: each[0])
    items = [DeliveryOut.model_validate(line, from_attributes=True) for _, line in kept]
    return Page(items=items, next_cursor=following)


@router.put("/orders/{order_id}/confirmation")
def confirm_order(database: Db, order_id: UUID, given: ConfirmIn, caller: Person) -> OrderOut:
    """Say when an approved order comes, as its supplier confirmed."""
    was = {"confirmed_on": given.was} if "was" in given.model_fields_set else {}
    return OrderOut(**use.confirm_order(database, order_id, given.confirmed_on, caller.actor, was=was))
