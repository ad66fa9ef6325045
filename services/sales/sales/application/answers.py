"""What callers are answered: kept by Idempotency-Key as it was given, so that a repeated request gets the very same."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.events.sales import Kind
from pydantic import BaseModel


class SaleOut(BaseModel):
    """An entry of the ledger. It counts while `superseded_by` is null."""

    id: UUID
    status: Literal["recorded", "duplicate", "quarantined"] = "recorded"
    waiting_for: str | None = None
    source: str
    event_id: str
    kind: Kind
    sku: str | None
    location: str | None
    quantity: Decimal | None
    unit_price: Decimal | None
    amount: Decimal | None
    sold_at: datetime | None
    recorded_at: datetime | None = None
    reference: str | None = None
    original_id: UUID | None = None
    superseded_by: UUID | None = None


class BulkError(BaseModel):
    """An item that was refused."""

    index: int
    field: str
    code: str
    message: str


class BulkOut(BaseModel):
    """What became of the items."""

    recorded: int
    duplicates: int
    quarantined: int
    rejected: int
    errors: list[BulkError]
