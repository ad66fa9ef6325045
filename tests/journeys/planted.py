"""A made shop whose truth is known: twenty products, two years of weeks, promotions of two kinds, a display and a
leaflet, that lift each by its own, and price cuts that lift by 1.4, in the past and ahead; or one that sells as the
weather is."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FIRST, WEEKS, HORIZON = date(2024, 9, 30), 104, 8  # Mondays
LIFTS = {"display": 2.4, "leaflet": 1.5}
CUT, CUT_TO = 1.4, 0.8  # what a cut price lifts by, and the part of the price that it is
# Steps ahead: of every second product a promotion of each kind, of the others a price cut.
PROMOTION_AHEAD, CUT_AHEAD = {"display": 2, "leaflet": 6}, (4, 6)


@dataclass(frozen=True)
class PlantedShop:
    """By product and week: whether promoted, whether cut, what the weather makes of it, and the rate at which it sells;
    the weeks ahead too."""

    skus: list[str]
    levels: NDArray[np.float64]
    prices: NDArray[np.float64]
    promoted: NDArray[np.bool_]
    cut: NDArray[np.bool_]
    first: date = FIRST
    weather: NDArray[np.float64] = field(default_factory=lambda: np.ones(WEEKS + HORIZON))  # factors, or by product
    kinds: list[str] = field(default_factory=lambda: ["leaflet"] * (WEEKS + HORIZON))  # of the promotions of a week

    @classmethod
    def made(cls, count: int = 20, seed: int = 3) -> "PlantedShop":
        """The same for the same seed."""
        random = np.random.default_rng(seed)
        promoted = random.random((count, WEEKS + HORIZON)) < 0.1
        cut = np.zeros_like(promoted)
        for row in cut:
            for begin in random.choice(WEEKS // 8, 3, replace=False) * 8:
                row[begin : begin + 4] = True
        promoted[:, WEEKS:], cut[:, WEEKS:] = False, False
        kinds = random.choice(sorted(LIFTS), WEEKS + HORIZON)
        for kind, step in PROMOTION_AHEAD.items():
            promoted[::2, WEEKS + step], kinds[WEEKS + step] = True, kind
        cut[1::2, WEEKS + CUT_AHEAD[0] : WEEKS + CUT_AHEAD[1]] = True
        names = [f"PLANT-{number:02d}" for number in range(count)]
        prices = np.round(np.linspace(4, 20, count), 2)
        return cls(names, np.geomspace(40, 200, count), prices, promoted, cut, kinds=kinds.tolist())

    @property
    def rates(self) -> NDArray[np.float64]:
        """(products, weeks and weeks ahead) what sells in the mean."""
        lifts = np.array([LIFTS[kind] for kind in self.kinds])
        rates: NDArray[np.float64] = self.levels[:, None] * np.where(self.promoted, lifts, 1)
        return rates * np.where(self.cut, CUT, 1) * self.weather

    @property
    def as_of(self) -> date:
        """The last day of the last week that was sold in."""
        return self.first + timedelta(days=7 * WEEKS - 1)

    def week(self, number: int) -> date:
        """The first day of a week."""
        return self.first + timedelta(days=7 * number)

    def price(self, product: int, week: int) -> str:
        """The list price that stands then."""
        return f"{self.prices[product] * (CUT_TO if self.cut[product, week] else 1):.2f}"

    def sales(self, seed: int = 4) -> NDArray[np.int64]:
        """(products, weeks) units."""
        return np.random.default_rng(seed).poisson(self.rates[:, :WEEKS])

    def write(self, file: Path) -> Path:
        """A file of a till: a line a product and week, on the week's Wednesday."""
        units = self.sales()
        with file.open("w", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(["invoice", "sku", "name", "quantity", "unit price", "date of sale"])
            for product, sku in enumerate(self.skus):
                for week in range(WEEKS):
                    day = self.week(week) + timedelta(days=2)
                    price = self.price(product, week)
                    writer.writerow([f"{sku}-{week}", sku, sku, int(units[product, week]), price, day.isoformat()])
        return file

    def promotions(self) -> Iterator[tuple[int, list[str]]]:
        """By week the products that are promoted in it."""
        for week in np.flatnonzero(self.promoted.any(axis=0)).tolist():
            yield week, [sku for sku, on in zip(self.skus, self.promoted[:, week].tolist(), strict=True) if on]

    def price_changes(self) -> Iterator[tuple[str, date, str]]:
        """Code, first day and price, whenever it is another."""
        for product, sku in enumerate(self.skus):
            for week in range(WEEKS + HORIZON):
                if week == 0 or self.price(product, week) != self.price(product, week - 1):
                    yield sku, self.week(week), self.price(product, week)
