"""Kinds of what is planned: a tenth off with a display may lift sales otherwise than a tenth off by a leaflet.

The column `promotion_kind` of HISTORY and FUTURE says of what kind a period's plans are; it is empty where nothing is
planned, and no regressor. An occasion that has a kind wherever it is there is measured by kind, too: what each kind
does beyond what all kinds together do, of an occasion of the same depth.

Guarantees: without the column nothing is otherwise, to the last bit; kinds that do not differ beyond chance are not
told apart; each is shrunk to all kinds by its evidence, so that one that was seen twice says little; one that was never
seen does what all do, and its doubt is wider by how much kinds differ.

What varies from time to time and from product to product is no difference between kinds: the variance of a kind's
change is clustered by periods and by series. Source: DerSimonian and Laird 1986, within kinds and between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import f as fisher

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.data.observations import Observations

COLUMN = "promotion_kind"
CHANCE = 0.01  # that kinds are told apart that do not differ; what is told of them is shrunk as well
UNLIKE = 1 / 3  # of what all kinds do: how much a kind of which nothing is known may differ from them


@dataclass(frozen=True)
class Kinds:
    """Of what kind plans are: `codes` (N, T + H) into `names`, -1 where nothing is planned."""

    names: list[str]
    codes: NDArray[np.int16]


@dataclass(frozen=True)
class KindChanges:
    """By kind (K,) the change that a whole of it makes beyond what all kinds do, the variance of that, and whether it
    was ever seen; `differ`: whether kinds are told apart at all."""

    change: Doubles
    variance: Doubles
    seen: Mask
    differ: bool


@dataclass(frozen=True)
class Cells:
    """The past cells of an occasion: what they sold beyond what is expected, and their exposure, in units of noise."""

    series: Ints
    columns: Ints
    kind: Ints
    excess: Doubles
    exposure: Doubles

    @classmethod
    def of(
        cls, y: Floats, factor: Floats, dose: Floats, usual: Floats, noise: Doubles, codes: NDArray[np.int16]
    ) -> Cells:
        """Of a panel's sales (N, T) under a factor that is known already."""
        series, columns = np.nonzero(dose[:, : y.shape[1]])
        sold, own, times = (values[series, columns].astype(np.float64) for values in (y, usual, factor))
        known = (own > 0) & ~np.isnan(sold) & (times > 0) & np.isfinite(noise[series])
        series, columns = series[known], columns[known]
        sold, own, times = sold[known], own[known], times[known]
        much = dose[series, columns].astype(np.float64)
        return cls(series, columns, codes[series, columns].astype(np.int64),
                   much * (sold / times - own) / noise[series], much**2 * own / noise[series])  # fmt: skip

    @property
    def length(self) -> float:
        """How many periods in a row an occasion lasts, in the mean: they are one time of it, not many."""
        follows = (np.diff(self.series) == 0) & (np.diff(self.columns) == 1) & (np.diff(self.kind) == 0)
        return len(self.series) / max(len(self.series) - int(follows.sum()), 1)

    def strength(self, count: int) -> float:
        """How far beyond chance what each kind does is, all together."""
        excess, exposure = (values[:, 0] for values in self.sums(np.zeros_like(self.kind), count))
        return float((excess**2 / np.where(exposure > 0, exposure, 1)).sum())

    def sums(self, by: Ints, count: int) -> tuple[Doubles, Doubles]:
        """Excess and exposure by kind and something else, (count, …)."""
        width = int(by.max(initial=0)) + 1
        place = self.kind * width + by
        found = np.zeros((2, count * width))
        for row, values in zip(found, (self.excess, self.exposure), strict=True):
            row += np.bincount(place, weights=values, minlength=count * width)
        return found[0].reshape(count, width), found[1].reshape(count, width)


def read(shape: tuple[int, int], seen: Observations, planned: Observations | None) -> Kinds | None:
    """The kinds in a panel of this shape (N, T + H); None where the column is missing or says nothing."""
    if COLUMN not in seen.frame.columns:
        return None
    codes = np.full(shape, -1, dtype=np.int16)
    names: dict[str, int] = {}
    parts = [planned] if planned is not None and COLUMN in planned.frame.columns else []
    for part in (*parts, seen):  # what was is told by HISTORY
        own, texts = pd.factorize(part.frame[COLUMN].iloc[part.rows])
        places = [names.setdefault(text, len(names)) if (text := str(one).strip()) else -1 for one in texts]
        codes[part.series, part.columns] = np.array([*places, -1], dtype=np.int16)[own]
    if not names:
        return None
    order = sorted(names)
    table = np.array([*(order.index(name) for name in names), -1], dtype=np.int16)
    return Kinds(order, table[codes])


def of(told: Kinds | None, dose: Floats) -> Kinds | None:
    """The kinds of an occasion (N, T + H): where it is told everywhere that it is there."""
    return None if told is None or (told.codes[dose != 0] < 0).any() else told


def measured(cells: Cells, count: int) -> KindChanges:
    """What each of `count` kinds does beyond all."""
    (top, bottom), (own_top, own_bottom) = (cells.sums(by, count) for by in (cells.columns, cells.series))
    exposure = bottom.sum(axis=1)
    seen = exposure > 0
    none = KindChanges(np.zeros(count), np.zeros(count), seen, differ=False)
    times = float((bottom[seen] > 0).sum()) / cells.length
    free = times - seen.sum()
    if seen.sum() < 2 or free < 1:
        return none
    raw = top[seen].sum(axis=1) / exposure[seen]
    variance = 1 / exposure[seen]
    variance += cells.length * _within(top[seen], bottom[seen]) * (bottom[seen] ** 2).sum(axis=1) / exposure[seen] ** 2
    variance += _within(own_top[seen], own_bottom[seen]) * (own_bottom[seen] ** 2).sum(axis=1) / exposure[seen] ** 2
    weight = 1 / variance
    odd = float((weight * (raw - (weight * raw).sum() / weight.sum()) ** 2).sum())
    degrees = len(raw) - 1
    if odd / degrees < fisher.isf(CHANCE, degrees, free):
        return none
    between = max(odd - degrees, 0.0) / (weight.sum() - (weight**2).sum() / weight.sum())
    share = between / (between + variance)
    weight = 1 / (between + variance)
    every = float((weight * raw).sum() / weight.sum())
    change, doubt = np.full(count, every), np.full(count, between + 1 / weight.sum())
    change[seen] = every + share * (raw - every)
    doubt[seen] = share * variance + (1 - share) ** 2 / weight.sum()
    return KindChanges(change, doubt, seen, differ=True)


def _within(excess: Doubles, exposure: Doubles) -> float:
    """The variance of changes (K, …) between clusters of the same kind, beyond chance."""
    total = exposure.sum(axis=1)
    with np.errstate(all="ignore"):
        change = np.where(exposure > 0, excess / exposure, 0.0)
    mean = excess.sum(axis=1) / total
    odd = float((exposure * (change - mean[:, None]) ** 2).sum())
    free = int((exposure > 0).sum()) - len(total)
    room = float((total - (exposure**2).sum(axis=1) / total).sum())
    return max(odd - free, 0.0) / room if room > 0 else 0.0
