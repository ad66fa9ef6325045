"""What several local methods are made of, compiled. `x` holds n known values, oldest first; `work` is scratch room.

Sources: SES and seasonal indices as in Hyndman and Athanasopoulos, Forecasting: Principles and Practice.
"""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled


@compiled
def ses(x: Doubles, n: int) -> tuple[float, float]:
    """Level after n values and the smoothing constant with the least squared error one step ahead."""
    best, level_of_best, chosen = np.inf, x[0], 0.3
    for number in range(8):
        alpha = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)[number]
        level, error = 0.0, 0.0
        warm = min(n, 4)
        for k in range(warm):
            level += x[k] / warm
        for k in range(n):
            miss = x[k] - level
            error += miss * miss
            level += alpha * miss
        if error < best:
            best, level_of_best, chosen = error, level, alpha
    return level_of_best, chosen


@compiled
def aggregated(x: Doubles, n: int, width: int, work: Doubles) -> float:
    """SES of non-overlapping sums of `width` values, counted from the end, per value."""
    count = n // width
    if count == 0:
        width, count = n, 1
    begin = n - count * width
    for k in range(count):
        work[k] = 0.0
        for j in range(width):
            work[k] += x[begin + k * width + j]
    return ses(work, count)[0] / width


@compiled
def widest_bucket(x: Doubles, n: int) -> int:
    """The mean interval between sales, in whole periods, at most half of the history."""
    sold = 0
    for k in range(n):
        sold += x[k] > 0
    interval = max(1, round(n / max(sold, 1)))
    return min(interval, max(n // 2, 1))


@compiled
def seasonal_indices(x: Doubles, n: int, season: int, index: Doubles) -> bool:
    """Multiplicative seasonal indices by phase, counted back from the end, shrunk to 1; False without two seasons."""
    if season < 2 or n < 2 * season:
        return False
    total = 0.0
    used = (n // season) * season
    seasons = min(used // season, 12 if season < 20 else 4)
    for k in range(n - seasons * season, n):
        total += x[k]
    mean = total / (seasons * season)
    if mean <= 0:
        return False
    pull = 1.0 if season < 20 else 2.0
    for phase in range(season):
        part = 0.0
        for back in range(seasons):
            part += x[n - 1 - phase - back * season]
        index[season - 1 - phase] = (part / mean + pull) / (seasons + pull)
    return True


@compiled
def deseasonalised(x: Doubles, n: int, season: int, index: Doubles, work: Doubles) -> bool:
    """Write x without its season to `work`, and the season to `index`; False, and x as it is, where there is none."""
    seasonal = seasonal_indices(x, n, season, index)
    for k in range(n):
        phase = (k - n) % season if season > 0 else 0
        work[k] = x[k] / max(index[phase], 0.05) if seasonal else x[k]
    return seasonal


@compiled
def growth_on_a_year(x: Doubles, n: int, year: int, recent: int) -> float:
    """The level of the last `recent` values against the level of those a year before, within a fifth and five; 0 where
    the history holds no year and `recent` values, or nothing sold then."""
    if year < 2 or n < year + recent:
        return 0.0
    now, then = 0.0, 0.0
    for k in range(recent):
        now += x[n - 1 - k]
        then += x[n - 1 - k - year]
    return min(max(now / then, 0.2), 5.0) if then > 0 else 0.0


@compiled
def last_year(
    values: Doubles, lengths: Ints, levels: Doubles, year: int, recent: int, half: bool, out: Floats
) -> None:
    """Of each history what sold a year before times the growth since, or its root; the smoothed level (R,) where no
    growth can be told."""
    for r in range(len(lengths)):
        x, n = values[r], lengths[r]
        growth = growth_on_a_year(x, n, year, recent)
        if growth > 0:
            factor = np.sqrt(growth) if half else growth
            for h in range(out.shape[1]):
                out[r, h] = x[n - year + h % year] * factor
        else:
            out[r] = levels[r]
