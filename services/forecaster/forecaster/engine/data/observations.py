"""The input as arrays by row: which series and which period each row of HISTORY and FUTURE belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.options import Malformed

HISTORY_COLUMNS = ("unique_id", "ds", "y")
FUTURE_COLUMNS = ("unique_id", "ds")
LARGEST = 1e18  # larger numbers are no sales, and their squares overflow


@dataclass(frozen=True)
class Observations:
    """Rows of a frame that lie in a panel: each one's row number in the frame, series and column of the panel."""

    frame: pd.DataFrame
    rows: Ints
    series: Ints
    columns: Ints

    def part(self, kept: Mask) -> Observations:
        """Some of them."""
        return Observations(self.frame, self.rows[kept], self.series[kept], self.columns[kept])

    def dense(self, values: Doubles, n: int, size: int) -> tuple[Floats, dict[int, str]]:
        """Sales (n, size) from the frame's values, and notes by series. A period without a row after a series' first
        had no sales; what is infinite or absurd is unknown."""
        own = values[self.rows]
        notes: dict[int, str] = {}
        y = np.full((n, size), np.nan, dtype=np.float32)
        begin = np.full(n, size, dtype=np.int64)
        np.minimum.at(begin, self.series, self.columns)
        y[np.arange(size)[None, :] >= begin[:, None]] = 0.0
        twice = np.bincount(self.series * size + self.columns, minlength=1)
        if twice.max(initial=0) > 1:
            for series in np.unique(np.flatnonzero(twice > 1) // size).tolist():
                notes[series] = "some dates occur twice in the history: the last row of each was used"
        bad = ~(np.abs(own) <= LARGEST) & ~np.isnan(own)
        if bad.any():
            for series in np.unique(self.series[bad]).tolist():
                notes[series] = "infinite or absurdly large values in the history were left out"
            own = np.where(bad, np.nan, own)
        y[self.series, self.columns] = own
        return y, notes


def require(frame: pd.DataFrame, columns: tuple[str, ...], where: str) -> None:
    """Raises Malformed when a column is missing."""
    for column in columns:
        if column not in frame.columns:
            raise Malformed(f"{where}: column {column} is missing")


def identified(column: pd.Series, where: str) -> tuple[Ints, list[str]]:
    """Codes of a column of ids and the ids by code, as texts. Raises Malformed for a missing one."""
    codes, names = pd.factorize(column)
    if (codes < 0).any():
        raise Malformed(f"{where}: unique_id is missing in row {int(np.flatnonzero(codes < 0)[0]) + 1}")
    texts = [str(name) for name in names]
    if len(set(texts)) < len(texts):
        index = pd.Index(texts)
        unique = index.unique()
        return unique.get_indexer(index)[codes].astype(np.int64), list(unique)
    return codes.astype(np.int64), texts


def dated(column: pd.Series, where: str) -> pd.Series:
    """A column of dates without zones. Raises Malformed for what is no date, or is missing."""
    try:
        if pd.api.types.is_numeric_dtype(column):
            raise ValueError("numbers are no dates")
        stamps = pd.to_datetime(column)
    except (ValueError, TypeError, OverflowError) as error:
        raise Malformed(f"{where}: column ds holds something that is no date ({error})"[:300]) from error
    if stamps.isna().any():
        raise Malformed(f"{where}: ds is missing in row {int(np.flatnonzero(stamps.isna().to_numpy())[0]) + 1}")
    return stamps.dt.tz_localize(None) if stamps.dt.tz is not None else stamps


def date(label: Any) -> pd.Timestamp:
    """A cutoff's label as a moment without a zone. Raises Malformed for what is no date."""
    try:
        stamp = pd.Timestamp(label)
    except (ValueError, TypeError) as error:
        raise Malformed(f"cutoff: {label!r} is not a date") from error
    if pd.isna(stamp):
        raise Malformed(f"cutoff: {label!r} is not a date")
    return stamp.tz_localize(None) if stamp.tz else stamp


def numeric(column: pd.Series, where: str) -> Doubles:
    """A column of numbers, NaN where null. Raises Malformed for what is no number."""
    try:
        return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError) as error:
        raise Malformed(f"{where}: not a number ({error})"[:300]) from error
