"""Bands of two parts: conformal quantiles, and quantiles learned directly, which are too narrow by themselves and are
stretched until the backtest leaves them little more often (ADR 0018)."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.quantiles import LEVELS, MEDIAN

UNTESTED = 0.25  # how much bands are stretched by learned quantiles that no backtest judged, a share of 1
MOST_STRETCH = 1.0  # and by those that it judged, at most
MORE_OFTEN = 1.25  # so much more often than the conformal bands alone may those with learned quantiles be left: learned
# quantiles are too narrow, the more so the more of the error is common to all series


def mixed(f: Floats, alone: Floats, learned: Floats, share: Floats, stretch: Floats) -> Floats:
    """Quantiles (rows, 11) in units of y: never negative, never crossing, not yet rounded. `alone` are the conformal
    ones, `learned` the quantile model's, which have a `share` (rows,) of them; `stretch` (11,) is how
    much further from the forecast they lie where the share is 1."""
    found: Floats = (1 - share)[:, None] * alone + share[:, None] * learned
    found.sort(axis=1)
    found = np.maximum(f[:, None] + (found - f[:, None]) * (1 + share[:, None] * stretch), 0)
    found.sort(axis=1)
    return found


def stretched(y: Floats, f: Floats, alone: Floats, learned: Floats, share: Floats) -> Floats:
    """The least `stretch` (11,) with which a backtest's actual y lie outside each quantile at most MORE_OFTEN as often
    as outside the conformal one."""
    unstretched = mixed(f, alone, learned, share, np.zeros(len(LEVELS), dtype=np.float32))
    found = np.zeros(len(LEVELS), dtype=np.float32)
    for level in [number for number in range(len(LEVELS)) if number != MEDIAN]:
        sign = 1 if level > MEDIAN else -1
        allowed = MORE_OFTEN * float((sign * (y - alone[:, level]) > 0).mean())
        low, high = 0.0, MOST_STRETCH
        for _ in range(12):
            middle = (low + high) / 2
            bound = np.maximum(f + (unstretched[:, level] - f) * (1 + share * np.float32(middle)), 0)
            often = float((sign * (y - bound) > 0).mean())
            low, high = (middle, high) if often > allowed else (low, middle)
        found[level] = high if low > 0 else 0.0
    return found
