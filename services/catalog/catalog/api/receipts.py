"""Goods that come in, and goods that go back."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, IdempotencyKey, SkuFilter, Viewer
from contracts.types import Code, Text
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from catalog.api.goods import Items, ReadOrder, Stored, read_of
from catalog.api.parameters import CatalogWriter, PastInstant, asked
from catalog.application import holding, receiving
from catalog.storage import receipts

router = APIRouter(tags=["receipts"])


class ReceiptIn(Items):
    """What came: against an approved order, or free. `reference` is the supplier's delivery note, taken once."""

    order_id: UUID | None = None
    supplier: Code | None = None
    reference: Text | None = None
    received_at: PastInstant | None = None
    was: Annotated[ReadOrder | None, Field(description="What was read of the order; 409 where it is another")] = None
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


@router.get("/receipts")
def list_receipts(
    database: Db, _: Viewer, order_id: Annotated[UUID | None, Query()] = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[ReceiptOut]:
    """Receipts, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.snapshot() as connection:
        found = receipts.page(connection, order_id, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["received_at"], row["id"]])
    return Page(items=[ReceiptOut(**row) for row in kept], next_cursor=following)


@router.post("/receipts", status_code=201)
def create_receipt(
    database: Db, given: ReceiptIn, caller: CatalogWriter, idempotency_key: IdempotencyKey = None
) -> ReceiptOut:
    """Receive goods: stock rises. A delivery note is taken once; the last line of an order completes it."""
    request = asked(caller, idempotency_key, 201, "receipt", given.model_dump(mode="json"))
    came = receiving.Arrival(
        given.goods(), given.received_at or datetime.now(UTC), given.supplier, given.reference, given.over_delivery,
        read_of(given.was),
    )  # fmt: skip
    return ReceiptOut(**receiving.receive_goods(database, request, given.order_id, came, caller.actor))


@router.post("/stock/supplier-returns", status_code=201)
def return_to_supplier(
    database: Db, given: ReturnIn, caller: CatalogWriter, idempotency_key: IdempotencyKey = None
) -> Stored:
    """Send goods back to a supplier: they leave the stock."""
    request = asked(caller, idempotency_key, 201, "supplier-return", given.model_dump(mode="json"))
    answer = holding.return_goods(
        database, request, given.supplier, given.goods(), given.returned_at, given.reason, caller.actor
    )
    return Stored(**answer)


@router.get("/stock/supplier-returns")
def list_supplier_returns(
    database: Db, _: Viewer, sku: SkuFilter = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[ReturnOut]:
    """What went back to suppliers, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.snapshot() as connection:
        found = receipts.returns(connection, sku, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["returned_at"], row["id"]])
    return Page(items=[ReturnOut(**row) for row in kept], next_cursor=following)
