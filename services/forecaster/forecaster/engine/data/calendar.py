"""What the calendar says about periods: place in the year, weekday, days to the moving and fixed feasts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.data.periods import PeriodIndex

REACH = 90  # days beyond which a feast is not told


def calendar(index: PeriodIndex, numbers: Ints) -> dict[str, Floats]:
    """By name, a value a period (periods,): position in the year (0..1), month, day of month, weekday (Monday 0),
    signed days to each of FEASTS within REACH (else NaN), days in the month."""
    stamps = pd.DatetimeIndex(index.labels(numbers))
    if index.frequency.name == "week":
        stamps = stamps + pd.Timedelta(days=3) if index.named_by_first_day else stamps - pd.Timedelta(days=3)
    found = {
        "position in the year": _floats((stamps.day_of_year - 1) / 365.25), "month": _floats(stamps.month),
        "day of the month": _floats(stamps.day), "weekday": _floats(stamps.day_of_week),
    }  # fmt: skip
    days = stamps.to_numpy("datetime64[D]").astype(np.int64)
    years: Ints = np.arange(max(int(stamps.year.min()) - 1, 1), int(stamps.year.max()) + 2) if len(numbers) else numbers
    for name, feast in FEASTS.items():
        found[f"days to {name}"] = _days_to([feast(int(year)) for year in years], days)
    return found | {"days in the month": _floats(stamps.days_in_month)}


def _floats(values: pd.Index) -> Floats:
    return np.asarray(values, dtype=np.float32)


def _days_to(dates: list[str], days: Ints) -> Floats:
    """Signed days since the nearest of the dates."""
    if not len(days):
        return np.zeros(0, dtype=np.float32)
    feasts = np.array(dates, dtype="datetime64[D]").astype(np.int64)
    gap = days[:, None] - feasts[None, :]
    nearest = gap[np.arange(len(days)), np.abs(gap).argmin(axis=1)]
    return np.where(np.abs(nearest) <= REACH, nearest, np.nan).astype(np.float32)


def _easter(year: int) -> str:
    """Gregorian Easter Sunday (anonymous algorithm, Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return f"{year:04d}-{month:02d}-{day + 1:02d}"


def _christmas(year: int) -> str:
    return f"{year:04d}-12-25"


def _thanksgiving(year: int) -> str:
    first = np.datetime64(f"{year:04d}-11-01").astype(np.int64)
    return str(np.datetime64(int(first + (3 - (first + 3) % 7) % 7 + 21), "D"))


FEASTS = {"Easter": _easter, "Christmas": _christmas, "Thanksgiving": _thanksgiving}
