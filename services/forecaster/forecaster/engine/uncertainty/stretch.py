"""Bands of two parts: conformal quantiles, and quantiles learned directly, which are too narrow by themselves and are
stretched until the backtest leaves them little more often (ADR 0018), by volume: what sells little teaches a pooled
model little, and its learned quantiles may have hardly any width."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.quantiles import LEVELS, MEDIAN

UNTESTED = 0.25  # how much bands are stretched by learned quantiles that no backtest judged, a share of 1
MOST_STRETCH = 3.0  # and by those that it judged, at most
MORE_OFTEN = 1.25  # so much more often than the conformal bands alone may those with learned quantiles be left: learned
# quantiles are too narrow, the more so the more of the error is common to all series
_PARTS = (0.2, 0.4, 0.6, 0.8)  # of the series' scales, where a bucket of the volume ends
_SHRINK = 800.0  # a bucket of so many sales counts as much as all together


@dataclass
class Stretch:
    """How much farther from the forecast each quantile lies where the learned share is 1, by volume."""

    edges: Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))  # of the series' scale
    values: Floats = field(default_factory=lambda: np.full((1, len(LEVELS)), UNTESTED, dtype=np.float32))

    def of(self, scale: Floats) -> Floats:
        """(rows, 11)"""
        found: Floats = self.values[np.searchsorted(self.edges, scale)]
        return found


def mixed(f: Floats, alone: Floats, learned: Floats, share: Floats, stretch: Floats) -> Floats:
    """Quantiles (rows, 11) in units of y: never negative, never crossing, not yet rounded. `alone` are the conformal
    ones, `learned` the quantile model's, which have a `share` (rows,) of them; `stretch` (rows, 11), or one row for
    all, is how much further from the forecast they lie where the share is 1."""
    found: Floats = (1 - share)[:, None] * alone + share[:, None] * learned
    found.sort(axis=1)
    found = np.maximum(f[:, None] + (found - f[:, None]) * (1 + share[:, None] * stretch), 0)
    found.sort(axis=1)
    return found


def stretched(y: Floats, f: Floats, alone: Floats, learned: Floats, share: Floats, scale: Floats) -> Stretch:
    """The least with which a backtest's actual y lie outside each quantile at most MORE_OFTEN as often as outside the
    conformal one: of each fifth of the series' `scale`, shrunk to that of all."""
    unstretched = mixed(f, alone, learned, share, np.zeros((1, len(LEVELS)), dtype=np.float32))
    overall = _least(y, f, alone, unstretched, share)
    edges = np.quantile(scale, _PARTS).astype(np.float32)
    bucket = np.searchsorted(edges, scale)
    found = np.empty((len(_PARTS) + 1, len(LEVELS)), dtype=np.float32)
    for number in range(len(found)):
        part = bucket == number
        evidence = part.sum() / (part.sum() + _SHRINK)
        found[number] = (1 - evidence) * overall
        if part.any():
            found[number] += evidence * _least(y[part], f[part], alone[part], unstretched[part], share[part])
    return Stretch(edges, found)


def _least(y: Floats, f: Floats, alone: Floats, unstretched: Floats, share: Floats) -> Floats:
    """By level (11,)."""
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
