"""Periods: a frequency, the labels that name its periods, and what the calendar says about them.

Labels are kept as they come: a week may be named by any of its days, a month, quarter or year by its first or last
day. A period's number is its ordinal; periods between two labels are never skipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.engine.types import Malformed

Ints = NDArray[np.int64]
_DAY = 86_400_000_000_000
_MONTHS = {"M": 1, "Q": 3, "Y": 12}


@dataclass(frozen=True)
class Rhythm:
    """What a frequency implies for modelling; all lengths in periods."""

    name: str
    year: float  # periods a year
    short: int  # the cycle within a year (7 days a week), 0 without one
    long: int  # the yearly cycle as a lag that keeps the short cycle's phase, 0 without one
    windows: tuple[int, ...]  # of the means at the origin
    spreads: tuple[int, ...]  # of the standard deviations
    shares: tuple[int, ...]  # of the share of periods with sales
    level: int  # the window of a series' level and scale
    lags: int  # latest values taken as they are
    backtest: int  # origins that the backtest is rolled through, at most
    longest: int  # periods of history that are read, at most

    @property
    def growth(self) -> int:
        """The window whose level, against a year before, tells the year's growth."""
        return max(self.level // 6, 2)


_RHYTHMS = {
    "day": Rhythm("day", 365.25, 7, 364, (3, 7, 14, 28, 56, 91, 182), (7, 28, 91), (7, 28, 91), 56, 7, 56, 2200),
    "business day": Rhythm("business day", 261, 5, 260, (3, 5, 10, 20, 40, 65, 130), (5, 20, 65), (5, 20, 65), 40, 5,
                           40, 1600),
    "hour": Rhythm("hour", 8766, 24, 168, (3, 12, 24, 72, 168, 336, 672), (24, 168, 672), (24, 168, 672), 168, 6, 168,
                   4000),
    "week": Rhythm("week", 52.18, 0, 52, (2, 4, 8, 13, 26, 52), (8, 26, 52), (4, 13, 52), 26, 6, 26, 783),
    "month": Rhythm("month", 12, 0, 12, (2, 3, 6, 12, 24), (6, 12, 24), (3, 6, 12), 12, 6, 12, 360),
    "quarter": Rhythm("quarter", 4, 0, 4, (2, 4, 8, 12), (4, 8, 12), (2, 4, 8), 4, 4, 6, 160),
    "year": Rhythm("year", 1, 0, 0, (2, 3, 5), (3, 5, 8), (2, 3, 5), 3, 3, 4, 100),
}  # fmt: skip


class Grid:
    """The numbering of periods for one frequency and one way of labelling."""

    def __init__(self, freq: str, labels: pd.Series) -> None:
        """`labels`: the history's dates, without NaT. Raises Malformed when they do not lie on one grid of `freq`."""
        self.freq = freq
        self._kind, self._step, self._anchor = _parse(freq)
        self.rhythm = _RHYTHMS[self._kind]
        self._at_end = False
        days = labels.to_numpy("datetime64[ns]").astype(np.int64)
        unique = np.unique(days)
        if self._kind == "week":
            phases = np.unique(unique // _DAY % 7)
            if len(phases) > 1 or (unique % _DAY).any():
                odd = pd.Timestamp(unique[np.flatnonzero(unique // _DAY % 7 != phases[0])[:1]][0]) if len(phases) > 1 \
                    else pd.Timestamp(unique[unique % _DAY != 0][0])  # fmt: skip
                raise Malformed(f"ds: {odd} is not one week apart from the other labels, as freq {freq} needs")
            self._offset = int(phases[0])
        elif self._kind in ("month", "quarter", "year"):
            self._calendar(unique)
        else:
            self._regular(unique)
        self._check(unique)

    def _calendar(self, unique: Ints) -> None:
        stamps = pd.DatetimeIndex(unique)
        if not (stamps.is_month_start.all() or stamps.is_month_end.all()):
            odd = stamps[~(stamps.is_month_start if stamps[0].day == 1 else stamps.is_month_end)][0]
            raise Malformed(
                f"ds: {odd.date()} is neither the first day of a month nor the last, as freq {self.freq} needs"
            )
        self._at_end = not bool(stamps.is_month_start.all())
        self._offset = int((stamps[0].year * 12 + stamps[0].month - 1) % self._step)

    def _regular(self, unique: Ints) -> None:
        if self._kind == "business day":
            self._offset = 0
            return
        unit = _DAY if self._kind == "day" else _DAY // 24
        self._unit = unit
        self._offset = int(unique[0] % unit)

    def _check(self, unique: Ints) -> None:
        back = self.labels(self.numbers(unique)).astype("datetime64[ns]").astype(np.int64)
        wrong = np.flatnonzero(back != unique)
        if len(wrong):
            raise Malformed(f"ds: {pd.Timestamp(unique[wrong[0]])} does not lie on a grid of freq {self.freq}")

    def numbers(self, stamps: NDArray[np.generic] | Ints) -> Ints:
        """Period numbers of datetimes (or nanoseconds). A date inside a period counts to the period it lies in."""
        value = np.asarray(stamps)
        nanos = value if value.dtype == np.int64 else value.astype("datetime64[ns]").astype(np.int64)
        if self._kind == "week":
            return (nanos // _DAY - self._offset) // 7
        if self._kind in ("month", "quarter", "year"):
            months = nanos.astype("datetime64[ns]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
            return (months - self._offset) // self._step
        if self._kind == "business day":
            return np.busday_count(np.datetime64("1970-01-01"), nanos.astype("datetime64[ns]").astype("datetime64[D]"))
        return (nanos - self._offset) // (self._unit * self._step)

    def labels(self, numbers: Ints) -> NDArray[np.datetime64]:
        """The labels of periods, datetime64[ns]."""
        if self._kind == "week":
            return ((numbers * 7 + self._offset) * _DAY).astype("datetime64[ns]")
        if self._kind in ("month", "quarter", "year"):
            months = numbers * self._step + self._offset - 1970 * 12
            if self._at_end:
                return ((months + 1).astype("datetime64[M]").astype("datetime64[D]") - 1).astype("datetime64[ns]")
            return months.astype("datetime64[M]").astype("datetime64[ns]")
        if self._kind == "business day":
            return np.busday_offset(np.datetime64("1970-01-01"), numbers, roll="forward").astype("datetime64[ns]")
        return (numbers * self._unit * self._step + self._offset).astype("datetime64[ns]")


def _parse(freq: str) -> tuple[str, int, str]:
    """Kind, steps a period (in its unit), anchor. Raises Malformed for what is not a regular frequency."""
    try:
        offset = pd.tseries.frequencies.to_offset(freq)
    except ValueError as error:
        raise Malformed(f"freq: {freq!r} is not a pandas offset alias such as W-SUN, MS or D") from error
    if offset is None:
        raise Malformed("freq: missing")
    base, _, anchor = offset.rule_code.partition("-")
    if base == "W" and offset.n == 1:
        return "week", 1, anchor
    if base == "D" and offset.n == 7:
        return "week", 1, ""
    if base == "B" and offset.n == 1:
        return "business day", 1, ""
    if base in ("D", "h"):
        return ("day" if base == "D" else "hour"), int(offset.n), ""
    letter = base.rstrip("SE").removeprefix("B") or base
    if letter in _MONTHS and offset.n == 1:
        return {"M": "month", "Q": "quarter", "Y": "year"}[letter], _MONTHS[letter], anchor
    raise Malformed(f"freq: {freq!r} is not supported; use D, B, h, W-…, MS or ME, QS or QE, YS or YE")


def calendar(grid: Grid, numbers: Ints) -> NDArray[np.float32]:
    """What the calendar says about periods, (periods, 8) float32: position in the year (0..1), month, day of month,
    weekday, signed days to Easter, Christmas and Thanksgiving within ±90 (else NaN), days in the month."""
    labels = grid.labels(numbers)
    stamps = pd.DatetimeIndex(labels)
    if grid.rhythm.name == "week":
        stamps = stamps + pd.Timedelta(days=3) if _named_by_first_day(grid) else stamps - pd.Timedelta(days=3)
    found = np.full((len(numbers), 8), np.nan, dtype=np.float32)
    if not len(numbers):
        return found
    found[:, 0] = (stamps.day_of_year - 1) / 365.25
    found[:, 1] = stamps.month
    found[:, 2] = stamps.day
    found[:, 3] = stamps.day_of_week
    found[:, 7] = stamps.days_in_month
    days = stamps.to_numpy("datetime64[D]").astype(np.int64)
    years = np.arange(max(int(stamps.year.min()) - 1, 1), int(stamps.year.max()) + 2)
    for column, feast in ((4, _easter), (5, _christmas), (6, _thanksgiving)):
        feasts = np.array([feast(int(year)) for year in years], dtype="datetime64[D]").astype(np.int64)
        gap = days[:, None] - feasts[None, :]
        nearest = gap[np.arange(len(days)), np.abs(gap).argmin(axis=1)]
        found[:, column] = np.where(np.abs(nearest) <= 90, nearest, np.nan)
    return found


def _named_by_first_day(grid: Grid) -> bool:
    """Whether a week's label is its first day. An alias W-X says that labels fall on X; Monday and, by itself, a label
    other than the alias's day is taken for the first day of a week that ends on it."""
    anchor = _parse(grid.freq)[2]
    weekday = int((np.datetime64(grid.labels(np.array([0]))[0], "D").astype(np.int64) + 3) % 7)
    names = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
    return anchor == "MON" or (anchor in names and names[weekday] != anchor)


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
