"""Common shocks: errors that all series of an origin share. They are draws with mean zero, so the next may have the
other sign, and few origins have seen few of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Ints

BUCKETS = (1, 2, 4, 8, 13, 26, 52)  # steps ahead that end a bucket of the horizon


def bucket(steps: NDArray[np.generic]) -> Ints:
    """The bucket of the horizon of steps ahead."""
    return np.searchsorted(np.array(BUCKETS), steps, side="left").astype(np.int64)


def shocks(e: Floats, origins: Ints, steps: Ints) -> Floats:
    """The common error of each row's origin and horizon bucket, shrunk for sampling noise."""
    keys, place = np.unique(origins * 64 + bucket(steps), return_inverse=True)
    capped = np.clip(e, *np.quantile(e, (0.01, 0.99))) if len(e) else e
    count = np.bincount(place, minlength=len(keys))
    mean = np.bincount(place, weights=capped, minlength=len(keys)) / np.maximum(count, 1)
    noise = capped.var() / np.maximum(count / 3.0, 1.0)  # a series' errors of one bucket are not independent
    signal = np.maximum(mean**2 - noise, 0) / np.maximum(mean**2, 1e-12)
    found: Floats = (mean * signal)[place].astype(np.float32)
    return found


def pushed(e: Floats, origins: Ints, steps: Ints) -> Floats:
    """Errors with their common shocks as large as a new origin's may be."""
    shock = shocks(e, origins, steps)
    return (e + (push(steps, span(origins)) - 1) * shock).astype(np.float32)


def span(origins: Ints) -> int:
    """How many periods a backtest was rolled through; of many not every one is an origin, but all are seen."""
    return int(origins.max()) - int(origins.min()) + 1


def push(steps: Ints, periods: int) -> Floats:
    """How much larger than the backtest's a new origin's shock may be, after so many periods of backtest."""
    return (1.25 * np.sqrt(1 + steps / max(periods, 1))).astype(np.float32)
