"""Features of seasons: what the target's phase was worth before, of a series or of a group of them."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.data.frequency import Frequency
from forecaster.engine.features.inputs import Windows
from forecaster.engine.features.primitives import mean_of, ratio
from forecaster.engine.jit import compiled

TREND = "trend"
GROWTH = "growth on a year ago"
YEAR_AGO = "value a season ago"
PHASES = ["last of the same phase", "mean of 4 of the phase", "mean of 10 of the phase"]
YEARLY = ["seasonal change", GROWTH, TREND, "value a season ago against its year"]


def own_names(frequency: Frequency) -> list[str]:
    """Names of a series' own seasonal features, in the order of `own`."""
    names = PHASES if frequency.short_season else []
    return [*names, *YEARLY, YEAR_AGO, "mean of 3 a season ago"] if frequency.long_season else list(names)


def group_names(frequency: Frequency, group: str) -> list[str]:
    """Names of a group's seasonal features, in the order of `of_group`."""
    names = PHASES if frequency.short_season else []
    return [f"{group}: {name}" for name in (*names, *(YEARLY if frequency.long_season else [TREND]))]


@compiled
def yearly(row: Floats, origin: int, target: int, season: int, width: int, out: Floats, at: int) -> int:
    """Four features of the yearly season: the change from the origin's season to the target's in the last two seasons,
    the growth on a year ago, the recent trend, the value one season before the target against its level."""
    change, weight = 0.0, 0.0
    near = 1 if season < 100 else 3
    if season <= 12:
        near = 0
    for back in range(1, 4):
        lag = back * season
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
    out[at + 1] = ratio(now, mean_of(row, origin - season - width + 1, origin - season + 1), 12.0)
    out[at + 2] = ratio(now, mean_of(row, origin - 4 * width + 1, origin + 1), 12.0)
    lag = season
    while target - lag > origin:
        lag += season
    out[at + 3] = ratio(
        mean_of(row, target - lag, target - lag + 1) if target >= lag else np.nan,
        mean_of(row, max(origin - season + 1, 0), origin + 1), 12.0,
    )  # fmt: skip
    return at + 4


@compiled
def phases(row: Floats, origin: int, target: int, season: int, scale: float, out: Floats, at: int) -> int:
    """Three features of the short season: the last value of the target's phase, and its mean over 4 and 10 seasons."""
    lag = ((target - origin + season - 1) // season) * season
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
        position -= season
    if count:
        out[at + 2] = total / count / scale
    return at + 3


@compiled
def own(row: Floats, origin: int, target: int, scale: float, windows: Windows, out: Floats, at: int) -> int:
    """A series' own seasons, and what it sold a year before the target."""
    if windows.short_season > 0:
        at = phases(row, origin, target, windows.short_season, scale, out, at)
    if windows.long_season > 0:
        at = yearly(row, origin, target, windows.long_season, windows.trend, out, at)
        lag = windows.long_season
        while target - lag > origin:
            lag += windows.long_season
        out[at] = row[target - lag] / scale if target >= lag else np.nan
        out[at + 1] = mean_of(row, target - lag - 1, min(target - lag + 1, origin) + 1) / scale
        at += 2
    return at


@compiled
def of_group(row: Floats, origin: int, target: int, windows: Windows, out: Floats, at: int) -> int:
    """A group's seasons, told against its own recent level."""
    short, trend = windows.short_season, windows.trend
    if short > 0:
        level = max(mean_of(row, origin - 4 * short + 1, origin + 1), 1e-9)
        at = phases(row, origin, target, short, level, out, at)
    if windows.long_season > 0:
        return yearly(row, origin, target, windows.long_season, trend, out, at)
    now = mean_of(row, origin - trend + 1, origin + 1)
    out[at] = ratio(now, mean_of(row, origin - 4 * trend + 1, origin + 1), 12.0)
    return at + 1
