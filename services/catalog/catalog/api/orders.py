"""Purchase orders: proposals by supplier, approval, receipt, export."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Annotated, Any
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, IdempotencyKey, Viewer
from contracts.types import MAIN_LOCATION, Code, Quantity, Sku
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from catalog.api import order_csv
from catalog.api.goods import ReadOrder, Status, read_of
from catalog.api.parameters import CatalogWriter, Config, PastInstant, Person, asked
from catalog.application import orders as use
from catalog.application import receiving
from catalog.domain.orders import LARGEST_ORDER, Read, wanted_by
from catalog.domain.planning import lead_of
from catalog.domain.stock import Goods
from catalog.settings import Settings
from catalog.storage import orders, supply

router = APIRouter(tags=["orders"])
_LINES_A_PAGE = 500  # an order may have hundreds: what one answer costs is bounded by them, not by orders


class LineOut(BaseModel):
    """One product of an order; `moq` and `multiple` bind a change of its quantity."""

    sku: str
    location: str
    name: str | None
    quantity: Decimal
    unit_cost: Decimal
    received: Decimal
    open: Annotated[Decimal, Field(description="Ordered and not received yet; none once the order is closed")]
    over: Annotated[Decimal, Field(description="Received beyond what was ordered")]
    moq: Decimal | None
    multiple: Decimal | None
    supplier_sku: Annotated[str | None, Field(description="What the supplier calls it")]
    needed: Annotated[Decimal | None, Field(description="What the policy wanted when it was proposed")]
    proposed: Annotated[Decimal | None, Field(description="What of it was proposed, within the budget")]
    edited_by: Annotated[str | None, Field(description="Who said the quantity, where a person did")]


class OrderOut(BaseModel):
    """A purchase order."""

    id: UUID
    number: int
    supplier: str
    status: Status
    total: Decimal
    order_by: date | None
    created_by: str
    created_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    received_at: datetime | None
    confirmed_on: Annotated[date | None, Field(description="When it comes, as its supplier confirmed")] = None
    wanted_by: Annotated[date | None, Field(description="When it shall arrive; told of one order alone")] = None
    line_count: int
    forecast_as_of: Annotated[
        date | None, Field(description="The day whose forecast it was proposed of; told of a new proposal alone")
    ] = None
    newer_run: Annotated[
        UUID | None, Field(description="A newer run that was still being decided then; told of a new proposal alone")
    ] = None
    edited: Annotated[int, Field(description="Products of which a person said the quantity, those taken off too")]
    lines: list[LineOut] = []


class OrderableSeries(BaseModel):
    """A product for a location."""

    sku: Sku
    location: Code = MAIN_LOCATION


class ProposeIn(BaseModel):
    """For which supplier (all when left out), or only for some lines, and how much may be spent in all. What it does
    not know is refused: a supplier whose field is mistyped would be all of them."""

    model_config = ConfigDict(extra="forbid")

    supplier: Code | None = None
    only: Annotated[
        list[OrderableSeries] | None,
        Field(max_length=LARGEST_ORDER, description="These and nothing else; proposals of other suppliers stay"),
    ] = None
    budget: Annotated[Decimal | None, Field(ge=0, lt=Decimal("1e12"))] = None
    keep_edits: Annotated[bool, Field(description="Whether quantities that people said stay as they are")] = True


class LineIn(BaseModel):
    """Another quantity of a product; zero takes it off the order."""

    sku: Sku
    location: Code = MAIN_LOCATION
    quantity: Annotated[Quantity, Field(ge=0)]
    was: Annotated[Quantity | None, Field(ge=0, description="The quantity that was read; 409 where it is another")] = (
        None
    )


class ActIn(BaseModel):
    """What is done to an order is done to what was read of it."""

    was: ReadOrder | None = None


class ReceiveIn(ActIn):
    """When the goods came; now when left out."""

    received_at: PastInstant | None = None


@router.get("/orders")
def list_orders(
    database: Db,
    _: Viewer,
    status: Annotated[Status | None, Query()] = None,
    supplier: Annotated[Code | None, Query()] = None,
    lines: Annotated[bool, Query(description="With their lines")] = True,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[OrderOut]:
    """Orders, newest first. With their lines, a page ends before it has 500 lines, but has one order at least."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.snapshot() as connection:
        found = orders.page(connection, status, supplier, (after[0], after[1]) if after else None, limit + 1)
        fitting = _fitting(found[:limit]) if lines else limit
        kept, following = pagination.page(found, fitting, lambda row: [row["created_at"], row["id"]])
        if lines:
            kept = orders.with_lines(connection, kept)
    return Page(items=[OrderOut(**row) for row in kept], next_cursor=following)


def _fitting(found: Sequence[Mapping[str, Any]]) -> int:
    in_all = accumulate(int(order["line_count"]) for order in found)
    return max(1, sum(1 for count in in_all if count <= _LINES_A_PAGE))


@router.post("/orders", status_code=201)
def propose_orders(
    database: Db, given: ProposeIn, caller: CatalogWriter, idempotency_key: IdempotencyKey = None
) -> list[OrderOut]:
    """Propose one order a supplier. Open proposals of the same suppliers are replaced, so asking twice is once; what
    people changed in them stays unless `keep_edits` is false. Nothing is ordered by it.

    `{}` proposes for every supplier, as "Propose orders" does on the screen: of 200,000 series some seconds.
    """
    request = asked(caller, idempotency_key, 201, "propose", given.model_dump(mode="json"))
    only = None if given.only is None else {(item.sku, item.location) for item in given.only}
    proposed = use.propose_orders(
        database, request, given.supplier, given.budget, caller.actor, only=only, keep=given.keep_edits
    )
    return [OrderOut(**order) for order in proposed]


@router.get("/orders.csv", response_class=Response)
def export_orders(
    database: Db,
    _: Viewer,
    status: Annotated[Status | None, Query()] = None,
    supplier: Annotated[Code | None, Query()] = None,
) -> Response:
    """The newest 1,000 orders with their lines, as CSV."""
    with database.snapshot() as connection:
        found = orders.page(connection, status, supplier, None, 1000)
        lines = orders.plain_lines(connection, [order["id"] for order in found])
    return order_csv.many(found, lines)


@router.get("/orders/{order_id}.csv", response_class=Response)
def export_order(database: Db, config: Config, order_id: UUID, _: Viewer) -> Response:
    """One order as CSV, to be sent to its supplier."""
    with database.snapshot() as connection:
        order = use.existing(connection, order_id)
        supplier = supply.supplier(connection, order["supplier"]) or {}
    return order_csv.one(order, supplier, _wanted(config, order, supplier), config.currency)


def _wanted(config: Settings, order: Mapping[str, Any], supplier: Mapping[str, Any]) -> date:
    today = datetime.now(config.zone).date()
    ordered_on = order["approved_at"].astimezone(config.zone).date() if order["approved_at"] else today
    return wanted_by(order["order_by"], ordered_on, lead_of(supplier).mean if supplier else 0.0)


@router.get("/orders/{order_id}")
def get_order(database: Db, config: Config, order_id: UUID, _: Viewer) -> OrderOut:
    """One order."""
    with database.snapshot() as connection:
        order = use.existing(connection, order_id)
        supplier = supply.supplier(connection, order["supplier"]) or {}
    return OrderOut(**order, wanted_by=_wanted(config, order, supplier))


@router.put("/orders/{order_id}/lines")
def change_order_line(database: Db, order_id: UUID, given: LineIn, caller: Person) -> OrderOut:
    """Change a proposal's quantity of a product, in whole packs of at least the MOQ; zero takes it off."""
    wanted = Goods(given.sku, given.location, given.quantity)
    return OrderOut(**use.change_order_line(database, order_id, wanted, caller.actor, was=given.was))


@router.post("/orders/{order_id}/approve")
def approve_order(
    database: Db, order_id: UUID, caller: Person, given: ActIn | None = None, idempotency_key: IdempotencyKey = None
) -> OrderOut:
    """Approve an order; twice is once, whatever the key. A repeated key gets the first answer again. 409 where it is no
    longer what it `was` when it was read."""
    request = asked(caller, idempotency_key, 200, "approve", str(order_id))
    return OrderOut(**use.approve_order(database, request, order_id, caller.actor, read=_read(given)))


def _read(given: ActIn | None) -> Read:
    return read_of(given.was if given else None)


@router.post("/orders/{order_id}/cancel")
def cancel_order(database: Db, order_id: UUID, caller: Person, given: ActIn | None = None) -> OrderOut:
    """Give up an order that nothing was received of; twice is once. 409 where it is no longer what it `was`."""
    return OrderOut(**use.cancel_order(database, order_id, caller.actor, read=_read(given)))


@router.post("/orders/{order_id}/close")
def close_order(database: Db, order_id: UUID, caller: Person, given: ActIn | None = None) -> OrderOut:
    """The rest of a partly received order will not come: nothing of it is on order any more; twice is once. 409 where
    it is no longer what it `was`."""
    return OrderOut(**receiving.close_order(database, order_id, caller.actor, read=_read(given)))


@router.post("/orders/{order_id}/receive")
def receive_order(database: Db, order_id: UUID, given: ReceiveIn, caller: CatalogWriter) -> OrderOut:
    """Receive what is open of an order: stock rises, and the supplier's lead time is learned; twice is once.
    409 where it is no longer what it `was`."""
    received = receiving.receive_order(database, order_id, given.received_at, caller.actor, read=_read(given))
    return OrderOut(**received)
