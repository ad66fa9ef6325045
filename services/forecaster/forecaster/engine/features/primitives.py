"""What several families of features are made of, compiled. A row is a series' sales; NaN means unknown."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.jit import compiled


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
