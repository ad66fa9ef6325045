"""Stock that is held for somebody."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, SkuFilter, Viewer
from contracts.types import Code, Day, Quantity
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, model_validator

from catalog.api.goods import Item, Stored, once
from catalog.api.parameters import CatalogWriter, Config
from catalog.application import holding
from catalog.domain.stock import Held
from catalog.storage import reservations

router = APIRouter(tags=["receipts"])


NeededOn = Annotated[
    Day | None,
    Field(description="From when on they are needed. A day ahead makes them confirmed demand, which the forecast of its"
                      " week consumes; without a day, or once it is past, they are held from the stock there is"),
]  # fmt: skip


class NeededItem(Item):
    """Some units of a product at a location, and when they are needed."""

    needed_on: NeededOn = None


class ReservationIn(BaseModel):
    """What is held for a reference (a customer's order); it replaces all that was held for it."""

    reference: Code
    items: Annotated[list[NeededItem], Field(min_length=1, max_length=10_000)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        once(self.items)
        return self


class HeldItem(Item):
    """Some units of a product at a location; zero releases what is held of it. Without `needed_on` it is needed when it
    was before."""

    quantity: Annotated[Quantity, Field(ge=0)]
    needed_on: NeededOn = None


class ReservationPatch(BaseModel):
    """What changes of what is held for a reference: only the products that are named, each once a location."""

    reference: Code
    items: Annotated[list[HeldItem], Field(min_length=1, max_length=10_000)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        once(self.items)
        return self


class ReservationOut(BaseModel):
    """Units held for a reference."""

    reference: str
    sku: str
    location: str
    name: str | None
    quantity: Decimal
    needed_on: date | None = None
    overdue: bool = Field(False, description="Needed before today, and neither sold under its reference nor released")
    actor: str
    reserved_at: datetime


@router.get("/stock/reservations")
def list_reservations(
    database: Db,
    config: Config,
    _: Viewer,
    sku: SkuFilter = None,
    reference: Annotated[Code | None, Query()] = None,
    overdue: Annotated[bool | None, Query(description="Only what was needed before today, or only the rest")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[ReservationOut]:
    """What is held, by reference."""
    after = pagination.decode(cursor, str, str, str)
    with database.snapshot() as connection:
        found = reservations.page(
            connection, sku, reference, overdue, datetime.now(config.zone).date(),
            (after[0], after[1], after[2]) if after else None, limit + 1,
        )  # fmt: skip
    kept, following = pagination.page(found, limit, lambda row: [row["reference"], row["sku"], row["location"]])
    return Page(items=[ReservationOut(**row) for row in kept], next_cursor=following)


@router.put("/stock/reservations")
def reserve_stock(database: Db, given: ReservationIn, caller: CatalogWriter) -> Stored:
    """Hold units for a reference, in place of all that was held for it: twice is once."""
    items = [Held(item.goods(), item.needed_on) for item in given.items]
    holding.reserve_stock(database, given.reference, items, caller.actor)
    return Stored(stored=len(given.items))


@router.patch("/stock/reservations")
def reserve_stock_lines(database: Db, given: ReservationPatch, caller: CatalogWriter) -> Stored:
    """Hold units of some products for a reference; what else is held for it stays, whoever holds it meanwhile."""
    items = [Held(item.goods(), item.needed_on) for item in given.items]
    left_out = {item.goods().series for item in given.items if "needed_on" not in item.model_fields_set}
    holding.reserve_lines(database, given.reference, items, caller.actor, as_before=left_out)
    return Stored(stored=len(given.items))


@router.delete("/stock/reservations/{reference}", status_code=204)
def release_stock(database: Db, reference: Annotated[Code, Path()], caller: CatalogWriter) -> None:
    """Hold nothing for a reference any more."""
    holding.release_stock(database, reference, caller.actor)
