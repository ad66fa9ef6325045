"""Goods that come in, go back, or are held for somebody."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from chassis import audit, idempotency, pagination
from chassis.database import Connection
from chassis.failures import invalid
from chassis.pagination import Cursor, Limit, Page
from contracts.types import MAIN_LOCATION, Code, Quantity, Sku, Text
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, model_validator

from catalog.api.models import Stored
from catalog.api.parameters import Db, IdempotencyKey, PastInstant, Planner, SkuFilter, Viewer
from catalog.api.products import known_products
from catalog.storage import orders, places, receipts, stock, supply

router = APIRouter(tags=["receipts"])


class Item(BaseModel):
    """Some units of a product at a location."""

    sku: Sku
    location: Code = MAIN_LOCATION
    quantity: Annotated[Quantity, Field(gt=0)]


class Items(BaseModel):
    """Up to 10,000 products, each once a location; all or none are stored."""

    items: Annotated[list[Item], Field(min_length=1, max_length=10_000)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len({(item.sku, item.location) for item in self.items}) < len(self.items):
            raise ValueError("items name a product twice at one location")
        return self

    def rows(self) -> list[receipts.Item]:
        """As storage takes them."""
        return [(item.sku, item.location, item.quantity) for item in self.items]


class ReceiptIn(Items):
    """What came: against an approved order, or free. `reference` is the supplier's delivery note, taken once."""

    order_id: UUID | None = None
    supplier: Code | None = None
    reference: Text | None = None
    received_at: PastInstant | None = None
    over_delivery: Annotated[bool, Field(description="Take in more than is open; else a 409 says so")] = False


class ReceiptLine(BaseModel):
    """Units of a product that came."""

    sku: str
    location: str
    quantity: Decimal


class ReceiptOut(BaseModel):
    """A receipt."""

    id: UUID
    order_id: UUID | None
    supplier: str | None
    reference: str | None
    received_at: datetime
    actor: str
    lines: list[ReceiptLine]


class ReturnIn(Items):
    """What goes back to a supplier, and why."""

    supplier: Code
    reason: Text
    returned_at: PastInstant | None = None


class ReturnOut(BaseModel):
    """What went back to a supplier; `reason` begins with the supplier's code."""

    id: UUID
    sku: str
    location: str
    name: str | None
    quantity: Decimal
    returned_at: datetime
    reason: str
    actor: str


class ReservationIn(Items):
    """What is held for a reference (a customer's order); it replaces what was held for it."""

    reference: Code


class ReservationOut(BaseModel):
    """Units held for a reference."""

    reference: str
    sku: str
    location: str
    name: str | None
    quantity: Decimal
    actor: str
    reserved_at: datetime


@router.get("/receipts")
def list_receipts(
    database: Db, _: Viewer, order_id: Annotated[UUID | None, Query()] = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[ReceiptOut]:
    """Receipts, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.transaction() as connection:
        found = receipts.page(connection, order_id, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["received_at"], row["id"]])
    return Page(items=[ReceiptOut(**row) for row in kept], next_cursor=following)


@router.post("/receipts", status_code=201)
def create_receipt(
    database: Db, given: ReceiptIn, caller: Planner, idempotency_key: IdempotencyKey = None
) -> ReceiptOut:
    """Receive goods: stock rises. A delivery note is taken once; the last line of an order completes it."""
    digest = idempotency.request_hash(["receipt", given.model_dump(mode="json")])
    with database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, idempotency_key, digest)
        if before:
            return ReceiptOut(**before["response"])
        answer = ReceiptOut(**_received(connection, given, caller.name))
        audit.record(
            connection, "catalog", caller.name, "goods-received", f"receipt {answer.id}", lines=len(given.items)
        )
        idempotency.keep(connection, caller.id, idempotency_key, digest, 201, answer.model_dump(mode="json"))
    return answer


def _received(connection: Connection, given: ReceiptIn, actor: str) -> dict[str, Any]:
    at = given.received_at or datetime.now(UTC)
    stock.lock(connection, exclusive=True)
    if given.order_id is not None:
        order = orders.get(connection, given.order_id)
        if given.supplier not in (None, order["supplier"]):
            raise invalid("supplier", f"the order is {order['supplier']}'s", "other_supplier")
        return orders.receive(
            connection, given.order_id, at, actor, items=given.rows(), reference=given.reference,
            over_delivery=given.over_delivery,
        )  # fmt: skip
    _check(connection, given, given.supplier)
    return receipts.store(connection, given.rows(), at, actor, supplier=given.supplier, reference=given.reference)


def _check(connection: Connection, given: Items, supplier: str | None = None) -> None:
    if supplier is not None and supply.supplier(connection, supplier) is None:
        raise invalid("supplier", f"{supplier} is no known supplier", "unknown_supplier")
    known_products(connection, [item.sku for item in given.items])
    places.ensure(connection, {item.location for item in given.items})


@router.post("/stock/supplier-returns", status_code=201)
def return_to_supplier(
    database: Db, given: ReturnIn, caller: Planner, idempotency_key: IdempotencyKey = None
) -> Stored:
    """Send goods back to a supplier: they leave the stock."""
    digest = idempotency.request_hash(["supplier-return", given.model_dump(mode="json")])
    with database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, idempotency_key, digest)
        if before:
            return Stored(**before["response"])
        stock.lock(connection, exclusive=True)
        _check(connection, given, given.supplier)
        at, reason = given.returned_at or datetime.now(UTC), f"{given.supplier}: {given.reason}"
        receipts.give_back(connection, given.rows(), at, reason, caller.name)
        audit.record(
            connection, "catalog", caller.name, "goods-returned", f"supplier {given.supplier}", reason=given.reason,
            lines=len(given.items),
        )  # fmt: skip
        answer = Stored(stored=len(given.items))
        idempotency.keep(connection, caller.id, idempotency_key, digest, 201, answer.model_dump(mode="json"))
    return answer


@router.get("/stock/supplier-returns")
def list_supplier_returns(
    database: Db, _: Viewer, sku: SkuFilter = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[ReturnOut]:
    """What went back to suppliers, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.transaction() as connection:
        found = receipts.returns(connection, sku, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["returned_at"], row["id"]])
    return Page(items=[ReturnOut(**row) for row in kept], next_cursor=following)


@router.get("/stock/reservations")
def list_reservations(
    database: Db,
    _: Viewer,
    sku: SkuFilter = None,
    reference: Annotated[Code | None, Query()] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[ReservationOut]:
    """What is held, by reference."""
    after = pagination.decode(cursor, str, str, str)
    with database.transaction() as connection:
        found = receipts.reservations(
            connection, sku, reference, (after[0], after[1], after[2]) if after else None, limit + 1
        )
    kept, following = pagination.page(found, limit, lambda row: [row["reference"], row["sku"], row["location"]])
    return Page(items=[ReservationOut(**row) for row in kept], next_cursor=following)


@router.put("/stock/reservations")
def reserve_stock(database: Db, given: ReservationIn, caller: Planner) -> Stored:
    """Hold units for a reference, in place of what was held for it: twice is once."""
    with database.transaction() as connection:
        _check(connection, given)
        receipts.reserve(connection, given.reference, given.rows(), caller.name)
        audit.record(
            connection, "catalog", caller.name, "stock-reserved", f"reference {given.reference}",
            lines=len(given.items),
        )  # fmt: skip
    return Stored(stored=len(given.items))


@router.delete("/stock/reservations/{reference}", status_code=204)
def release_stock(database: Db, reference: Annotated[Code, Path()], caller: Planner) -> None:
    """Hold nothing for a reference any more."""
    with database.transaction() as connection:
        receipts.reserve(connection, reference, [], caller.name)
        audit.record(connection, "catalog", caller.name, "stock-released", f"reference {reference}")
