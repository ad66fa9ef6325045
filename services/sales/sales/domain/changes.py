"""What a claim adds to the ledger: an entry at its price, or, of a correction or void, what takes an entry's place."""

from decimal import Decimal
from uuid import UUID

import msgspec

from sales.domain.sale import Refused, Sale, amount


def priced(claim: Sale, unit_price: Decimal) -> Sale:
    """The entry of a sale or return at its own price, or the list price. Its hash is of what was claimed."""
    assert claim.quantity is not None
    return msgspec.structs.replace(claim, unit_price=unit_price, amount=amount(claim.quantity, unit_price))


def successor(claim: Sale, head: Sale, root: UUID) -> Sale:
    """The entry that replaces `head`, the newest of the chain that began with `root`. Raises Refused."""
    if head.kind == "void":
        raise Refused("already_voided", "original", "was voided before")
    assert head.quantity is not None and head.unit_price is not None
    if claim.kind == "void":
        return msgspec.structs.replace(
            claim, sku=head.sku, location=head.location, quantity=Decimal(0), unit_price=head.unit_price,
            amount=Decimal(0), sold_at=head.sold_at, original_id=root,
        )  # fmt: skip
    quantity = head.quantity if claim.quantity is None else claim.quantity
    if claim.quantity is not None and head.quantity < 0:
        quantity = -abs(claim.quantity)
    if quantity < 0 < head.quantity:
        raise Refused("negative_quantity", "quantity", "is negative, but the original is no return")
    price = head.unit_price if claim.unit_price is None else claim.unit_price
    return msgspec.structs.replace(
        claim, sku=claim.sku or head.sku, location=claim.location or head.location, quantity=quantity,
        unit_price=price, amount=amount(quantity, price), sold_at=claim.sold_at or head.sold_at,
        reference=claim.reference or head.reference, original_id=root,
    )  # fmt: skip
