"""The predictive distribution of a cell, as it is published: a mean and eleven quantiles that one distribution has.

Eleven quantiles of what is never negative leave the mean a range: from all of each stretch lying at its lower quantile
to all of it at its upper, with the tail that paths draw beyond the last. Guarantee: the published mean lies in the
range of the published quantiles. A band whose range is without the forecast's mean is moved, in
proportion, until it is in. Of a product that more often sells nothing than something neither is the surer estimate, so
that they meet half-way.
"""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Mask
from forecaster.engine.jit import compiled
from forecaster.engine.quantiles import MEDIAN
from forecaster.engine.uncertainty.tails import EDGES, HIGHEST

LEAST, MOST = 0.25, 4.0  # times that a band is moved to reach the forecast's mean; beyond them the mean gives way
_STEPS = 20  # of a bisection


@compiled
def _least(quantiles: Floats, factor: float, whole: bool, edges: Doubles) -> float:
    """The least mean that quantiles, so many times as large, permit."""
    total: float = 0.0
    for k in range(len(quantiles)):
        value = np.float32(factor * quantiles[k])  # as it is kept: half a piece more or less is another whole one
        total += (edges[k + 2] - edges[k + 1]) * (np.floor(value + 0.5) if whole else value)
    return total


@compiled
def _most(quantiles: Floats, factor: float, whole: bool, edges: Doubles) -> float:
    """The largest mean that they permit."""
    total: float = 0.0
    last = len(quantiles) - 1
    for k in range(last + 1):
        value = np.float32(factor * quantiles[k])
        total += (edges[k + 1] - edges[k]) * (np.floor(value + 0.5) if whole else value)
    end = factor * (quantiles[last] + HIGHEST * (quantiles[last] - quantiles[last - 1]))
    total += (edges[last + 2] - edges[last + 1]) * (np.floor(end + 0.5) if whole else end)
    return total


@compiled
def _factor(quantiles: Floats, wanted: float, whole: bool, edges: Doubles) -> float:
    """The factor nearest one with which the quantiles permit a mean, within the bounds."""
    if _least(quantiles, 1.0, whole, edges) > wanted:
        far, near = LEAST, 1.0
        for _ in range(_STEPS):
            middle = (far + near) / 2
            if _least(quantiles, middle, whole, edges) > wanted:
                near = middle
            else:
                far = middle
        return far
    if _most(quantiles, 1.0, whole, edges) < wanted:
        far, near = MOST, 1.0
        for _ in range(_STEPS):
            middle = (far + near) / 2
            if _most(quantiles, middle, whole, edges) < wanted:
                near = middle
            else:
                far = middle
        return far
    return 1.0


@compiled
def _fit(quantiles: Floats, wanted: Floats, whole: Mask, edges: Doubles, means: Floats) -> None:
    for i in range(len(quantiles)):
        for h in range(quantiles.shape[1]):
            row = quantiles[i, h]
            factor = _factor(row, wanted[i, h], whole[i], edges)
            for k in range(len(row)):
                row[k] = np.float32(factor * row[k])
            low, high = _least(row, 1.0, whole[i], edges), _most(row, 1.0, whole[i], edges)
            means[i, h] = min(max(wanted[i, h], low), high)


@compiled
def _meet(quantiles: Floats, wanted: Floats, whole: Mask, edges: Doubles, found: Floats) -> None:
    for i in range(len(quantiles)):
        for h in range(quantiles.shape[1]):
            row, found[i, h] = quantiles[i, h], wanted[i, h]
            if whole[i] and row[MEDIAN] < 0.5:
                low, high = _least(row, 1.0, True, edges), _most(row, 1.0, True, edges)
                found[i, h] = (wanted[i, h] + min(max(wanted[i, h], low), high)) / 2


def met(quantiles: Floats, wanted: Floats, whole: Mask) -> Floats:
    """The means (N, H) that bands (N, H, 11) are to be moved to: what is `wanted`, but half-way to the band where most
    periods are without a sale."""
    found = np.empty_like(wanted)
    _meet(np.ascontiguousarray(quantiles), wanted, whole, EDGES, found)
    return found


def fitted(quantiles: Floats, wanted: Floats, whole: Mask) -> tuple[Floats, Floats]:
    """Quantiles (N, H, 11), not yet rounded, that permit the mean `wanted` (N, H), and the mean: what is wanted, unless
    the quantiles would have to be moved too far. `whole` (N,): series sold by the piece, whose values are rounded."""
    moved, means = np.ascontiguousarray(quantiles).copy(), np.empty_like(wanted)
    _fit(moved, wanted, whole, EDGES, means)
    return moved, means


def growing(sums: Floats) -> Floats:
    """Quantiles (N, H, 11) of sums over periods 1..h, each brought to its mean by itself, as they can be of one
    distribution: at every level more periods sell no less. Half-way between raising the later and lowering the earlier,
    so that the means stay where they are."""
    raised: Floats = np.maximum.accumulate(sums, axis=1)
    lowered: Floats = np.minimum.accumulate(sums[:, ::-1], axis=1)[:, ::-1]
    found: Floats = (raised + lowered) / np.float32(2)
    return found
