"""What was planted in the generated shops: what happened, when, where, and how strongly.

This is what forecasts, drivers and findings can be held against. A factor multiplies the expected demand of each day it
covers; days are included on both ends; no shops mean all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Series = tuple[str, str]  # sku, shop


@dataclass(frozen=True)
class PlantedPromotion:
    """Demand over some days times a factor: a promotion, or a price that changed for good."""

    name: str
    skus: tuple[str, ...]
    shops: tuple[str, ...]
    first: date
    last: date
    discount: float
    factor: float
    kind: str

    def covers(self, sku: str, shop: str, day: date) -> bool:
        """Whether it counts there and then."""
        return sku in self.skus and (not self.shops or shop in self.shops) and self.first <= day <= self.last


@dataclass(frozen=True)
class PriceChange:
    """A list price that changed for good; demand follows it with the product's elasticity."""

    sku: str
    day: date
    before: float
    after: float
    factor: float


@dataclass(frozen=True)
class Holiday:
    """A feast: the days before it sell more in some departments; on closed days nothing is sold."""

    name: str
    first: date
    last: date
    factors: Mapping[str, float]
    closed: bool = False


@dataclass(frozen=True)
class Shortage:
    """A series that was out of stock: nothing is sold, whatever was wanted."""

    sku: str
    shop: str
    first: date
    last: date


@dataclass(frozen=True)
class Launched:
    """A product that came; `like` is one that it sells like, `successor_of` one that it took the place of."""

    sku: str
    day: date
    like: str | None = None
    successor_of: str | None = None


@dataclass(frozen=True)
class Ending:
    """A product that went: the last day on which it was sold."""

    sku: str
    day: date


@dataclass(frozen=True)
class Outlier:
    """One day's units that no forecast should learn from: somebody bought a crate."""

    sku: str
    shop: str
    day: date
    units: int


@dataclass(frozen=True)
class PlantedTruth:
    """Everything that was planted, and the demand that was expected without chance: units a day of each series."""

    promotions: tuple[PlantedPromotion, ...]
    price_changes: tuple[PriceChange, ...]
    holidays: tuple[Holiday, ...]
    shortages: tuple[Shortage, ...]
    launches: tuple[Launched, ...]
    endings: tuple[Ending, ...]
    outliers: tuple[Outlier, ...]
