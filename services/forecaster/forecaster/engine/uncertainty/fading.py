"""Distributions of what may have ended: with a chance it sells as it did, and else nothing."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.quantiles import AS_ARRAY

_KNOTS = np.concatenate([[0.0], AS_ARRAY])


def faded(quantiles: Floats, left: Floats) -> Floats:
    """Quantiles (n, H, 11) of what sells as `quantiles` say with a chance `left` (n,), which is above zero, and else
    nothing: each is the quantile of a lower level, straight between the eleven, or zero."""
    if (left >= 1).all():
        return quantiles
    share = np.clip(left, 1e-6, 1).astype(np.float64)[:, None]
    level = np.maximum((AS_ARRAY - (1 - share)) / share, 0)
    place = np.clip(np.searchsorted(_KNOTS, level) - 1, 0, len(AS_ARRAY) - 1)
    part = (level - _KNOTS[place]) / (_KNOTS[place + 1] - _KNOTS[place])
    values = np.concatenate([np.zeros_like(quantiles[:, :, :1]), quantiles], axis=2)
    low, high = (np.take_along_axis(values, np.broadcast_to(at[:, None, :], quantiles.shape), axis=2)
                 for at in (place, place + 1))  # fmt: skip
    found = low + part[:, None, :] * (high - low)
    return np.where((left < 1)[:, None, None], found, quantiles).astype(np.float32)
