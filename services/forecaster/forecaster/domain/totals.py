"""The distribution of a sum over series, from joint draws of them: quantiles are never added.

Each series is drawn from its own published quantiles by a normal score, of which a part is common to all series (a
Gaussian copula with one factor). How large that part is, domain.common_part says, by step, as values that are equally
likely; draws take them in turn, so that what is not known of it is in the band. The sum over the first weeks is drawn
from the series' own quantiles of that sum, which know how its weeks move together. The widest series are drawn one by
one; the sum of the others is normal given the common part of their scores, with the mean and variance that their
quantiles have. The mean is the sum of the means.
"""

from functools import cache
from statistics import NormalDist

import numpy as np
from contracts.quantiles import LEVELS, index
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
DRAWS, DRAWN, SEED = 4000, 30, 20261127  # draws; series that are drawn one by one
LOWEST, HIGHEST = 0.5, 0.7  # how far beyond the outermost quantiles draws go, as the engine's own paths do
_NORMAL = NormalDist()
_LEVELS = np.array(LEVELS)
_EDGES = np.array([0.0, *LEVELS, 1.0])
_REACH, _FINE = 6.0, 1000  # scores that are told apart: so far from zero, and so many to one
_CDF = np.array([_NORMAL.cdf(score / _FINE) for score in range(-int(_REACH * _FINE), int(_REACH * _FINE) + 1)])
_COMMON = np.linspace(-4, 4, 41)  # where the moments of what is not drawn one by one are computed
_PARTS = np.linspace(0, 1, 12) ** 2  # of which common parts
_OWN = 201  # equally likely own parts, of the same


def total(quantiles: Floats, means: Floats, parts: Doubles) -> Doubles:
    """Quantiles (H, 11) of the sum of series with quantiles (N, H, 11) and means (N, H), whose common part is one of
    `parts` (H, any number), each as likely."""
    if len(quantiles) == 1:
        alone: Doubles = quantiles[0].astype(np.float64)
        return alone
    widest = np.argsort(-(quantiles[..., index(0.9)] - quantiles[..., index(0.1)]).mean(axis=1), kind="stable")
    single, others = quantiles[widest[:DRAWN]].astype(np.float64), quantiles[widest[DRAWN:]]
    shared, own, noise = _scores()
    which = np.arange(DRAWS) % parts.shape[1]
    sums = np.empty((means.shape[1], DRAWS))
    for step, likely in enumerate(parts):
        part = likely[which]
        level = _level(np.sqrt(part) * shared + np.sqrt(1 - part) * own[: len(single)])
        sums[step] = sum(np.interp(mine, _EDGES, _reach(of)) for mine, of in zip(level, single[:, step], strict=True))
        if len(others):
            sums[step] += _others(others[:, step], likely, which, shared, noise)
    sums = np.maximum(sums, 0)
    wanted, drawn = means.sum(axis=0, dtype=np.float64), sums.mean(axis=1)
    sums *= np.divide(wanted, drawn, out=np.ones_like(wanted), where=drawn > 0)[:, None]
    found: Doubles = np.quantile(sums, _LEVELS, axis=1).T
    return found


@cache
def _scores() -> tuple[Doubles, Doubles, Doubles]:
    """Normal scores of the draws, the same for every sum: common to all series, of each drawn one, of all others."""
    random = np.random.default_rng(SEED)
    shared = random.permutation([_NORMAL.inv_cdf((number + 0.5) / DRAWS) for number in range(DRAWS)])
    return shared, random.standard_normal((DRAWN, DRAWS)), random.standard_normal(DRAWS)


def _level(scores: Doubles) -> Doubles:
    """The probability below each normal score."""
    return _CDF[np.rint(np.clip(scores, -_REACH, _REACH) * _FINE + _REACH * _FINE).astype(np.intp)]


def _reach(quantiles: Doubles) -> Doubles:
    """(…, 13): quantiles (…, 11) with the ends of what is drawn, a little beyond the outermost."""
    low = LOWEST * quantiles[..., :1]
    high = quantiles[..., -1:] + HIGHEST * (quantiles[..., -1:] - quantiles[..., -2:-1])
    return np.concatenate([low, quantiles, high], axis=-1)


def _others(quantiles: Floats, likely: Doubles, which: NDArray[np.intp], shared: Doubles, noise: Doubles) -> Doubles:
    """Draws of the sum of series with quantiles (N, 11): normal, given the common part of their scores."""
    first, second = _moments()
    reach = _reach(quantiles.astype(np.float64))
    middle = first @ reach.sum(axis=0)  # (parts, common parts)
    squares = np.einsum("pclm,lm->pc", second, reach.T @ reach)
    mean_squares = np.einsum("pcl,lm,pcm->pc", first, reach.T @ reach, first, optimize=True)
    deviation = np.sqrt(np.maximum(squares - mean_squares, 0))
    found = np.empty(len(shared))
    for number, part in enumerate(likely):
        mine = which == number
        place = np.interp(np.sqrt(part), np.sqrt(_PARTS), np.arange(len(_PARTS)))
        low = min(int(place), len(_PARTS) - 2)
        weights = np.array([1 - (place - low), place - low])
        found[mine] = np.interp(shared[mine], _COMMON, weights @ middle[low : low + 2])
        found[mine] += np.interp(shared[mine], _COMMON, weights @ deviation[low : low + 2]) * noise[mine]
    return found


@cache
def _moments() -> tuple[Doubles, Doubles]:
    """By part and common part of the score: what a draw is of each quantile and end, and of each product of two."""
    own = np.array([_NORMAL.inv_cdf((number + 0.5) / _OWN) for number in range(_OWN)])
    first = np.empty((len(_PARTS), len(_COMMON), len(_EDGES)))
    second = np.empty((*first.shape, len(_EDGES)))
    for number, part in enumerate(_PARTS):
        level = _level(np.sqrt(part) * _COMMON[:, None] + np.sqrt(1 - part) * own)
        weights = np.stack([np.interp(level, _EDGES, row) for row in np.eye(len(_EDGES))], axis=-1)
        first[number] = weights.mean(axis=1)
        second[number] = np.einsum("col,com->clm", weights, weights) / _OWN
    return first, second
