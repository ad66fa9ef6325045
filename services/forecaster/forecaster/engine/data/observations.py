"""The input as arrays by row: which series and which period each row of HISTORY and FUTURE belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.data import dates
from forecaster.engine.options import Malformed

HISTORY_COLUMNS = ("unique_id", "ds", "y")
FUTURE_COLUMNS = ("unique_id", "ds")


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

    def dense(self, values: Doubles, n: int, size: int) -> Floats:
        """Sales (n, size) from the frame's values. A period without a row after a series' first had no sales."""
        y = np.full((n, size), np.nan, dtype=np.float32)
        begin = np.full(n, size, dtype=np.int64)
        np.minimum.at(begin, self.series, self.columns)
        y[np.arange(size)[None, :] >= begin[:, None]] = 0.0
        y[self.series, self.columns] = values[self.rows]
        return y

    def twice(self, size: int) -> Mask:
        """Rows whose period another row of the series has as well; the last of them counts."""
        place = self.series * size + self.columns
        filled = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.bool_)
        filled[place] = True
        if np.count_nonzero(filled) == len(place):  # as nearly always: and counting them would take ten times as long
            return np.zeros(len(place), dtype=np.bool_)
        return np.asarray(np.bincount(place, minlength=1)[place] > 1)

    def rows_of(self, cells: Iterable[tuple[int, int]], n: int, size: int) -> list[int]:
        """For each cell (series, column) of a panel (n, size) the number in the frame of the row that counts for it; -1
        where there is none. All rows are gone through once, however many cells there are."""
        wanted = np.array([series * size + column for series, column in cells], dtype=np.int64)
        asked = np.zeros(n * size, dtype=np.bool_)
        asked[wanted] = True
        place = self.series * size + self.columns
        near = np.flatnonzero(asked[place])
        last = dict(zip(place[near].tolist(), self.rows[near].tolist(), strict=True))  # of several the last
        return [last.get(one, -1) for one in wanted.tolist()]


def require(frame: pd.DataFrame, columns: tuple[str, ...], where: str) -> None:
    """Raises Malformed when a column is missing."""
    for column in columns:
        if column not in frame.columns:
            raise Malformed(f"{where}: column {column} is missing")


def identified(column: pd.Series, where: str) -> tuple[Ints, list[str]]:
    """Codes of a column of ids and the ids by code, as texts. Raises Malformed for a missing one and what is none."""
    try:
        codes, names = pd.factorize(column)
    except TypeError as error:
        raise Malformed(f"{where}: column unique_id holds lists or structures, not ids") from error
    if (codes < 0).any():
        raise Malformed(f"{where}: unique_id is missing in row {int(np.flatnonzero(codes < 0)[0]) + 1}")
    texts = [named(name) for name in names]
    if len(set(texts)) < len(texts):
        index = pd.Index(texts)
        unique = index.unique()
        return unique.get_indexer(index)[codes].astype(np.int64), list(unique)
    return codes.astype(np.int64), texts


def named(value: Any) -> str:
    """An id as a text: the same whether a file keeps it as a text, as bytes, as a number or as one with decimals."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def date(label: Any) -> pd.Timestamp:
    """A cutoff's label as a moment without a zone. Raises Malformed for what is no date."""
    try:
        stamp = pd.Timestamp(label)
    except (ValueError, TypeError) as error:
        raise Malformed(f"cutoff: {label!r} is not a date") from error
    if pd.isna(stamp):
        raise Malformed(f"cutoff: {label!r} is not a date")
    return stamp.tz_localize(None) if stamp.tz else stamp


def numeric(column: pd.Series, where: str) -> tuple[Doubles, Mask]:
    """A column of numbers, NaN where null, and which cells are none. Raises Malformed when more than a few are."""
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        raise Malformed(f"{where}: holds moments or durations, not numbers")
    found = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = np.isnan(found) & column.notna().to_numpy()
    if bad.any() and not dates.tolerated(bad):
        row = int(np.flatnonzero(bad)[0])
        raise Malformed(
            f"{where}: not a number in row {row + 1} ({str(column.iloc[row])[:40]!r}) and {int(bad.sum()) - 1} others"
        )
    return found, bad
