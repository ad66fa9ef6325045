"""Features of a series' own recent past: lags, means, deviations, how often it sells, how long since."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.data.frequency import Frequency
from forecaster.engine.features.inputs import Windows
from forecaster.engine.features.primitives import mean_of
from forecaster.engine.jit import compiled

FAST_AVERAGE = "fast average"
SINCE_SALE, AGE, LOG_SCALE = "since last sale", "age", "log scale"


def names(frequency: Frequency) -> list[str]:
    """In the order of `own_past`."""
    return [
        *(f"lag {lag}" for lag in range(frequency.lags)), *(f"mean {window}" for window in frequency.mean_windows),
        *(deviation(window) for window in frequency.deviation_windows),
        *(share_sold(window) for window in frequency.share_windows),
        "slow average", FAST_AVERAGE, SINCE_SALE, AGE, LOG_SCALE,
    ]  # fmt: skip


def deviation(window: int) -> str:
    """The name of the deviation over a window."""
    return f"deviation {window}"


def share_sold(window: int) -> str:
    """The name of the share of periods with sales in a window."""
    return f"share sold {window}"


@compiled
def own_past(row: Floats, first: int, origin: int, scale: float, windows: Windows, out: Floats, at: int) -> int:
    """The series' own recent past, all but the last few features in units of its scale."""
    for lag in range(windows.lags):
        out[at + lag] = row[origin - lag] / scale if origin >= lag else np.nan
    at += windows.lags
    for window in windows.means:
        out[at] = mean_of(row, origin - window + 1, origin + 1) / scale
        at += 1
    for window in windows.deviations:
        out[at] = _deviation(row, max(origin - window + 1, first), origin, scale)
        at += 1
    for window in windows.shares:
        out[at] = _share_sold(row, max(origin - window + 1, first), origin)
        at += 1
    longest = windows.means[len(windows.means) - 1]
    slow, fast = _averages(row, max(first, origin - 3 * longest), origin)
    out[at], out[at + 1] = slow / scale, fast / scale
    since = 0
    while origin - since >= first and not row[origin - since] > 0:
        since += 1
    out[at + 2], out[at + 3], out[at + 4] = since, origin - first + 1, np.log(scale)
    return at + 5


@compiled
def _deviation(row: Floats, begin: int, origin: int, scale: float) -> float:
    middle, total, count = mean_of(row, begin, origin + 1), 0.0, 0
    for position in range(begin, origin + 1):
        if row[position] == row[position]:
            total += (row[position] - middle) ** 2
            count += 1
    return np.sqrt(total / count) / scale if count > 1 else np.nan


@compiled
def _share_sold(row: Floats, begin: int, origin: int) -> float:
    sold, count = 0, 0
    for position in range(begin, origin + 1):
        if row[position] == row[position]:
            count += 1
            sold += row[position] > 0
    return sold / count if count else np.nan


@compiled
def _averages(row: Floats, begin: int, origin: int) -> tuple[float, float]:
    """Exponential averages, of 0.1 and of 0.3."""
    slow, fast, begun = 0.0, 0.0, False
    for position in range(begin, origin + 1):
        value = row[position]
        if value == value:
            slow = value if not begun else 0.9 * slow + 0.1 * value
            fast = value if not begun else 0.7 * fast + 0.3 * value
            begun = True
    return slow, fast
