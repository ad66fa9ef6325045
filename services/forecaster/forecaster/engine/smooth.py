"""Methods that look at one series alone, compiled: a row (series, origin) costs microseconds, so that every one of
them can be tried at every origin of the backtest.

Sources: SES and seasonal indices as in Hyndman and Athanasopoulos, Forecasting: Principles and Practice; Croston with
the Syntetos-Boylan correction (2005); TSB (Teunter, Syntetos, Babai 2011); ADIDA and IMAPA (Nikolopoulos 2011,
Petropoulos and Kourentzes 2015); Theta (Assimakopoulos and Nikolopoulos 2000) with the drift of the SES form;
seasonal naive times the year's growth, as planners do by hand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.jit import compiled
from forecaster.engine.types import Floats

Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]
NAMES = (
    "last value", "seasonal naive", "moving average", "exponential smoothing", "Croston-SBA", "TSB", "ADIDA", "IMAPA",
    "seasonal smoothing", "Theta", "last year with growth", "last year with half its growth",
)  # fmt: skip


@compiled
def _ses(x: Doubles, n: int) -> tuple[float, float]:
    """Level after n values and the smoothing constant with the least squared error one step ahead."""
    best, level_of_best, chosen = np.inf, x[0], 0.3
    for number in range(8):
        alpha = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)[number]
        level, error = x[0], 0.0
        warm = min(n, 4)
        level = 0.0
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
def _croston(x: Doubles, n: int) -> float:
    """Croston with the Syntetos-Boylan correction, smoothing 0.1."""
    size, gap, since, begun = 0.0, 1.0, 0, False
    for k in range(n):
        since += 1
        if x[k] > 0:
            if not begun:
                size, gap, begun = x[k], float(since), True
            else:
                size += 0.1 * (x[k] - size)
                gap += 0.1 * (since - gap)
            since = 0
    return 0.95 * size / gap if begun else 0.0


@compiled
def _tsb(x: Doubles, n: int) -> float:
    """Probability of a sale times its size, both smoothed: fades when sales stop."""
    warm = min(n, 10)
    chance, size, count = 0.0, 0.0, 0
    for k in range(warm):
        if x[k] > 0:
            chance += 1.0 / warm
            size += x[k]
            count += 1
    size = size / count if count else 0.0
    for k in range(n):
        if x[k] > 0:
            chance += 0.1 * (1 - chance)
            size = x[k] if size == 0 else size + 0.1 * (x[k] - size)
        else:
            chance -= 0.1 * chance
    return chance * size


@compiled
def _aggregated(x: Doubles, n: int, width: int, work: Doubles) -> float:
    """SES of non-overlapping sums of `width` values, counted from the end, per value."""
    count = n // width
    if count == 0:
        width, count = n, 1
    begin = n - count * width
    for k in range(count):
        work[k] = 0.0
        for j in range(width):
            work[k] += x[begin + k * width + j]
    return _ses(work, count)[0] / width


@compiled
def _indices(x: Doubles, n: int, cycle: int, index: Doubles) -> bool:
    """Multiplicative seasonal indices by phase, counted back from the end and shrunk to 1; False without two cycles."""
    if cycle < 2 or n < 2 * cycle:
        return False
    total = 0.0
    used = (n // cycle) * cycle
    cycles = min(used // cycle, 12 if cycle < 20 else 4)
    for k in range(n - cycles * cycle, n):
        total += x[k]
    mean = total / (cycles * cycle)
    if mean <= 0:
        return False
    pull = 1.0 if cycle < 20 else 2.0
    for phase in range(cycle):
        part = 0.0
        for back in range(cycles):
            part += x[n - 1 - phase - back * cycle]
        index[cycle - 1 - phase] = (part / mean + pull) / (cycles + pull)
    return True


@compiled
def _growth(x: Doubles, n: int, year: int, recent: int) -> float:
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
def _gather(row: Floats, first: int, origin: int, most: int, x: Doubles) -> int:
    """The known values of row[first..origin], latest `most`, a gap filled with the value before it."""
    n, last = 0, 0.0
    for position in range(max(first, origin - most + 1), origin + 1):
        value = row[position]
        if value == value:
            last = max(value, 0.0)
        x[n] = last
        n += 1
    return n


@compiled
def _one(
    x: Doubles, n: int, horizon: int, cycle: int, year: int, recent: int, level: int, work: Doubles, index: Doubles,
    out: Floats,
) -> None:  # fmt: skip
    window = min(n, max(level // 2, 4))
    total, sold = 0.0, 0
    for k in range(n - window, n):
        total += x[k]
    for k in range(n):
        sold += x[k] > 0
    ses, _ = _ses(x, n)
    interval = max(1, round(n / max(sold, 1)))
    widest = min(interval, max(n // 2, 1))
    imapa = 0.0
    for width in range(1, widest + 1):
        imapa += _aggregated(x, n, width, work) / widest
    flat = (
        x[n - 1], x[n - 1], total / window, ses, _croston(x, n), _tsb(x, n),
        _aggregated(x, n, widest, work), imapa, ses, ses,
        ses, ses,
    )  # fmt: skip
    for method in range(12):
        for h in range(horizon):
            out[method, h] = flat[method]
    if cycle > 1 and n >= cycle:
        for h in range(horizon):
            out[1, h] = x[n - cycle + h % cycle]
    growth = _growth(x, n, year, recent)
    if growth > 0:
        for h in range(horizon):
            ago = x[n - year + h % year]
            out[10, h], out[11, h] = ago * growth, ago * np.sqrt(growth)
    seasonal = _indices(x, n, cycle, index)
    for k in range(n):
        phase = (k - n) % cycle if cycle > 0 else 0
        work[k] = x[k] / max(index[phase], 0.05) if seasonal else x[k]
    base, alpha = _ses(work, n)
    slope, mean_k, mean_x, spread = 0.0, (n - 1) / 2.0, 0.0, 0.0
    for k in range(n):
        mean_x += work[k] / n
    for k in range(n):
        slope += (k - mean_k) * (work[k] - mean_x)
        spread += (k - mean_k) ** 2
    slope = 0.5 * slope / spread if spread > 0 and n >= 8 else 0.0
    for h in range(horizon):
        factor = index[h % cycle] if seasonal else 1.0
        out[8, h] = base * factor
        out[9, h] = max(base + slope * (h + 1.0 / alpha - (1 - alpha) ** n / alpha), 0.0) * factor


@compiled
def forecast(
    y: Floats, first: Ints, series: Ints, origins: Ints, horizon: int, cycle: int, year: int, recent: int, level: int,
    most: int, out: Floats,
) -> None:  # fmt: skip
    """Forecasts of every method into out (rows, methods, H). A series without a sale by its origin gets zeros."""
    x, work, index = np.zeros(most), np.zeros(most), np.ones(max(cycle, 1))
    for number in range(len(series)):
        i, t = series[number], origins[number]
        if first[i] > t:
            out[number] = 0.0
            continue
        n = _gather(y[i], first[i], t, most, x)
        _one(x, n, horizon, cycle, year, recent, level, work, index, out[number])
