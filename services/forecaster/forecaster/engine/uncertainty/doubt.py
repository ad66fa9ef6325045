"""The doubt of a factor in the distribution of what it multiplies.

What sells in a promoted week is a usual week's sales times a factor, and the factor is an estimate. In logarithms
variances add up, so each quantile lies farther from the middle by the root of both squares. A factor changes nothing of
the chance that nothing is sold.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.quantiles import AS_ARRAY


def widened(quantiles: Floats, variance: Floats) -> Floats:
    """Quantiles (n, H, 11) times a factor whose logarithm has a variance (n, H)."""
    rows = np.nonzero(variance > 0)
    if not len(rows[0]):
        return quantiles
    values: Doubles = quantiles[rows].astype(np.float64)
    unsold = np.concatenate([[0.0], AS_ARRAY])[(values <= 0).sum(axis=1)][:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        score = ndtri(np.clip((AS_ARRAY - unsold) / (1 - unsold), 0, 1))
        middle = _at(values, (1 + unsold[:, 0]) / 2)[:, None]
        away = np.log(values / middle)
        far = np.hypot(away, score * np.sqrt(variance[rows].astype(np.float64))[:, None])
        moved = middle * np.exp(np.copysign(far, score))
    found = quantiles.copy()
    found[rows] = np.where((values > 0) & np.isfinite(moved), moved, values)
    return found


def _at(values: Doubles, level: Doubles) -> Doubles:
    """The quantile of a level of one's own (rows,) from quantiles (rows, 11), straight between them."""
    place = np.clip(np.searchsorted(AS_ARRAY, level) - 1, 0, len(AS_ARRAY) - 2)
    part = np.clip((level - AS_ARRAY[place]) / (AS_ARRAY[place + 1] - AS_ARRAY[place]), 0, 1)
    row = np.arange(len(values))
    found: Doubles = values[row, place] + part * (values[row, place + 1] - values[row, place])
    return found
