"""No product's tail lies farther out than its own variance, and the shapes of those that vary as it does, allow.

Bands are learned from all products, and the tails of a few wild ones reach into those of a steady one. Its own periods
say how much it varies; as far as they are few, the band's own spread counts instead. How many deviations off a quantile
may lie, the past of all products of about its variability says, at the upper end of what their number leaves open. One
that is alone in how much it varies has none that are like it, and few periods; so a kind's past is joined by values of
the distributions that are usual for its variability: gamma, which counts have that come by chance at a rate that
varies, and lognormal, which orders have. What never varied is bounded by Cantelli's inequality, which always holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, ndtri

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.quantiles import AS_ARRAY, MEDIAN, at, index

PRIOR = 4.0  # own periods that the band's spread counts as
SURE, SURE_OF_TAILS = 1.0, 2.0  # standard errors that a product's deviation may be larger than its own periods say,
TAIL_SLACK = 1.4  # but tails lie no more than so many times as far out as the past of its like
FEWEST = 12  # own periods, below which they say nothing of how many are without a sale, nor of the shapes of their kind
MOST_SERIES = 3000  # whose past tells shapes
_BAND = 2.56  # standard deviations between the 10 % and the 90 % quantile
SHAPE = 1000  # values that the usual distributions of a kind's variability count as
_KIND = 0.2  # width of a kind, in the logarithm of deviation by mean; with its two neighbours it tells a shape
_LIKELY = 1.64  # standard errors by which the share of a kind's periods beyond a quantile may be chance
_EITHER = np.where(AS_ARRAY > 0.5, AS_ARRAY, 1 - AS_ARRAY)  # how rare, on its side
_DOWN, _UP = (
    (index(0.1), index(0.025), index(0.005)),
    (index(0.9), index(0.975), index(0.995)),
)  # whose bound is learned
_TINY = 1e-12
_FAR = np.sqrt(_EITHER / (1 - _EITHER))  # Cantelli: deviations off the mean, at most


@dataclass(frozen=True)
class OwnPast:
    """Moments of series' recent sales, (n,) each, and how many deviations off the mean each quantile may lie; and the
    share of periods without a sale, at least."""

    count: Floats
    mean: Floats
    variance: Floats
    far: Floats  # (n, 11)
    idle: Floats

    @classmethod
    def of(cls, sales: Floats, series: Ints, window: int) -> OwnPast:
        """Of the last `window` periods of `sales` (N, T); what is unknown does not count."""
        recent = sales[series, -window:].astype(np.float64)
        known = ~np.isnan(recent)
        count = known.sum(axis=1)
        mean = np.where(known, recent, 0).sum(axis=1) / np.maximum(count, 1)
        off = np.where(known, recent - mean[:, None], 0)
        variance = (off**2).sum(axis=1) / np.maximum(count, 1)
        far = _shapes(_left_out(off, known, count, variance), known & (count >= FEWEST)[:, None], mean, variance)
        return cls(*(value.astype(np.float32) for value in (count, mean, variance, far, _idle(recent, count))))

    def part(self, chosen: slice) -> OwnPast:
        """Some of the series."""
        return OwnPast(
            self.count[chosen], self.mean[chosen], self.variance[chosen], self.far[chosen], self.idle[chosen]
        )


def _idle(recent: Doubles, count: Ints) -> Doubles:
    """The lower end of the likely shares (n,) of periods without a sale."""
    share = ((recent <= 0).sum(axis=1) + 0.5) / (count + 1)
    found: Doubles = np.maximum(share - _LIKELY * np.sqrt(share * (1 - share) / np.maximum(count, 1)), 0)
    return np.where(count >= FEWEST, found, 0)


def _left_out(off: Doubles, known: Mask, count: Ints, variance: Doubles) -> Doubles:
    """How many deviations (n, periods) each value lies off the mean, both of all others of its series."""
    n = np.maximum(count, 2)[:, None]
    others = (n * variance[:, None] - off**2 * n / (n - 1)) / (n - 1)
    found: Doubles = off * n / (n - 1) / np.sqrt(np.maximum(others, 1e-4 * variance[:, None] + 1e-12))
    return found


def _shapes(off: Doubles, known: Mask, mean: Doubles, variance: Doubles) -> Doubles:
    """(n, 11), from how many deviations `off` (n, periods) its series' mean each value lies; `known`: that teach it. Of
    two values each lies without end away from the other, so that series of few periods teach nothing."""
    far = np.tile(_FAR, (len(off), 1))
    varies = np.flatnonzero(variance > 0)
    kind = np.floor(np.log(variance[varies] / mean[varies] ** 2) / 2 / _KIND).astype(np.int64)
    order = np.argsort(kind, kind="stable")
    order = order[known[varies[order]].any(axis=1)]
    taught = order[:: max(len(order) // MOST_SERIES, 1)]
    for one in np.unique(kind):
        rows = varies[taught[np.abs(kind[taught] - one) <= 1]]
        if len(rows):
            values = off[rows][known[rows]]
            usual = _usual(float(np.exp((one + 0.5) * _KIND)))
            far[varies[kind == one]] = _of_kind(np.sort(np.concatenate([values, usual])), len(values) / len(rows))
    return far


def _usual(variability: float) -> Doubles:
    """SHAPE values in deviations off their mean: half of a gamma distribution, half of a lognormal one."""
    level = (np.arange(SHAPE // 2) + 0.5) / (SHAPE // 2)
    square = max(variability, 1e-3) ** 2
    by_chance = (gammaincinv(1 / square, level) - 1 / square) * np.sqrt(square)
    spread = np.sqrt(np.log1p(square))
    by_factors = (np.exp(spread * ndtri(level) - spread**2 / 2) - 1) / np.sqrt(square)
    return np.concatenate([by_chance, by_factors])


def _of_kind(values: Doubles, periods: float) -> Doubles:
    """(11,), from sorted deviations off the mean of a kind's series, each of so many periods."""
    found: Doubles = _FAR.copy()
    tailed = float((values**4).mean() / (values**2).mean() ** 2)  # kurtosis: how well a variance can be known
    doubt = np.sqrt(max(tailed - 1, 0) / periods) / 2
    for side, own in ((_UP, values), (_DOWN, -values[::-1])):
        for number, before in zip(side, (None, *side[:-1]), strict=True):
            rare = float(1 - _EITHER[number])
            beyond = int(len(own) * rare - _LIKELY * np.sqrt(len(own) * rare * (1 - rare)))  # values, but for chance
            if beyond >= 1:
                times = 1 + SURE * doubt if before is None else min(1 + SURE_OF_TAILS * doubt, TAIL_SLACK)
                found[number] = min(found[number], times * max(own[len(own) - beyond], 0.0))
            elif before is not None:
                found[number] = found[before] * _FAR[number] / _FAR[before]  # as Cantelli's bound grows
        found[list(side)] = np.maximum.accumulate(found[list(side)])
    inner = slice(_DOWN[0] + 1, MEDIAN), slice(MEDIAN + 1, _UP[0])
    for part, end in zip(inner, (_DOWN[0], _UP[0]), strict=True):
        found[part] = np.minimum(found[part], found[end])
    return found


def bounded(quantiles: Floats, f: Floats, past: OwnPast) -> Floats:
    """Quantiles (n, H, 11) around forecasts (n, H), none farther out than they may lie."""
    band = ((at(quantiles, 0.9) - at(quantiles, 0.1)) / _BAND) ** 2
    own = past.variance[:, None] + (f - past.mean[:, None]) ** 2
    count = past.count[:, None]
    # In logarithms: a band far too wide for what the product's own periods say is not believed the more for it.
    weight = count / (count + PRIOR)
    own = np.maximum(own, band / np.maximum(count, 1))
    deviation = np.exp((weight * np.log(own + _TINY) + (1 - weight) * np.log(band + _TINY)) / 2)[:, :, None]
    middle, up, down = quantiles[:, :, [MEDIAN]], slice(MEDIAN + 1, None), slice(None, MEDIAN)
    found = quantiles.copy()
    highest = np.maximum(f[:, :, None] + deviation * past.far[:, None, up], middle)
    lowest = np.minimum(f[:, :, None] - deviation * past.far[:, None, down], middle)
    found[:, :, up] = np.minimum(quantiles[:, :, up], highest)
    found[:, :, down] = np.maximum(quantiles[:, :, down], lowest)
    return _unsold(found, f, past)


def _unsold(quantiles: Floats, f: Floats, past: OwnPast) -> Floats:
    """Quantiles that are zero up to the share of periods without a sale. The more is forecast, the fewer they are:
    where sales come one by one, their share is a power of what it was."""
    more = np.clip(f / np.maximum(past.mean[:, None], 1e-9), 0.25, 6)
    idle = past.idle[:, None] ** more
    found: Floats = np.where(idle[:, :, None] > AS_ARRAY, 0, quantiles).astype(np.float32)
    return found
