"""Totals: with little history the pooled model's seasonality is a guess, so its total is moved half-way to the recent
level of all sales together: as far as it is off by more than chance, or a few wild products would move all others."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.features.builder import Features


def applies(features: Features) -> bool:
    """Whether the history is shorter than a season and a horizon: with more, aligning never paid."""
    frequency = features.frequency
    return bool(
        frequency.long_season and not frequency.short_season
        and features.last + 1 < frequency.long_season + features.horizon
    )  # fmt: skip


_CHANCE = 0.2  # the variance of the level below, of that of one period's total when periods are independent


def factor(features: Features, series: Ints, origin: int, forecasts: Floats) -> float:
    """What forecasts (n, H) of `series` at an origin are to be multiplied by: half of the way, in logs, from their
    total to the mean of a fast average of the totals and their last four, less what chance makes of the way (James and
    Stein 1961)."""
    sales = features.inputs.sales[series, max(0, origin - 39) : origin + 1]
    totals = np.atleast_1d(np.nansum(sales, axis=0, dtype=np.float64))
    if len(totals) < 4:
        return 1.0
    average = totals[:4].mean()
    for value in totals[4:]:
        average += 0.3 * (value - average)
    level, total = (average + totals[-4:].mean()) / 2, float(forecasts.sum(dtype=np.float64)) / forecasts.shape[1]
    if level <= 0 or total <= 0:
        return 1.0
    way = float(np.log(np.clip(level / total, 0.25, 4.0)))
    noise = _CHANCE * _variance(sales) / level**2
    return float(np.exp(way / 2 * max(1 - noise / max(way**2, 1e-12), 0.0)))


def _variance(sales: Floats) -> float:
    """Of one period's total of sales (n, T), were series independent."""
    known = ~np.isnan(sales)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    values = np.where(known, sales, 0).astype(np.float64)
    off = np.where(known, values - values.sum(axis=1, keepdims=True) / count, 0)
    return float(((off**2).sum(axis=1, keepdims=True) / count).sum())
