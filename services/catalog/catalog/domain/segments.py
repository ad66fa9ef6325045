"""ABC by revenue, XYZ by how evenly a product sells, and the service level of each class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SEGMENT_WEEKS = 26
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


def classify(revenue: Sequence[float], weekly_units: Sequence[Sequence[float]]) -> list[Segment]:
    """A segment for each series: A are the best sellers that make 80 % of revenue, B the next 15 %."""
    money = np.maximum(np.asarray(revenue, dtype=float), 0.0)
    total = money.sum() or 1.0
    order = np.argsort(-money, kind="stable")
    before = np.empty(len(money))
    before[order] = (np.cumsum(money[order]) - money[order]) / total
    found = []
    for place, units in enumerate(weekly_units):
        mean, spread = (float(np.mean(units)), float(np.std(units))) if len(units) else (0.0, 0.0)
        variation = spread / mean if mean > 0 else None
        abc = "C" if money[place] == 0 else "ABC"[sum(before[place] >= share for share in ABC_SHARES)]
        xyz = "Z" if variation is None else "XYZ"[sum(variation > edge for edge in XYZ_VARIATION)]
        found.append(Segment(abc, xyz, float(money[place]), float(before[place]), variation))
    return found


def weekly_units(ago: Sequence[int], units: Sequence[Any]) -> list[float]:
    """Units of each of the last weeks, from those that have sales."""
    found = [0.0] * SEGMENT_WEEKS
    for week, amount in zip(ago, units, strict=True):
        found[min(week, SEGMENT_WEEKS - 1)] += float(amount)
    return found
