"""What a person or a delivery does to stock."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

Series = tuple[str, str]  # sku, location


@dataclass(frozen=True)
class StockEntry:
    """A count, receipt, adjustment or return to the supplier; `quantity` is signed but for counts."""

    id: UUID
    kind: str
    sku: str
    location: str
    quantity: Decimal
    at: datetime
    reason: str | None
    actor: str


@dataclass(frozen=True)
class Goods:
    """Some units of a product at a location, that come, go back or are held."""

    sku: str
    location: str
    quantity: Decimal

    @property
    def series(self) -> Series:
        """What they are units of."""
        return self.sku, self.location


@dataclass(frozen=True)
class Fulfilling:
    """A sale that names a reference, and the goods that it hands over under it. Its id and moment are text."""

    sale_id: str
    reference: str
    goods: Goods
    sold_at: str


@dataclass(frozen=True)
class Held:
    """Goods that are held for a reference; `needed_on`: from when on, None from now on."""

    goods: Goods
    needed_on: date | None = None
