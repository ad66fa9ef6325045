"""Censored sales: a period in which a series could be bought for a part of the time shows a part of its demand.

What was sold counts as it is; of the rest of the period the demand is estimated from the series' own rate while it was
in stock, in the periods around and in that one (sales over the time in stock: the estimate that censored exponential
data have, Kaplan's time on test). Guarantee: demand is never less than what was sold, and only of a period that was
in stock for a part; one wholly out of stock, or without a sale for most of it, is unknown and not zero: it is estimated
for those who look, and not learned from.
"""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.data.panel import IN_STOCK, Censored, Panel, begun

AROUND = 0.25  # of a year on either side, whose periods tell the rate
FEWEST = 4  # periods' time in stock, below which the rate is told by all of the past
LEAST_SEEN = 0.5  # periods that the latest ones count as at least
MOST_VARIED = 4.0  # the squared deviation by mean that a product counts as at most
UNKNOWN = 0.5  # the share in stock, below which a period without a sale says nothing


def share(panel: Panel) -> Doubles | None:
    """Of each period (N, T) the share in which a series was in stock; None where nobody says."""
    for regressor in panel.regressors:
        if regressor.name == IN_STOCK:
            past = np.broadcast_to(regressor.values[:, : panel.size], panel.y.shape)
            found: Doubles = np.clip(np.nan_to_num(past, nan=1.0), 0, 1).astype(np.float64)
            return found
    return None


def mask(panel: Panel) -> None:
    """Mark as unknown the periods that say nothing."""
    stocked = share(panel)
    if stocked is not None:
        panel.y[(stocked < UNKNOWN) & (panel.y <= 0)] = np.nan


def estimate(panel: Panel) -> None:
    """Bring the sales of periods in stock for a part to their demand, and note both."""
    stocked = share(panel)
    if stocked is None:
        return
    cells = series, columns = np.nonzero(stocked < 1)
    sold = np.nan_to_num(panel.y[cells])
    rows = np.flatnonzero((stocked < 1).any(axis=1))
    reach = max(round(AROUND * panel.frequency.periods_per_year), 1)
    missed = np.zeros_like(stocked)
    missed[rows] = np.nan_to_num((1 - stocked[rows]) * _rate(panel.y[rows], stocked[rows], reach))
    panel.y += missed.astype(np.float32)  # what is unknown stays so
    demand = (sold + missed[cells]).astype(np.float32)
    panel.censored = Censored(series, columns, stocked[cells].astype(np.float32), sold, demand)


def doubt(panel: Panel) -> Floats | None:
    """The variance (N, H) that the logarithm of a level has because less of the latest periods was seen: that of a mean
    of as many periods as it was in stock, beyond that of a mean of all of them. None where all was seen."""
    if panel.censored is None:
        return None
    window = min(panel.frequency.deviation_windows[0], panel.size)
    seen = np.full(len(panel.ids), float(window))
    late = panel.censored.columns >= panel.size - window
    np.subtract.at(seen, panel.censored.series[late], 1 - panel.censored.share[late])
    short = seen < window
    if not short.any():
        return None
    recent = panel.y[short, -panel.frequency.level_window :].astype(np.float64)
    known = ~np.isnan(recent)
    count = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, recent, 0).sum(axis=1) / count
    square = (np.where(known, recent - mean[:, None], 0) ** 2).sum(axis=1) / count
    found = np.zeros((len(panel.ids), panel.horizon), dtype=np.float32)
    varies = np.minimum(square / np.maximum(mean, 1e-9) ** 2, MOST_VARIED)
    found[short] = (varies * (1 / np.maximum(seen[short], LEAST_SEEN) - 1 / window))[:, None]
    return found


def _rate(y: Floats, share: Doubles, reach: int) -> Doubles:
    """Sales by the time in stock (n, T) around each period, or where that is little, of all of the past."""
    known = ~np.isnan(y)
    told = known & begun(y)
    sold, stocked = np.where(told, y, 0).astype(np.float64), np.where(told, share, 0)
    near, time = (_around(values, reach) for values in (sold, stocked))
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = sold.sum(axis=1, keepdims=True) / stocked.sum(axis=1, keepdims=True)
        found: Doubles = np.where(time >= FEWEST, near / time, usual)
    return found


def _around(values: Doubles, reach: int) -> Doubles:
    """The sum of each value of a row and up to `reach` on either side."""
    until = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
    place = np.arange(values.shape[1])
    last = values.shape[1]
    found: Doubles = until[:, np.minimum(place + reach + 1, last)] - until[:, np.maximum(place - reach, 0)]
    return found
