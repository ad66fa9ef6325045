"""Whose forecasts are drawn to the product's own recent level, and how far: by kind, as the backtest says.

A pooled model, and a total that all series are brought to, move every product alike. Steady products need less of that
than wild ones, or none. A kind is a tenth of the backtest by variability; its share is what least squares ask for,
shrunk by its standard error against how much kinds ask for at all (empirical Bayes), so that noise moves nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.backtest import Backtest
from forecaster.engine.methods.combined.smoothing_tsb_imapa import SmoothingTSBIMAPA
from forecaster.engine.methods.local.moving_average import MovingAverage
from forecaster.engine.methods.local.tsb import TSB

KINDS = 10
FEWEST = 400  # rows of a backtest, below which it says nothing of kinds
LEVELS = (MovingAverage.name, TSB.name, SmoothingTSBIMAPA.name)  # whose mean is a product's own level
_MOST = 10.0  # usual steps that an error counts as at most


@dataclass(frozen=True)
class OwnLevels:
    """The share of the own level in the forecasts of each kind; none by default."""

    edges: tuple[float, ...] = ()  # of the kinds, by variability
    shares: tuple[float, ...] = (0.0,)

    def drawn(self, f: Floats, local: dict[str, Floats], variability: Floats) -> Floats:
        """Forecasts f (rows,) nearer to the own levels among the `local` forecasts."""
        found: Floats = f + self.share(variability) * _away(f, local)
        return found

    def share(self, variability: Floats) -> Floats:
        """Of the own level, (rows,)."""
        found: Floats = np.array(self.shares, dtype=np.float32)[np.searchsorted(self.edges, variability)]
        return found


def _away(f: Floats, local: dict[str, Floats]) -> Floats:
    """How far the own level lies from forecasts (rows,)."""
    known = [np.where(np.isnan(values), f, values) for values in (local[name].reshape(-1) for name in LEVELS)]
    found: Floats = np.mean(known, axis=0, dtype=np.float32) - f
    return found


def learned(seen: Backtest, f: Floats, variability: Floats) -> OwnLevels:
    """From a backtest's forecasts f (rows,)."""
    if len(f) < FEWEST:
        return OwnLevels()
    edges = np.quantile(variability, np.arange(1, KINDS) / KINDS)
    kind = np.searchsorted(edges, variability)
    size = np.sqrt(np.maximum(seen.design.squared_step, np.nanmedian(seen.design.squared_step) * 0.02 + 1e-9))
    error = np.clip((seen.y - f) / size, -_MOST, _MOST).astype(np.float64)
    away = (_away(f, seen.local) / size).astype(np.float64)
    weight: Doubles = np.maximum(np.bincount(kind, away**2, KINDS), 1e-9).astype(np.float64)
    asked: Doubles = (np.bincount(kind, away * error, KINDS) / weight).astype(np.float64)
    left = away * (error - asked[kind] * away)
    rows = seen.instances
    # Errors of a series are not independent, nor are those of one period, which all series share.
    variance = sum(_apart(left, kind, other) for other in (rows.series, rows.targets)) / weight**2 + 1e-9
    # Twice: once for chance in the backtest, and once because the final model is not the one that it judged.
    between = max(float(np.average(asked**2 - 2 * variance, weights=1 / variance)), 0.0)
    shares = np.clip(between / (between + variance) * asked, 0, 1)
    return OwnLevels(tuple(edges.tolist()), tuple(shares.tolist()))


def _apart(values: Doubles, kind: Ints, other: Ints) -> Doubles:
    """By kind the sum of the squares of the sums of values with the same `other`."""
    found, place = np.unique(kind * (int(other.max()) + 1) + other, return_inverse=True)
    square: Doubles = np.bincount(place, values).astype(np.float64) ** 2
    total: Doubles = np.bincount(found // (int(other.max()) + 1), square, KINDS).astype(np.float64)
    return total
