"""How errors of neighbouring periods move together: the correlation of a backtest's normal scores by steps ahead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from forecaster.engine.arrays import Doubles, Floats, Mask
from forecaster.engine.features.instances import Instances
from forecaster.engine.uncertainty.shocks import span
from forecaster.engine.uncertainty.tails import EDGES, bounds

FEWEST = 200  # scores, below which the usual correlation is taken
USUAL = 0.2  # the correlation of weeks that a backtest with few independent origins is drawn to, upwards only
_PAIRS = 200  # of scores that the mean of a diagonal counts as beside those of a cell, and below which it is not known
_WEEKS = 52.18  # a year


def scores(y: Floats, quantiles: Floats, *, whole: Mask, seed: int) -> Floats:
    """Normal scores (rows,) of what happened in its own predicted distribution, given by quantiles (rows, 11): the
    probability integral transform, drawn within the probability of the value itself where that is not zero (Brockwell
    2007), as it is for counts, the rows that are `whole`."""
    half = np.where(whole, np.float32(0.5), np.float32(0))
    below, upto = _reached(y - half, quantiles, ties=False), _reached(y + half, quantiles, ties=True)
    within = np.random.default_rng(seed).random(len(y), dtype=np.float32)
    level = below + within * np.maximum(upto - below, 0)
    found: Floats = ndtri(np.clip(level, 0.002, 0.998)).astype(np.float32)
    return found


def _reached(y: Floats, quantiles: Floats, *, ties: bool) -> Floats:
    """The level of y (rows,) among quantiles (rows, 11): linear between them, and beyond them as paths are drawn."""
    passed = (quantiles <= y[:, None]) if ties else (quantiles < y[:, None])
    place = passed.sum(axis=1)
    low, high = bounds(quantiles)
    values = np.concatenate([low, quantiles, high], axis=1)
    row = np.arange(len(y))
    left, right = values[row, place], values[row, place + 1]
    part = np.clip((y - left) / np.where(right > left, right - left, 1), 0, 1)
    found = EDGES[place] + part * (EDGES[place + 1] - EDGES[place])
    return np.where(y < 0, 0, found).astype(np.float32)


def usual(year: float) -> float:
    """The usual correlation of periods of which a year has so many: that with which their sums over a week, or over
    a month, move together as weeks do."""
    count = year / _WEEKS
    return USUAL / (count - (count - 1) * USUAL)


def correlation(score: Floats, instances: Instances, horizon: int, year: float) -> Floats:
    """Correlation (H, H) between steps ahead of the normal scores (rows,) of instances. The near ones move
    together less than the far ones, which share how the level has drifted; neighbours along a diagonal are averaged.
    `year`: periods of one."""
    expected = usual(year)
    found = np.where(np.eye(horizon) > 0, 1, expected).astype(np.float32)
    if len(score) < FEWEST:
        return found
    rounds = span(instances.origins) / horizon
    keys, row = np.unique(instances.pairs, return_inverse=True)
    by_pair = np.full((len(keys), horizon), np.nan, dtype=np.float32)
    by_pair[row, instances.steps - 1] = score
    size, last = float((score**2).mean()), expected
    for distance in range(1, horizon):
        product = by_pair[:, distance:] * by_pair[:, :-distance]
        known = (~np.isnan(product)).sum(axis=0)
        total = np.where(np.isnan(product), 0, product).sum(axis=0, dtype=np.float64)
        if known.sum() >= _PAIRS:
            last = float(np.clip(total.sum() / known.sum() / size, 0.0, 0.95))
        near, count = _around(total, max(horizon // 8, 1)), _around(known, max(horizon // 8, 1))
        own = np.clip((near / size + _PAIRS * last) / (count + _PAIRS), 0.0, 0.95)
        drawn = np.maximum(own, (rounds * own + expected) / (rounds + 1))
        place = np.arange(len(drawn))
        found[place, place + distance] = found[place + distance, place] = drawn
    return found


def _around(values: NDArray[np.generic], reach: int) -> Doubles:
    """The sum of each value and up to `reach` on either side."""
    until = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    place = np.arange(len(values))
    found: Doubles = until[np.minimum(place + reach + 1, len(values))] - until[np.maximum(place - reach, 0)]
    return found
