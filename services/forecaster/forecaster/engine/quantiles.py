"""The quantile levels of every forecast, declared once. A quantile is asked for by its level, never by its place.

The same levels as `contracts.quantiles.LEVELS`, which the engine may not import; a test holds them together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Mask

LEVELS = (0.005, 0.025, 0.1, 0.165, 0.25, 0.5, 0.75, 0.835, 0.9, 0.975, 0.995)


def index(level: float) -> int:
    """The place of a level among LEVELS. Raises ValueError when it is not one of them."""
    if level not in LEVELS:
        raise ValueError(f"{level} is no quantile level; there are {', '.join(map(str, LEVELS))}")
    return LEVELS.index(level)


def at(values: NDArray[Any], level: float) -> NDArray[Any]:
    """The quantile of a level from quantiles (…, 11): (…), in the units of the values."""
    return values[..., index(level)]


def rounded(values: Floats, whole: Mask) -> Floats:
    """Quantiles (N, H, 11), of series that are sold by the piece, `whole` (N,), rounded to whole numbers."""
    # In double precision, as `distribution` rounds: in single, what lies just below a half is one more.
    found: Floats = np.where(whole[:, None, None], np.floor(values + np.float64(0.5)), values).astype(np.float32)
    return found


MEDIAN = index(0.5)
AS_ARRAY = np.array(LEVELS)
