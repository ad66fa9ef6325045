"""Features of rows (series, origin, horizon), computed straight from the panel: no series x time feature matrices.

All sales are divided by the series' scale at the origin, so one model serves every size of series. Nothing after
the origin is read but known regressors up to origin + horizon length. NaN means unknown.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.jit import compiled
from forecaster.engine.types import Floats

Ints = NDArray[np.int64]


@compiled
def mean_of(row: Floats, begin: int, end: int) -> float:
    """Mean of the known values in row[begin:end], NaN without any; positions before 0 do not exist."""
    total, count = 0.0, 0
    for position in range(max(begin, 0), min(end, len(row))):
        value = row[position]
        if value == value:
            total += value
            count += 1
    return total / count if count else np.nan


@compiled
def ratio(top: float, bottom: float, most: float) -> float:
    """top / bottom within 0..most; NaN when either is unknown or the bottom is not positive."""
    if top != top or bottom != bottom or bottom <= 0:
        return np.nan
    return min(max(top / bottom, 0.0), most)


@compiled
def scale_at(row: Floats, origin: int, level: int) -> float:
    """The size of a series at an origin: its recent mean, never far below its last 8 or its usual sale."""
    long = mean_of(row, origin - level + 1, origin + 1)
    short = mean_of(row, origin - 7, origin + 1)
    total, count = 0.0, 0
    for position in range(max(0, origin - 4 * level + 1), origin + 1):
        if row[position] > 0:
            total += row[position]
            count += 1
    usual = 0.05 * total / count if count else 0.0
    if long != long:  # closed or out of stock all the time: what it was before
        total, count = 0.0, 0
        position = origin - level
        while position >= 0 and count < 8:
            if row[position] == row[position]:
                total += row[position]
                count += 1
            position -= 1
        long = total / count if count else np.nan
    best = usual
    if long == long:
        best = max(best, long)
    if short == short:
        best = max(best, 0.5 * short)
    return best if best > 1e-12 else 1e-12


@compiled
def squared_step(row: Floats, origin: int, first: int) -> float:
    """Mean squared one-step change up to the origin after the first sale: what RMSSE divides by."""
    total, count, last = 0.0, 0, np.nan
    for position in range(first, origin + 1):
        value = row[position]
        if value == value:
            if last == last:
                total += (value - last) ** 2
                count += 1
            last = value
    return total / count if count else np.nan


@compiled
def _season(row: Floats, origin: int, target: int, cycle: int, width: int, out: Floats, at: int) -> int:
    """Four features of the yearly cycle: the change from the origin's season to the target's in the last two cycles,
    the growth on a year ago, the recent trend, the value one cycle before the target against its level."""
    change, weight = 0.0, 0.0
    near = 1 if cycle < 100 else 3
    if cycle <= 12:
        near = 0
    for back in range(1, 4):
        lag = back * cycle
        if target - lag > origin:
            continue
        then = mean_of(row, target - lag - near, min(target - lag + near, origin) + 1)
        base = mean_of(row, origin - lag - width + 1, origin - lag + 1)
        if origin - lag - width + 1 < 0:
            continue
        step = ratio(then, base, 12.0)
        if step == step:
            change += step
            weight += 1.0
    out[at] = change / weight if weight > 0 else np.nan
    now = mean_of(row, origin - width + 1, origin + 1)
    out[at + 1] = ratio(now, mean_of(row, origin - cycle - width + 1, origin - cycle + 1), 12.0)
    out[at + 2] = ratio(now, mean_of(row, origin - 4 * width + 1, origin + 1), 12.0)
    lag = cycle
    while target - lag > origin:
        lag += cycle
    out[at + 3] = ratio(
        mean_of(row, target - lag, target - lag + 1) if target >= lag else np.nan,
        mean_of(row, max(origin - cycle + 1, 0), origin + 1), 12.0,
    )  # fmt: skip
    return at + 4


@compiled
def _phases(row: Floats, origin: int, target: int, cycle: int, scale: float, out: Floats, at: int) -> int:
    """Three features of the short cycle: the last value of the target's phase, and its mean over 4 and 10 cycles."""
    lag = ((target - origin + cycle - 1) // cycle) * cycle
    total, count, position = 0.0, 0, target - lag
    out[at], out[at + 1], out[at + 2] = np.nan, np.nan, np.nan
    for number in range(10):
        if position < 0:
            break
        value = row[position]
        if value == value:
            total += value
            count += 1
        if number == 0:
            out[at] = value / scale
        if number == 3 and count:
            out[at + 1] = total / count / scale
        position -= cycle
    if count:
        out[at + 2] = total / count / scale
    return at + 3


@compiled
def _own(
    row: Floats, first: int, origin: int, scale: float, lags: int, windows: Ints, spreads: Ints, shares: Ints,
    out: Floats, at: int,
) -> int:  # fmt: skip
    """The series' own recent past."""
    for lag in range(lags):
        out[at + lag] = row[origin - lag] / scale if origin >= lag else np.nan
    at += lags
    for number in range(len(windows)):
        out[at + number] = mean_of(row, origin - windows[number] + 1, origin + 1) / scale
    at += len(windows)
    for number in range(len(spreads)):
        begin = max(origin - spreads[number] + 1, first)
        middle, total, count = mean_of(row, begin, origin + 1), 0.0, 0
        for position in range(begin, origin + 1):
            if row[position] == row[position]:
                total += (row[position] - middle) ** 2
                count += 1
        out[at + number] = np.sqrt(total / count) / scale if count > 1 else np.nan
    at += len(spreads)
    for number in range(len(shares)):
        sold, count = 0, 0
        for position in range(max(origin - shares[number] + 1, first), origin + 1):
            if row[position] == row[position]:
                count += 1
                sold += row[position] > 0
        out[at + number] = sold / count if count else np.nan
    at += len(shares)
    slow, fast, begun = 0.0, 0.0, False
    for position in range(max(first, origin - 3 * windows[len(windows) - 1]), origin + 1):
        value = row[position]
        if value == value:
            slow = value if not begun else 0.9 * slow + 0.1 * value
            fast = value if not begun else 0.7 * fast + 0.3 * value
            begun = True
    out[at], out[at + 1] = slow / scale, fast / scale
    since = 0
    while origin - since >= first and not row[origin - since] > 0:
        since += 1
    out[at + 2], out[at + 3], out[at + 4] = since, origin - first + 1, np.log(scale)
    return at + 5


@compiled
def _matches(
    row: Floats, states: NDArray[np.int16], origin: int, target: int, scale: float, out: Floats, at: int
) -> int:
    """Sales in the latest periods with the same known state (promotion, opening, weekday) as the target: means of
    3 and 12, how long ago, and the mean of the other states' sales since then."""
    wanted = states[target]
    out[at], out[at + 1], out[at + 2], out[at + 3] = np.nan, np.nan, np.nan, np.nan
    if wanted < 0:
        return at + 4
    total, count, other, others = 0.0, 0, 0.0, 0
    for back in range(min(origin + 1, 400)):
        position = origin - back
        value = row[position]
        if value != value:
            continue
        if states[position] == wanted:
            if count == 0:
                out[at + 2] = back
            total += value
            count += 1
            if count == 3:
                out[at] = total / 3 / scale
            if count == 12:
                break
        else:
            other += value
            others += 1
    if count:
        out[at + 1] = total / count / scale
        if others and other > 0:
            out[at + 3] = min(total / count / (other / others), 20.0)
        if count < 3:
            out[at] = out[at + 1]
    return at + 4


@compiled
def _known(
    row: Floats, origin: int, target: int, end: int, level: int, cycle: int, flag: bool, out: Floats, at: int
) -> int:
    """Five features of a regressor known up to position `end`."""
    value = row[target]
    usual = mean_of(row, origin - level + 1, origin + 1)
    out[at] = value
    out[at + 1] = value - usual if flag else ratio(value, usual, 10.0)
    out[at + 2] = row[target - 1] if flag else ratio(value, row[origin], 10.0)
    out[at + 3] = row[target + 1] if target + 1 <= end else np.nan
    out[at + 4] = row[target - cycle] if cycle > 0 and target >= cycle else np.nan
    return at + 5


@compiled
def _past(row: Floats, origin: int, level: int, out: Floats, at: int) -> int:
    """Two features of a regressor that is only known when it has happened."""
    usual = mean_of(row, origin - level + 1, origin + 1)
    recent = mean_of(row, origin - 3, origin + 1)
    out[at] = recent
    out[at + 1] = recent / usual if usual != 0 else np.nan
    return at + 2


@compiled
def fill(
    y: Floats, first: Ints, series: Ints, origins: Ints, steps: Ints, reach: int, lags: int, level: int,
    windows: Ints, spreads: Ints, shares: Ints, short: int, long: int, width: int,
    totals: Floats, members: NDArray[np.int32], states: NDArray[np.int16], days: Floats,
    known: Floats, known_common: Floats, flags: NDArray[np.bool_], flags_common: NDArray[np.bool_],
    past: Floats, past_common: Floats, static: Floats, base: Floats, out: Floats, scales: Floats, msd: Floats,
) -> None:  # fmt: skip
    """Write the features of each row to `out`, its scale and its mean squared step.

    totals (all groups, T) and members (levels, N) hold pooled sales and each series' row in them; states
    (N or 1, T + H); known (K, N, T + H), known_common (K, T + H), past likewise; static (N, S); base (periods, C).
    """
    own = 1  # where the features of the series' own past end
    for number in range(len(series)):
        i, t, h = series[number], origins[number], steps[number]
        row, target, to = y[i], t + h, out[number]
        to[0] = h
        if number > 0 and i == series[number - 1] and t == origins[number - 1]:  # only the horizon is another
            at = own
            to[1:at], scale = out[number - 1, 1:at], scales[number - 1]
            scales[number], msd[number] = scale, msd[number - 1]
        else:
            scale = scale_at(row, t, level)
            scales[number] = scale
            msd[number] = squared_step(row, t, first[i])
            at = own = _own(row, first[i], t, scale, lags, windows, spreads, shares, to, 1)
        for column in range(days.shape[1]):
            to[at] = days[target, column]
            at += 1
        if short > 0:
            at = _phases(row, t, target, short, scale, to, at)
        if long > 0:
            at = _season(row, t, target, long, width, to, at)
            lag = long
            while target - lag > t:
                lag += long
            to[at] = row[target - lag] / scale if target >= lag else np.nan
            to[at + 1] = mean_of(row, target - lag - 1, min(target - lag + 1, t) + 1) / scale
            at += 2
        for group in range(members.shape[0]):
            pool = totals[members[group, i]]
            if short > 0:
                at = _phases(pool, t, target, short, max(mean_of(pool, t - 4 * short + 1, t + 1), 1e-9), to, at)
            if long > 0:
                at = _season(pool, t, target, long, width, to, at)
            else:
                to[at] = ratio(mean_of(pool, t - width + 1, t + 1), mean_of(pool, t - 4 * width + 1, t + 1), 12.0)
                at += 1
        if states.shape[1] > 0:
            at = _matches(row, states[i if states.shape[0] > 1 else 0], t, target, scale, to, at)
        for column in range(known.shape[0]):
            at = _known(known[column, i], t, target, t + reach, level, long, flags[column], to, at)
        for column in range(known_common.shape[0]):
            at = _known(known_common[column], t, target, t + reach, level, long, flags_common[column], to, at)
        for column in range(past.shape[0]):
            at = _past(past[column, i], t, level, to, at)
        for column in range(past_common.shape[0]):
            at = _past(past_common[column], t, level, to, at)
        for column in range(static.shape[1]):
            to[at] = static[i, column]
            at += 1
        for column in range(base.shape[1]):
            to[at] = base[number, column]
            at += 1
