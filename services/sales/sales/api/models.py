"""Request and response models of sales."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.types import BusinessInstant, Code, EventId, Price, Sku, SoldQuantity, Text
from pydantic import BaseModel, Field

Kind = Literal["sale", "return", "correction", "void"]


class SaleIn(BaseModel):
    """One sale. `id` is the client's own, kept over retries; without one the server makes it.

    `sold_at` is an instant, a local time (business time zone) or a day; left out, it means now, and in a retry with
    the same `id` the moment of the first try. `location` left out is `main`; of a correction, where the sale was. A
    return is sent with the kind `return`.
    """

    kind: Kind = "sale"
    sku: Sku | None = None
    product_id: UUID | None = None
    location: Code | None = None
    quantity: SoldQuantity | None = None
    unit_price: Price | None = None
    sold_at: BusinessInstant | None = None
    original: EventId | None = None
    id: EventId | None = None
    reference: Text | None = None


class CorrectionIn(BaseModel):
    """What is to be different; fields left out stay as they were."""

    sku: Sku | None = None
    location: Code | None = None
    quantity: SoldQuantity | None = None
    unit_price: Price | None = None
    sold_at: BusinessInstant | None = None
    reference: Text | None = None
    id: EventId | None = None


class VoidIn(BaseModel):
    """Why the sale never counted."""

    reason: Text | None = None
    id: EventId | None = None


class BulkIn(BaseModel):
    """Up to 10,000 sales; each is judged by itself."""

    items: list[dict[str, object]] = Field(min_length=1, max_length=10_000)


class WeeklySales(BaseModel):
    """A series' sales of one business week, named by its first day."""

    sku: str
    location: str
    week: date
    units: Decimal
    revenue: Decimal
    sales: int


class LedgerTotals(BaseModel):
    """What counts in the ledger, to compare with every projection."""

    entries: int
    counting: int
    units: Decimal
    amount: Decimal
    quarantined: int
    rejected: int
    by_kind: dict[str, int]


class WaitingSale(BaseModel):
    """A claim that waits for a product, a location or its original."""

    id: UUID
    waiting_for: str
    source: str
    event_id: str
    sku: str | None
    location: str | None
    quantity: Decimal | None
    sold_at: datetime | None
    since: datetime


class WithdrawIn(BaseModel):
    """Why a claim waits no more."""

    reason: Text | None = None


class RejectedSale(BaseModel):
    """A refused claim."""

    id: UUID
    source: str
    event_id: str
    code: str
    field: str | None
    message: str
    import_id: UUID | None
    line: int | None
    submitted: dict[str, object]
    rejected_at: datetime
