"""Quantiles of sums over the next periods, from joint paths: errors of neighbouring periods move together, so weekly
quantiles must never be added. One set of Gaussian draws serves all series, mapped through each series' quantiles
(a Gaussian copula); what is odd in the set would be odd in every series, so its margins and correlations are exact."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from forecaster.engine.intervals import span
from forecaster.engine.jit import compiled
from forecaster.engine.types import QUANTILES, Floats

Ints = NDArray[np.int64]
_LEVELS = np.array(QUANTILES)
_EDGES = np.concatenate([[0.0], _LEVELS, [1.0]])
_LOWEST = 0.5  # no draw is below so much of the lowest quantile,
_HIGHEST = 0.7  # or above the highest by more than so much of the last step
_PAIRS = 200  # of scores that the mean of a diagonal counts as beside those of a cell, and below which it is not known
USUAL = 0.2  # the correlation of weeks that a backtest with few independent origins is drawn to, upwards only
_WEEKS = 52.18  # a year


def scores(y: Floats, quantiles: Floats, *, whole: bool, seed: int) -> Floats:
    """Normal scores (rows,) of what happened in its own predicted distribution, given by quantiles (rows, 11): the
    probability integral transform, drawn within the probability of the value itself where that is not zero (Brockwell
    2007), as it is for counts."""
    half = np.float32(0.5 if whole else 0.0)
    below, upto = _reached(y - half, quantiles, ties=False), _reached(y + half, quantiles, ties=True)
    within = np.random.default_rng(seed).random(len(y), dtype=np.float32)
    level = below + within * np.maximum(upto - below, 0)
    found: Floats = ndtri(np.clip(level, 0.002, 0.998)).astype(np.float32)
    return found


def _reached(y: Floats, quantiles: Floats, *, ties: bool) -> Floats:
    """The level of y (rows,) among quantiles (rows, 11): linear between them, and beyond them as paths are drawn."""
    passed = (quantiles <= y[:, None]) if ties else (quantiles < y[:, None])
    place = passed.sum(axis=1)
    first, last = quantiles[:, :1], quantiles[:, -1:]
    low, high = first * _LOWEST, last + (last - quantiles[:, -2:-1]) * _HIGHEST
    values = np.concatenate([low, quantiles, high], axis=1)
    row = np.arange(len(y))
    left, right = values[row, place], values[row, place + 1]
    part = np.clip((y - left) / np.where(right > left, right - left, 1), 0, 1)
    found = _EDGES[place] + part * (_EDGES[place + 1] - _EDGES[place])
    return np.where(y < 0, 0, found).astype(np.float32)


def usual(year: float) -> float:
    """The usual correlation of periods of which a year has so many: that with which their sums over a week, or over
    a month, move together as weeks do."""
    count = year / _WEEKS
    return USUAL / (count - (count - 1) * USUAL)


def correlation(score: Floats, series: Ints, origins: Ints, steps: Ints, horizon: int, year: float) -> Floats:
    """Correlation (H, H) of a series' normal scores between steps ahead. The near ones move together less than the far
    ones, which share how the level has drifted; neighbours along a diagonal are averaged. `year`: periods of one."""
    expected = usual(year)
    found = np.where(np.eye(horizon) > 0, 1, expected).astype(np.float32)
    if len(score) < 200:
        return found
    rounds = span(origins) / horizon
    keys, row = np.unique(series * 100_000 + origins, return_inverse=True)
    grid = np.full((len(keys), horizon), np.nan, dtype=np.float32)
    grid[row, steps - 1] = score
    size, last = float((score**2).mean()), expected
    for distance in range(1, horizon):
        product = grid[:, distance:] * grid[:, :-distance]
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


def _around(values: NDArray[np.generic], reach: int) -> NDArray[np.float64]:
    """The sum of each value and up to `reach` on either side."""
    until = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    place = np.arange(len(values))
    found: NDArray[np.float64] = until[np.minimum(place + reach + 1, len(values))] - until[np.maximum(place - reach, 0)]
    return found


def draws(correlations: Floats, count: int, seed: int) -> tuple[NDArray[np.int8], Floats]:
    """Positions in the eleven quantiles: (count, H) interval number -1..10 and the share within it.

    Antithetic, and moved to the wanted rank correlations (Iman and Conover 1982), so that the middle, the correlations
    and each period's margin are as good as exact.
    """
    horizon = len(correlations)
    values, vectors = np.linalg.eigh(correlations.astype(np.float64))
    root = vectors * np.sqrt(np.maximum(values, 1e-6))
    root /= np.sqrt((root**2).sum(axis=1, keepdims=True))
    half = np.random.default_rng(seed).standard_normal((count // 2, horizon))
    wanted = np.linalg.cholesky(root @ root.T)
    level = _spread(np.concatenate([half, -half]) @ wanted.T)
    for _ in range(4 if count // 2 > 2 * horizon else 0):
        score = ndtri(level)
        white = np.linalg.inv(np.linalg.cholesky(score.T @ score / len(score)))
        level = _spread(score @ white.T @ wanted.T)
    place = np.searchsorted(_LEVELS, level) - 1
    share = (level - _EDGES[place + 1]) / (_EDGES[place + 2] - _EDGES[place + 1])
    return place.astype(np.int8), share.astype(np.float32)


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each column's ranks as evenly spread levels between 0 and 1."""
    found: NDArray[np.float64] = (rankdata(values, axis=0) - 0.5) / len(values)
    return found


@compiled
def _order(values: Floats, ordered: Floats, counts: NDArray[np.int32]) -> None:
    """Sort into `ordered`: first into buckets by value, which leaves little to do. Five times as fast as a sort."""
    low, high = values.min(), values.max()
    if not high > low:
        ordered[:] = values
        return
    counts[:] = 0
    factor = (len(counts) - 2) / (high - low)
    for value in values:
        counts[int((value - low) * factor) + 1] += 1
    for k in range(1, len(counts)):
        counts[k] += counts[k - 1]
    for value in values:
        k = int((value - low) * factor)
        ordered[counts[k]] = value
        counts[k] += 1
    for number in range(1, len(ordered)):
        value, k = ordered[number], number
        while k > 0 and ordered[k - 1] > value:
            ordered[k] = ordered[k - 1]
            k -= 1
        ordered[k] = value


@compiled
def _sums(
    quantiles: Floats, place: NDArray[np.int8], share: Floats, whole: bool, levels: NDArray[np.float64], out: Floats
) -> None:
    count, horizon = place.shape
    last = quantiles.shape[2] - 1
    total, ordered = np.zeros(count, dtype=np.float32), np.zeros(count, dtype=np.float32)
    buckets = np.empty(count + 2, dtype=np.int32)
    for i in range(len(quantiles)):
        total[:] = 0
        for h in range(horizon):
            q = quantiles[i, h]
            for d in range(count):
                k = place[d, h]
                if k < 0:  # below the lowest quantile: half as far again towards zero
                    value = q[0] * (_LOWEST + (1 - _LOWEST) * share[d, h])
                elif k >= last:
                    value = q[last] + (q[last] - q[last - 1]) * share[d, h] * _HIGHEST
                else:
                    value = q[k] + (q[k + 1] - q[k]) * share[d, h]
                total[d] += np.floor(value + 0.5) if whole else value
            _order(total, ordered, buckets)
            for number in range(len(levels)):
                position = levels[number] * (count - 1)
                low = int(position)
                rest = position - low
                high = min(low + 1, count - 1)
                out[i, h, number] = ordered[low] * (1 - rest) + ordered[high] * rest


def sums(quantiles: Floats, correlations: Floats, *, whole: bool, count: int, seed: int, threads: int) -> Floats:
    """Quantiles (N, H, 11) of the sums over periods 1..h from quantiles (N, H, 11) of each period, not yet rounded;
    each draw of a period is a `whole` number where sales are."""
    out = np.empty_like(quantiles)
    place, share = draws(correlations, count, seed)

    def one(begin: int) -> None:
        part = slice(begin, begin + 4000)
        _sums(quantiles[part], place, share, whole, _LEVELS, out[part])

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        list(pool.map(one, range(0, len(quantiles), 4000)))
    return np.floor(out + 0.5) if whole else out
