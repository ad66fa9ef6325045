"""ABC by revenue, XYZ by how evenly a product sells, and the service level of each class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isnan

import numpy as np
from numpy.typing import NDArray

SEGMENT_WEEKS = 26
SHARE_MOVED = 1e-4  # a share is told to a hundredth of a percent: it moves a little for all when one product sells
ABC_SHARES = (0.8, 0.95)
XYZ_VARIATION = (0.5, 1.0)
SERVICE_LEVELS: Mapping[str, float] = {
    "AX": 0.98, "AY": 0.97, "AZ": 0.95, "BX": 0.97, "BY": 0.95, "BZ": 0.92, "CX": 0.95, "CY": 0.92, "CZ": 0.90,
}  # fmt: skip


@dataclass(frozen=True)
class Segment:
    """A series' class, with what put it there."""

    abc: str
    xyz: str
    revenue: float
    share_before: float
    variation: float | None

    @property
    def name(self) -> str:
        """Both letters."""
        return self.abc + self.xyz

    def differs(self, before: "Segment") -> bool:
        """Whether it says something else than before."""
        said, then = (self.name, self.revenue, self.variation), (before.name, before.revenue, before.variation)
        return said != then or abs(self.share_before - before.share_before) > SHARE_MOVED


def classify(revenue: Sequence[float], weekly_units: NDArray[np.float64]) -> list[Segment]:
    """A segment for each series (units: a row a series): A are the best sellers that make 80 % of revenue, B the next
    15 %."""
    money = np.maximum(np.asarray(revenue, dtype=float), 0.0)
    total = money.sum() or 1.0
    order = np.argsort(-money, kind="stable")
    before = np.empty(len(money))
    before[order] = (np.cumsum(money[order]) - money[order]) / total
    mean = weekly_units.mean(axis=1)
    variation = np.divide(weekly_units.std(axis=1), mean, out=np.full(len(money), np.nan), where=mean > 0)
    abc = np.where(money == 0, 2, np.searchsorted(ABC_SHARES, before, side="right"))
    xyz = np.where(np.isnan(variation), 2, np.searchsorted(XYZ_VARIATION, variation, side="left"))
    return [
        Segment("ABC"[a], "XYZ"[x], worth, share, None if isnan(varies) else varies)
        for a, x, worth, share, varies in zip(
            abc.tolist(), xyz.tolist(), money.tolist(), before.tolist(), variation.tolist(), strict=True
        )
    ]


def weekly_units(ago: Sequence[Sequence[int]], units: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Units of each series (a row) in each of the last weeks, from those that have sales, counted back."""
    found = np.zeros((len(ago), SEGMENT_WEEKS))
    rows = np.repeat(np.arange(len(ago)), [len(weeks) for weeks in ago])
    weeks = np.fromiter(chain.from_iterable(ago), dtype=np.int64, count=len(rows))
    sold = np.fromiter(chain.from_iterable(units), dtype=np.float64, count=len(rows))
    np.add.at(found, (rows, np.minimum(weeks, SEGMENT_WEEKS - 1)), sold)
    return found
