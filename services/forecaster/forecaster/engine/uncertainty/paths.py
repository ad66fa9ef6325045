"""Quantiles of sums over the next periods, from joint paths: errors of neighbouring periods move together, so weekly
quantiles must never be added. One set of Gaussian draws serves all series, mapped through each series' quantiles
(a Gaussian copula); what is odd in the set would be odd in every series, so its margins and correlations are exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from forecaster.engine.arrays import Doubles, Floats, Mask
from forecaster.engine.jit import compiled
from forecaster.engine.quantiles import AS_ARRAY, rounded
from forecaster.engine.uncertainty.tails import EDGES, HIGHEST, LOWEST


@dataclass(frozen=True)
class Draws:
    """Joint draws of levels, which serve all series: positions among the eleven quantiles."""

    interval: NDArray[np.int8]  # (draws, H), -1: below the lowest quantile, to 10: above the highest
    share: Floats  # (draws, H), how far into the interval


def draws(correlations: Floats, count: int, seed: int) -> Draws:
    """So many draws of H periods with correlations (H, H).

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
    place = np.searchsorted(AS_ARRAY, level) - 1
    share = (level - EDGES[place + 1]) / (EDGES[place + 2] - EDGES[place + 1])
    return Draws(place.astype(np.int8), share.astype(np.float32))


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
    quantiles: Floats, interval: NDArray[np.int8], share: Floats, whole: Mask, levels: Doubles, out: Floats
) -> None:
    count, horizon = interval.shape
    last = quantiles.shape[2] - 1
    total, ordered = np.zeros(count, dtype=np.float32), np.zeros(count, dtype=np.float32)
    buckets = np.empty(count + 2, dtype=np.int32)
    for i in range(len(quantiles)):
        total[:] = 0
        for h in range(horizon):
            q = quantiles[i, h]
            for d in range(count):
                k = interval[d, h]
                if k < 0:  # below the lowest quantile: half as far again towards zero
                    value = q[0] * (LOWEST + (1 - LOWEST) * share[d, h])
                elif k >= last:
                    value = q[last] + (q[last] - q[last - 1]) * share[d, h] * HIGHEST
                else:
                    value = q[k] + (q[k + 1] - q[k]) * share[d, h]
                total[d] += np.floor(value + 0.5) if whole[i] else value
            _order(total, ordered, buckets)
            for number in range(len(levels)):
                position = levels[number] * (count - 1)
                low = int(position)
                rest = position - low
                high = min(low + 1, count - 1)
                out[i, h, number] = ordered[low] * (1 - rest) + ordered[high] * rest


def sums(quantiles: Floats, drawn: Draws, *, whole: Mask) -> Floats:
    """Quantiles (N, H, 11) of the sums over periods 1..h from quantiles (N, H, 11) of each period, not yet rounded;
    each draw of a period is a whole number for series that are sold so, `whole` (N,)."""
    out = np.empty_like(quantiles)
    _sums(quantiles, drawn.interval, drawn.share, whole, AS_ARRAY, out)
    return rounded(out, whole)
