"""Columns of dates: ISO 8601, or day and month in the one order that the whole column can be read in.

A moment with an offset lies on the day and at the time that it writes, as one of a zone does: its own day,
not that of another zone.

A text such as 01-04-2020 is two dates. Which is meant, all of the column decides: the order in which every row is a
date, and if both are, the one whose dates lie as the frequency says. It is never guessed row by row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.engine.arrays import Mask
from forecaster.engine.options import Malformed

Stamps = NDArray[np.datetime64]
FEW = 0.05  # the share of a column's cells that may be unreadable; more, and it is not what it is taken for
_NUMBERS = r"^\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})\s*$"
_ZONED = r"^(\s*\d{4}-?\d{2}-?\d{2}(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?)\s*(?:Z|[+-]\d{2}(?::?\d{2})?)\s*$"
_EARLIEST, _LATEST = pd.Timestamp("1678-01-01"), pd.Timestamp("2261-12-31")  # what nanoseconds can hold


def tolerated(bad: Mask) -> bool:
    """Whether so few cells are bad that the others can be gone on with."""
    return int(bad.sum()) <= max(1, int(FEW * len(bad))) and not bad.all()


def read(column: pd.Series, where: str, freq: str) -> Stamps:
    """A column of dates without zones, NaT where a cell is none. Raises Malformed when more than a few are none."""
    if pd.api.types.is_numeric_dtype(column):
        raise Malformed(f"{where}: column ds holds numbers, not dates")
    if pd.api.types.is_datetime64_any_dtype(column):
        stamps = column.dt.tz_localize(None) if getattr(column.dt, "tz", None) is not None else column
        found = _held(stamps)
    else:
        found = _texts(column, freq)
    bad = np.isnat(found)
    if bad.any() and not tolerated(bad):
        row = int(np.flatnonzero(bad)[0])
        raise Malformed(
            f"{where}: ds is missing or no date in row {row + 1} ({str(column.iloc[row])[:40]!r}) and "
            f"{int(bad.sum()) - 1} others; write dates as YYYY-MM-DD"
        )
    return found


def _texts(column: pd.Series, freq: str) -> Stamps:
    parts = column.astype(str).str.extract(_NUMBERS)
    if float(parts[0].notna().mean()) <= 1 - FEW:
        written = column.astype(str).str.extract(_ZONED)[0]
        plain = column if written.isna().all() else written.fillna(column.astype(str))
        return _held(pd.to_datetime(plain, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None))
    day_first, month_first = (_ordered(parts, day, 1 - day) for day in (0, 1))
    wrong = [int(np.isnat(found).sum()) for found in (day_first, month_first)]
    if wrong[0] != wrong[1]:
        return day_first if wrong[0] < wrong[1] else month_first
    if (day_first == month_first).all():
        return day_first
    apart = [_irregular(found[~np.isnat(found)], freq) for found in (day_first, month_first)]
    if apart[0] == apart[1]:
        raise Malformed(f"ds: {column.iloc[0]!r} can be read day first and month first; write dates as YYYY-MM-DD")
    return day_first if apart[0] < apart[1] else month_first


def _held(stamps: pd.Series) -> Stamps:
    """Those that nanoseconds can hold; the others are no dates."""
    return stamps.where((stamps >= _EARLIEST) & (stamps <= _LATEST)).to_numpy("datetime64[ns]")


def _ordered(parts: pd.DataFrame, day: int, month: int) -> Stamps:
    table = pd.DataFrame({"year": parts[2], "month": parts[month], "day": parts[day]}).astype(float)
    return pd.to_datetime(table, errors="coerce").to_numpy("datetime64[ns]")


def _irregular(stamps: Stamps, freq: str) -> tuple[int, int]:
    """How badly dates lie on a grid: how many lie beside the usual weekday or day of the month, and how far apart the
    first and the last are."""
    unique = np.unique(stamps).astype("datetime64[D]")
    days = unique.astype(np.int64)
    if freq.startswith("W"):
        kind = days % 7
    elif freq[:1] in ("M", "Q", "Y"):
        kind = (unique - unique.astype("datetime64[M]")).astype(np.int64)
    else:
        kind = np.zeros(len(days), dtype=np.int64)
    usual = np.bincount(kind).max(initial=0)
    return int(len(days) - usual), int(days[-1] - days[0])
