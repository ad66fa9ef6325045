"""Corrections and voids: what takes the place of a ledger entry."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sales.domain.claims import Claim, Refused, amount


class Entry(NamedTuple):
    """A row of the ledger. It counts while `superseded_by` is None."""

    sale_id: UUID
    source: str
    event_id: str
    kind: str
    sku: str
    location: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    sold_at: datetime
    reference: str | None
    original_id: UUID | None
    content_hash: UUID
    import_id: UUID | None = None
    line: int | None = None


def entry_of(claim: Claim, unit_price: Decimal) -> Entry:
    """The entry of a sale or return at its own price, or the list price. Its hash is of what was claimed."""
    assert claim.sku is not None and claim.quantity is not None and claim.sold_at is not None
    return Entry(
        claim.sale_id, claim.source, claim.event_id, claim.kind, claim.sku, claim.location, claim.quantity,
        unit_price, amount(claim.quantity, unit_price), claim.sold_at, claim.reference,
        claim.original_id, claim.content_hash, claim.import_id, claim.line,
    )  # fmt: skip


def successor(claim: Claim, head: Entry, root: UUID) -> Entry:
    """The entry that replaces `head`, the newest of the chain that began with `root`. Raises Refused."""
    if head.kind == "void":
        raise Refused("already_voided", "original", "was voided before")
    if claim.kind == "void":
        return Entry(
            claim.sale_id, claim.source, claim.event_id, "void", head.sku, head.location, Decimal(0), head.unit_price,
            Decimal(0), head.sold_at, claim.reference, root, claim.content_hash, claim.import_id, claim.line,
        )  # fmt: skip
    quantity = head.quantity if claim.quantity is None else claim.quantity
    if claim.quantity is not None and head.quantity < 0:
        quantity = -abs(claim.quantity)
    if quantity < 0 < head.quantity:
        raise Refused("negative_quantity", "quantity", "is negative, but the original is no return")
    price = head.unit_price if claim.unit_price is None else claim.unit_price
    return Entry(
        claim.sale_id, claim.source, claim.event_id, "correction", claim.sku or head.sku,
        claim.location if claim.sku else head.location, quantity, price, amount(quantity, price),
        claim.sold_at or head.sold_at, claim.reference or head.reference, root, claim.content_hash,
        claim.import_id, claim.line,
    )  # fmt: skip
