"""A made shop that sells as the weather is: of its warm category 1.04 times as much a degree above what is usual."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.journeys.planted import HORIZON, WEEKS, PlantedShop

A_DEGREE = 1.04
AHEAD = (5.0, -5.0)  # degrees off the season that the feed tells of the first two weeks ahead; then there is no word


@dataclass(frozen=True)
class WarmShop:
    """Twenty products, every second one warm; the weeks end before this one. `off` is by week, the weeks ahead too."""

    shop: PlantedShop
    off: NDArray[np.float64]

    @classmethod
    def made(cls, today: date, count: int = 20, seed: int = 7) -> "WarmShop":
        """The same for the same week and seed."""
        random = np.random.default_rng(seed)
        off = random.normal(0, 3, WEEKS + HORIZON)
        off[WEEKS:] = 0
        off[WEEKS : WEEKS + len(AHEAD)] = AHEAD
        warm = np.arange(count) % 2 == 0
        factors = np.where(warm[:, None], A_DEGREE ** off[None, :], 1.0)
        first = today - timedelta(days=today.weekday() + 7 * WEEKS)
        never = np.zeros((count, WEEKS + HORIZON), dtype=np.bool_)
        names = [f"PLANT-{number:02d}" for number in range(count)]
        levels, prices = np.geomspace(60, 200, count), np.full(count, 5.0)
        return cls(PlantedShop(names, levels, prices, never, never, first, factors), off)

    def temperature(self, day: date) -> float:
        """Of a day: what is usual then, and how far its week is off."""
        usual = 11 - 9 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365.25)
        week = (day - self.shop.first).days // 7
        return round(usual + float(self.off[week] if 0 <= week < len(self.off) else 0.0), 1)

    def observed(self, file: Path) -> Path:
        """The weather of the weeks that were, a line a day."""
        days = [self.shop.first + timedelta(days=number) for number in range(7 * WEEKS)]
        return _write(file, ["day", "temperature"], [[day, self.temperature(day)] for day in days])

    def told(self, file: Path, after: date, days_ahead: int, issued: date, off: float = 0.0) -> Path:
        """Words of the days after a day, said on a day: so far off what comes."""
        days = [after + timedelta(days=number) for number in range(1, days_ahead + 1)]
        lines = [[day, issued, round(self.temperature(day) + off, 1)] for day in days]
        return _write(file, ["day", "issued", "temperature"], lines)

    def products(self, file: Path) -> Path:
        """The products and their categories."""
        kinds = ("warm", "plain")
        lines = [[sku, sku, kinds[number % 2]] for number, sku in enumerate(self.shop.skus)]
        return _write(file, ["sku", "name", "category"], lines)


def _write(file: Path, head: Sequence[str], lines: Sequence[Sequence[object]]) -> Path:
    with file.open("w", newline="") as handle:
        csv.writer(handle).writerows([head, *lines])
    return file
