"""The distribution of a sum over series, from joint draws of them: quantiles are never added.

Each series is drawn from its own published quantiles by a normal score, of which a part is common to all series (a
Gaussian copula with one factor). How large that part is, past forecasts say: how much the scores of a week's sales,
each in its own predicted distribution, move together. The sum over the first weeks is drawn from the series' own
quantiles of that sum, which know how its weeks move together. The widest series are drawn one by one; the sum of the
others is normal given the common part, with the mean and variance that their quantiles have. The mean is the sum of
the means.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import numpy as np
from contracts.quantiles import LEVELS, index
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
DRAWS, DRAWN, SEED = 4000, 60, 20261127  # draws; series that are drawn one by one
LOWEST, HIGHEST = 0.5, 0.7  # how far beyond the outermost quantiles draws go, as the engine's own paths do
USUAL, USUAL_WEEKS = 0.1, 4  # the common part where nothing is known, and how many weeks it counts as
FEWEST, LARGEST = 5, 0.95  # series whose scores say something of a week; the largest common part
_NORMAL = NormalDist()
_LEVELS = np.array(LEVELS)
_EDGES = np.array([0.0, *LEVELS, 1.0])
_GRID = np.linspace(-6, 6, 2401)
_CDF = np.array([_NORMAL.cdf(score) for score in _GRID])
_COMMON = np.linspace(-4, 4, 65)  # where the moments of what is not drawn one by one are computed
_OWN = 41  # equally likely own parts, of the same


@dataclass(frozen=True)
class Reached:
    """In how many series of a week a sale lay above `below` of the quantiles, and above or on `upto`."""

    lag: int
    week: date
    below: int
    upto: int
    count: int


@dataclass(frozen=True)
class Common:
    """The part of a score that all series share, and from how many weeks it was measured."""

    part: float
    weeks: int


def common(found: Iterable[Reached]) -> Common:
    """How much series move together, drawn to the usual where few weeks say so."""
    weeks: dict[tuple[int, date], list[tuple[float, int]]] = defaultdict(list)
    for item in found:
        low = (_EDGES[item.below] + _EDGES[item.below + 1]) / 2
        high = (_EDGES[item.upto] + _EDGES[item.upto + 1]) / 2
        level = min(max((low + high) / 2, 0.002), 0.998)
        weeks[item.lag, item.week].append((_NORMAL.inv_cdf(level), item.count))
    squares = sum(score**2 * count for scores in weeks.values() for score, count in scores)
    cells = sum(count for scores in weeks.values() for _, count in scores)
    shares = []
    for scores in weeks.values():
        series = sum(count for _, count in scores)
        if series >= FEWEST and squares > 0:
            mean = sum(score * count for score, count in scores) / series
            shares.append((mean**2 / (squares / cells) - 1 / series) / (1 - 1 / series))
    known = len({week for (_, week), scores in weeks.items() if sum(count for _, count in scores) >= FEWEST})
    measured = min(max(float(np.mean(shares)), 0.0), LARGEST) if shares else 0.0
    return Common((known * measured + USUAL_WEEKS * USUAL) / (known + USUAL_WEEKS), known)


def _weights(scores: Doubles) -> Doubles:
    """(…, 11): what a draw at a score is of each quantile, linear between them and a little beyond the outermost."""
    level = np.interp(scores, _GRID, _CDF)
    place = np.searchsorted(_LEVELS, level) - 1
    share = (level - _EDGES[place + 1]) / (_EDGES[place + 2] - _EDGES[place + 1])
    found = np.zeros((*scores.shape, len(LEVELS)))
    last = len(LEVELS) - 1
    under, over = place < 0, place >= last
    within = np.clip(place, 0, last - 1)
    low = np.where(under | over, 0.0, 1 - share)
    np.put_along_axis(found, within[..., None], low[..., None], -1)
    np.put_along_axis(found, within[..., None] + 1, np.where(under | over, 0.0, share)[..., None], -1)
    found[under, 0] = LOWEST + (1 - LOWEST) * share[under]
    found[over, last] = 1 + HIGHEST * share[over]
    found[over, last - 1] = -HIGHEST * share[over]
    return found


def total(quantiles: Floats, means: Floats, part: float) -> Doubles:
    """Quantiles (H, 11) of the sum of series with quantiles (N, H, 11) and means (N, H), and that common part."""
    if len(quantiles) == 1:
        alone: Doubles = quantiles[0].astype(np.float64)
        return alone
    widest = np.argsort(-(quantiles[..., index(0.9)] - quantiles[..., index(0.1)]).mean(axis=1), kind="stable")
    random = np.random.default_rng(SEED)
    shared = random.permutation([_NORMAL.inv_cdf((number + 0.5) / DRAWS) for number in range(DRAWS)])
    single = quantiles[widest[:DRAWN]].astype(np.float64)
    own = random.standard_normal((DRAWS, len(single)))
    drawn = _weights(np.sqrt(part) * shared[:, None] + np.sqrt(1 - part) * own)
    sums = np.einsum("dnl,nhl->dh", drawn, single, optimize=True)
    if len(widest) > DRAWN:
        mean, deviation = _others(quantiles[widest[DRAWN:]], part)
        noise = random.standard_normal(DRAWS)
        for step in range(sums.shape[1]):
            sums[:, step] += np.interp(shared, _COMMON, mean[:, step])
            sums[:, step] += np.interp(shared, _COMMON, deviation[:, step]) * noise
    sums = np.maximum(sums, 0)
    wanted, drawn_mean = means.sum(axis=0, dtype=np.float64), sums.mean(axis=0)
    sums *= np.divide(wanted, drawn_mean, out=np.ones_like(wanted), where=drawn_mean > 0)
    found: Doubles = np.quantile(sums, _LEVELS, axis=0).T
    return found


def _others(quantiles: Floats, part: float) -> tuple[Doubles, Doubles]:
    """Mean and deviation (common parts, H) of the sum of series, given the common part of their scores."""
    sums = quantiles.sum(axis=0, dtype=np.float64)  # (H, 11)
    products = np.stack([week.T.astype(np.float64) @ week.astype(np.float64) for week in quantiles.swapaxes(0, 1)])
    own = np.array([_NORMAL.inv_cdf((number + 0.5) / _OWN) for number in range(_OWN)])
    weights = _weights(np.sqrt(part) * _COMMON[:, None] + np.sqrt(1 - part) * own)
    middle = weights.mean(axis=1)
    second = np.einsum("cjl,hlm,cjm->ch", weights, products, weights, optimize=True) / _OWN
    variance = second - np.einsum("cl,hlm,cm->ch", middle, products, middle, optimize=True)
    return middle @ sums.T, np.sqrt(np.maximum(variance, 0))
