"""The one record of a sale: claimed by somebody, then an entry of the ledger; and the refusal of one.

Nothing takes it apart by position: `sales.domain.columns` says of each of its fields how it is stored, told and hashed.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

import msgspec
from contracts.bounds import MOST_AMOUNT
from contracts.events import sale_id

CENT_FRACTION = Decimal("0.0001")


class Sale(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A sale, return, correction or void. `quantity` is signed, `sold_at` in UTC.

    Of a claim None means: not said; of a correction or void, as it was. An entry of the ledger has every field that
    the table requires, and counts until another supersedes it.
    """

    sale_id: UUID
    source: str
    event_id: str
    kind: str
    sku: str | None
    location: str | None
    quantity: Decimal | None
    unit_price: Decimal | None
    amount: Decimal | None = None
    sold_at: datetime | None
    reference: str | None
    original_id: UUID | None
    content_hash: UUID
    import_id: UUID | None = None
    line: int | None = None

    def under(self, event_id: str) -> "Sale":
        """The claim under another id."""
        return msgspec.structs.replace(self, event_id=event_id, sale_id=sale_id(self.source, event_id))

    @property
    def changes_another(self) -> bool:
        """Whether it corrects or voids a sale."""
        return self.kind in ("correction", "void")


class Refused(Exception):
    """A claim that can not become a sale. `code` is stable, `field` names what is at fault."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


@dataclass(frozen=True)
class Refusal:
    """A refused claim and the reason. `submitted` is what its producer said, as far as it could be read."""

    sale: Sale
    code: str
    field: str
    message: str
    submitted: dict[str, Any]


def amount(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """What the sale is worth, rounded once, to the fraction of a cent that travels with it. Raises Refused."""
    worth = quantity * unit_price
    if not -MOST_AMOUNT <= worth <= MOST_AMOUNT:
        raise Refused("out_of_bounds", "unit_price", f"times the quantity is more than {MOST_AMOUNT:,} for one sale")
    return worth.quantize(CENT_FRACTION, ROUND_HALF_EVEN)
