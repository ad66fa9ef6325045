"""The quantile levels of every forecast, declared once. A quantile is asked for by its level, never by its place.

The same levels as `contracts.quantiles.LEVELS`, which the engine may not import; a test holds them together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Mask

LEVELS = (0.005, 0.025, 0.1, 0.165, 0.25, 0.5, 0.75, 0.835, 0.9, 0.975, 0.995)

DECILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
TOLD = tuple(sorted({*LEVELS, *DECILES}))  # what is told of a forecast: those between two levels lie straight between


def index(level: float) -> int:
    """The place of a level among LEVELS. Raises ValueError when it is not one of them."""
    if level not in LEVELS:
        raise ValueError(f"{level} is no quantile level; there are {', '.join(map(str, LEVELS))}")
    return LEVELS.index(level)


def at(values: NDArray[Any], level: float) -> NDArray[Any]:
    """The quantile of a level, or of a decile, from quantiles (…, 11): (…), in the units of the values; a whole number
    where all of them are. Raises ValueError for any other."""
    if level not in TOLD or level in LEVELS:
        own: NDArray[Any] = values[..., index(level)]
        return own
    place = int(np.searchsorted(AS_ARRAY, level)) - 1
    share = (level - LEVELS[place]) / (LEVELS[place + 1] - LEVELS[place])
    found = values[..., place] + share * (values[..., place + 1] - values[..., place])
    whole = (values == np.floor(values)).all(axis=-1)
    told: NDArray[Any] = np.where(whole, np.floor(found + 0.5), found).astype(values.dtype)
    return told


def rounded(values: Floats, whole: Mask) -> Floats:
    """Quantiles (N, H, 11), of series that are sold by the piece, `whole` (N,), rounded to whole numbers."""
    # In double precision, as `distribution` rounds: in single, what lies just below a half is one more.
    found: Floats = np.where(whole[:, None, None], np.floor(values + np.float64(0.5)), values).astype(np.float32)
    return found


MEDIAN = index(0.5)
AS_ARRAY = np.array(LEVELS)
