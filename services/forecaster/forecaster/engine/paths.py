"""Quantiles of sums over the next periods, from joint paths: errors of neighbouring periods move together, so weekly
quantiles must never be added. One set of Gaussian draws serves all series, mapped through each series' quantiles
(a Gaussian copula)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

from forecaster.engine.jit import compiled
from forecaster.engine.types import QUANTILES, Floats

Ints = NDArray[np.int64]
_LEVELS = np.array(QUANTILES)
USUAL = 0.3  # the correlation that a backtest with few independent origins is drawn to, upwards only


def correlation(e: Floats, series: Ints, origins: Ints, steps: Ints, horizon: int) -> Floats:
    """Correlation (H,) of a series' errors by distance in the horizon, of their normal scores."""
    found = np.full(horizon, USUAL, dtype=np.float32)
    found[0] = 1.0
    if len(e) < 200:
        return found
    score = ndtri((rankdata(e) - 0.5) / len(e))
    rounds = len(np.unique(origins)) / horizon
    keys, row = np.unique(series * 100_000 + origins, return_inverse=True)
    grid = np.full((len(keys), horizon), np.nan, dtype=np.float32)
    grid[row, steps - 1] = score
    last = USUAL
    for distance in range(1, horizon):
        product = grid[:, distance:] * grid[:, :-distance]
        known = ~np.isnan(product)
        if known.sum() >= 100:
            own = float(np.clip(product[known].mean(), 0.0, 0.95))
            last = max(own, (rounds * own + USUAL) / (rounds + 1))
        found[distance] = last
    return found


def draws(correlations: Floats, count: int, seed: int) -> tuple[NDArray[np.int8], Floats]:
    """Positions in the eleven quantiles: (count, H) interval number -1..10 and the share within it.

    Antithetic, so that the middle of the draws is exact.
    """
    horizon = len(correlations)
    distance = np.abs(np.arange(horizon)[:, None] - np.arange(horizon)[None, :])
    values, vectors = np.linalg.eigh(correlations.astype(np.float64)[distance])
    root = vectors * np.sqrt(np.maximum(values, 1e-9))
    root /= np.sqrt((root**2).sum(axis=1, keepdims=True))
    half = np.random.default_rng(seed).standard_normal((count // 2, horizon)) @ root.T
    level = ndtr(np.concatenate([half, -half]))
    place = np.searchsorted(_LEVELS, level) - 1
    edges = np.concatenate([[0.0], _LEVELS, [1.0]])
    share = (level - edges[place + 1]) / (edges[place + 2] - edges[place + 1])
    return place.astype(np.int8), share.astype(np.float32)


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
                    value = q[0] * (0.5 + 0.5 * share[d, h])
                elif k >= last:
                    value = q[last] + (q[last] - q[last - 1]) * share[d, h] * 0.7
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
    """Quantiles (N, H, 11) of the sums over periods 1..h from quantiles (N, H, 11) of each period."""
    out = np.empty_like(quantiles)
    place, share = draws(correlations, count, seed)

    def one(begin: int) -> None:
        part = slice(begin, begin + 4000)
        _sums(quantiles[part], place, share, whole, _LEVELS, out[part])

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        list(pool.map(one, range(0, len(quantiles), 4000)))
    return np.floor(out + 0.5) if whole else out
