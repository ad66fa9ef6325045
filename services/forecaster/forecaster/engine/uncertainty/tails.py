"""Beyond the outermost quantiles: how far draws go there, the same for drawing a value and for telling its level."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.quantiles import AS_ARRAY

EDGES = np.concatenate([[0.0], AS_ARRAY, [1.0]])
LOWEST = 0.5  # no draw is below so much of the lowest quantile,
HIGHEST = 0.7  # or above the highest by more than so much of the last step


def bounds(quantiles: Floats) -> tuple[Floats, Floats]:
    """The least and the largest value (rows, 1) that can be drawn from quantiles (rows, 11)."""
    first, last = quantiles[:, :1], quantiles[:, -1:]
    return first * LOWEST, last + (last - quantiles[:, -2:-1]) * HIGHEST
