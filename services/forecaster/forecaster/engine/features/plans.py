"""Features of regressors: of what is planned for the target's period, and of what is known once it has happened."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats
from forecaster.engine.features.primitives import mean_of, ratio
from forecaster.engine.jit import compiled

SAME_STATE = ["mean of 3 in the same state", "mean of 12 in the same state", "since the same state",
              "same state against others"]  # fmt: skip


def known_names(regressors: Iterable[str]) -> list[str]:
    """In the order of `known_ahead`."""
    tails = ("", " against usual", " before", " after", " a season ago")
    return [f"{name}{tail}" for name in regressors for tail in tails]


def past_names(regressors: Iterable[str]) -> list[str]:
    """In the order of `known_past`."""
    return [f"{name}{tail}" for name in regressors for tail in (" recent", " recent against usual")]


@compiled
def same_state(
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
def known_ahead(
    row: Floats, origin: int, target: int, end: int, level: int, season: int, flag: bool, out: Floats, at: int
) -> int:
    """Five features of a regressor known up to position `end`."""
    value = row[target]
    usual = mean_of(row, origin - level + 1, origin + 1)
    out[at] = value
    out[at + 1] = value - usual if flag else ratio(value, usual, 10.0)
    out[at + 2] = row[target - 1] if flag else ratio(value, row[origin], 10.0)
    out[at + 3] = row[target + 1] if target + 1 <= end else np.nan
    out[at + 4] = row[target - season] if season > 0 and target >= season else np.nan
    return at + 5


@compiled
def known_past(row: Floats, origin: int, level: int, out: Floats, at: int) -> int:
    """Two features of a regressor that is only known when it has happened."""
    usual = mean_of(row, origin - level + 1, origin + 1)
    recent = mean_of(row, origin - 3, origin + 1)
    out[at] = recent
    out[at + 1] = recent / usual if usual != 0 else np.nan
    return at + 2
