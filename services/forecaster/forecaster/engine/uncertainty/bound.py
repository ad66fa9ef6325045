"""No product's tail lies farther out than its own variance allows: Cantelli's inequality, true of any distribution.

Bands are learned from all products, and the tails of a few wild ones reach into those of a steady one. Its own periods
say how much it varies; as far as they are few, the band's own spread counts instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.quantiles import AS_ARRAY, MEDIAN, at

PRIOR = 8.0  # own periods that the band's spread counts as
_BAND = 2.56  # standard deviations between the 10 % and the 90 % quantile
_FAR = np.sqrt(AS_ARRAY / (1 - AS_ARRAY)).astype(np.float32)  # and its inverse, downwards: sqrt((1 - p) / p)


@dataclass(frozen=True)
class OwnPast:
    """Moments of series' recent sales, (n,) each."""

    count: Floats
    mean: Floats
    variance: Floats

    @classmethod
    def of(cls, sales: Floats, series: Ints, window: int) -> OwnPast:
        """Of the last `window` periods of `sales` (N, T); what is unknown does not count."""
        recent = sales[series, -window:].astype(np.float64)
        known = ~np.isnan(recent)
        count = known.sum(axis=1)
        mean = np.where(known, recent, 0).sum(axis=1) / np.maximum(count, 1)
        off = np.where(known, recent - mean[:, None], 0)
        return cls(*(value.astype(np.float32) for value in (count, mean, (off**2).sum(axis=1) / np.maximum(count, 1))))

    def part(self, chosen: slice) -> OwnPast:
        """Some of the series."""
        return OwnPast(self.count[chosen], self.mean[chosen], self.variance[chosen])


def bounded(quantiles: Floats, f: Floats, past: OwnPast) -> Floats:
    """Quantiles (n, H, 11) around forecasts (n, H), none farther out than Cantelli's bound."""
    band = ((at(quantiles, 0.9) - at(quantiles, 0.1)) / _BAND) ** 2
    own = past.variance[:, None] + (f - past.mean[:, None]) ** 2
    count = past.count[:, None]
    deviation = np.sqrt((count * own + PRIOR * band) / (count + PRIOR))[:, :, None]
    middle, up, down = quantiles[:, :, [MEDIAN]], slice(MEDIAN + 1, None), slice(None, MEDIAN)
    found = quantiles.copy()
    highest = np.maximum(f[:, :, None] + deviation * _FAR[up], middle)
    lowest = np.minimum(f[:, :, None] - deviation / _FAR[down], middle)
    found[:, :, up] = np.minimum(quantiles[:, :, up], highest)
    found[:, :, down] = np.maximum(quantiles[:, :, down], lowest)
    return found
