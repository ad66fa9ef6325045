"""Absence: periods in a row in which nothing is known of a series (it was shut, out of stock, unknown) after it began.

While it is away its level goes on moving, and what it sells at first when it is back need not be what it sells later:
a backtest that saw nobody come back knows nothing of either, so that bands of what was away are as narrow as those of
what was always there. How much levels move in so long a time, the series that were there say; the doubt of one that
was away fades as it has been seen for as long as it was not.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.data.panel import Panel, stretches
from forecaster.engine.data.uplift import MOST_DOUBT

MOST_SERIES = 2000  # whose past tells how levels move
FEWEST = 30  # moves of a level, below which they tell nothing
_EXTREME = 0.01  # the share of moves, on either side, that count as no larger than the others


def doubt(panel: Panel) -> Floats | None:
    """The variance (N, H) that the logarithm of a level has because the series was away; None where none was."""
    window = panel.frequency.trend_window
    away = np.isnan(panel.y) & (np.arange(panel.size) >= panel.first[:, None])
    series, begin, end = stretches(away)
    long = end - begin >= window
    if not long.any():
        return None
    series, end, periods = series[long], end[long], (end - begin)[long]
    since = panel.size - end
    levels = _levels(panel, window)

    @cache
    def moved(so_long: int) -> float:
        return max(_moves(levels, so_long + window) - _moves(levels, window), 0.0)

    own = np.array([moved(one) for one in periods.tolist()]) * periods / (periods + since)
    found = np.zeros(len(panel.ids))
    np.maximum.at(found, series, np.minimum(own, MOST_DOUBT))
    return np.repeat(found[:, None], panel.horizon, axis=1).astype(np.float32)


def _levels(panel: Panel, window: int) -> Doubles:
    """The logarithms (series, periods) of running means, beside the median of all; nan where less than half of the
    window is known (days that are shut each week are not), or nothing was sold."""
    y = panel.y[:: max(len(panel.y) // MOST_SERIES, 1)].astype(np.float64)
    until = np.pad(np.cumsum(np.nan_to_num(y), axis=1), ((0, 0), (1, 0)))
    known = np.pad(np.cumsum(~np.isnan(y), axis=1), ((0, 0), (1, 0)))
    total, count = (sums[:, window:] - sums[:, :-window] for sums in (until, known))
    found = np.full(total.shape, np.nan)
    told = (2 * count >= window) & (total > 0)
    found[told] = np.log(total[told] / count[told])
    for column in np.flatnonzero(told.any(axis=0)).tolist():
        found[:, column] -= np.median(found[told[:, column], column])
    return found


def _moves(levels: Doubles, periods: int) -> float:
    """The variance of what levels moved by in so many periods, or in as many as there are."""
    apart = min(periods, levels.shape[1] - 1)
    if apart < 1:
        return 0.0
    moves = levels[:, apart:] - levels[:, :-apart]
    moves = moves[np.isfinite(moves)]
    if len(moves) < FEWEST:
        return 0.0
    return float(np.clip(moves, *np.quantile(moves, (_EXTREME, 1 - _EXTREME))).var())
