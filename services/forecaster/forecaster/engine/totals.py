"""Totals: with little history the pooled model's seasonality is a guess, so its total is moved half-way to the recent
level of all sales together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.panel import Panel
from forecaster.engine.types import Floats

Ints = NDArray[np.int64]


def applies(panel: Panel) -> bool:
    """Whether the history is shorter than a season and a horizon: with more, aligning never paid."""
    rhythm = panel.grid.rhythm
    return bool(rhythm.long and not rhythm.short and panel.y.shape[1] < rhythm.long + panel.horizon)


def factor(panel: Panel, series: Ints, origin: int, f: Floats) -> float:
    """What forecasts f (n, H) of `series` at an origin are to be multiplied by: half of the way, in logs, from their
    total to the mean of a fast average of the totals and their last four."""
    totals = np.atleast_1d(np.nansum(panel.y[series, max(0, origin - 39) : origin + 1], axis=0, dtype=np.float64))
    if len(totals) < 4:
        return 1.0
    average = totals[:4].mean()
    for value in totals[4:]:
        average += 0.3 * (value - average)
    level, total = (average + totals[-4:].mean()) / 2, float(f.sum(dtype=np.float64)) / f.shape[1]
    if level <= 0 or total <= 0:
        return 1.0
    return float(np.sqrt(np.clip(level / total, 0.25, 4.0)))
