"""HISTORY and FUTURE row by row: ids, dates and sales as they were given, and what of them cannot be used.

A few bad cells cost their rows, or are read as the next best thing, and each is told; where more than a few are bad the
frame is not what it is taken for, and it is refused with the first of them.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Doubles, Ints, Mask
from forecaster.engine.data import dates, observations, strays
from forecaster.engine.data.observations import FUTURE_COLUMNS, HISTORY_COLUMNS
from forecaster.engine.data.periods import PeriodIndex
from forecaster.engine.data.told import LEFT_OUT, READ_AS, Told
from forecaster.engine.options import Malformed

LARGEST = 1e18  # larger numbers are no sales, and their squares overflow
BESIDE = 0.4  # the share of rows whose date may be no label; with more there is no calendar that most keep to
FAR, FEW_FAR = 5, 3  # years from the history from which a plan's date is a slip, where no more rows are so far off


@dataclass
class ReadRows:
    """The usable rows of a frame: number in the frame, series (-1: not in the history) and period of each."""

    frame: pd.DataFrame
    rows: Ints
    series: Ints
    periods: Ints
    told: list[Told] = field(default_factory=list)
    lost: dict[int, int] = field(default_factory=dict)  # rows of a series that were left out

    def part(self, chosen: Ints) -> ReadRows:
        """Some of them, with all that was told."""
        return ReadRows(self.frame, self.rows[chosen], self.series[chosen], self.periods[chosen], list(self.told),
                    dict(self.lost))  # fmt: skip

    def without(self, gone: Mask, told: list[Told]) -> None:
        """Leave rows out."""
        for series in self.series[gone].tolist():
            self.lost[series] = self.lost.get(series, 0) + 1
        self.told += told
        self.rows, self.series, self.periods = self.rows[~gone], self.series[~gone], self.periods[~gone]


@dataclass(frozen=True)
class _BadCells:
    """A kind of bad cells of y, by row of the frame, and what is done about them."""

    cells: Mask
    done: str
    why: str
    used: float | None = None


@dataclass
class ReadHistory:
    """HISTORY: its rows, their sales (by row of the frame), the ids in order, and how its periods are numbered."""

    rows: ReadRows
    y: Doubles
    ids: list[str]
    index: PeriodIndex
    bad: list[_BadCells]

    def seen(self, cutoff: int) -> ReadRows:
        """The rows up to a period, but those dated long before all others, and what is to be told of them."""
        found = self.rows.part(np.flatnonzero(self.rows.periods <= cutoff))
        if not len(found.rows):
            return found
        begin, _ = strays.body(found.periods, self.index.frequency.periods_per_year)
        early = found.periods < begin
        if early.any():
            found.without(early, _dated(found, early, self.ids, "long before all other rows"))
        series, inside = np.zeros(len(found.frame), dtype=np.int64), np.zeros(len(found.frame), dtype=bool)
        series[found.rows], inside[found.rows] = found.series, True
        told = _cell(found.frame, series, self.ids, "history", "y")
        for kind in self.bad:
            found.told += told(kind.cells & inside, kind.done, kind.why, kind.used)
        return found


def history(frame: pd.DataFrame, freq: str) -> ReadHistory:
    """Raises Malformed: a missing column, no rows, cells of which more than a few cannot be read."""
    observations.require(frame, HISTORY_COLUMNS, "history")
    if not len(frame):
        raise Malformed("history: it has no rows")
    codes, names = observations.identified(frame["unique_id"], "history")
    order = np.argsort(names, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    series, ids = place[codes], [names[n] for n in order]
    stamps = dates.read(frame["ds"], "history", freq)
    index = PeriodIndex(freq, stamps[~np.isnat(stamps)])
    found = _rows(frame, series, stamps, index, ids, "history")
    y, texts = observations.numeric(frame["y"], "history.y")
    absurd = ~(np.abs(y) <= LARGEST) & ~np.isnan(y)
    bad = [
        _BadCells(texts, LEFT_OUT, "it is no number, so what was sold is unknown"),
        _BadCells(absurd, LEFT_OUT, "no sales are so large, so what was sold is unknown"),
        _BadCells((y < 0) & ~absurd, READ_AS, "returns beyond the sales of a period are no demand", 0.0),
    ]
    y = np.where(absurd, np.nan, np.maximum(y, 0))
    _without_strays_at_the_end(found, ids, index)
    return ReadHistory(found, y, ids, index, bad)


def future(frame: pd.DataFrame, known: ReadHistory) -> ReadRows:
    """FUTURE's rows. Raises Malformed as `history` does."""
    observations.require(frame, FUTURE_COLUMNS, "future")
    codes, names = observations.identified(frame["unique_id"], "future")
    series = pd.Index(known.ids).get_indexer(pd.Index(names)).astype(np.int64)[codes]
    stamps = dates.read(frame["ds"], "future", known.index.freq)
    found = _rows(frame, series, stamps, known.index, names, "future", codes)
    reach = FAR * known.index.frequency.periods_per_year
    far = (found.periods < known.rows.periods.min() - reach) | (found.periods > known.rows.periods.max() + reach)
    if 0 < far.sum() <= max(FEW_FAR, strays.FEW * len(far)):
        beyond = np.zeros(len(frame), dtype=bool)
        beyond[found.rows[far]] = True
        told = _cell(frame, codes, names, "future", "ds")(beyond, LEFT_OUT, "the row is dated years from all others")
        found.without(far, told)
    return found


def _without_strays_at_the_end(found: ReadRows, ids: list[str], index: PeriodIndex) -> None:
    _, end = strays.body(found.periods, index.frequency.periods_per_year)
    late = found.periods > end
    if late.any():
        found.without(late, _dated(found, late, ids, "long after all other rows"))


def _rows(
    frame: pd.DataFrame, series: Ints, stamps: dates.Stamps, index: PeriodIndex, ids: list[str], where: str,
    codes: Ints | None = None,
) -> ReadRows:  # fmt: skip
    """ReadRows with a date; one that is no label counts to the period that it lies in."""
    names = series if codes is None else codes
    cell = _cell(frame, names, ids, where, "ds")
    kinds, distinct = pd.factorize(stamps)  # millions of rows have a few hundred dates; -1 where there is none
    unread = kinds < 0
    beside = np.append(index.beside(distinct), False)[kinds]
    if beside.sum() > BESIDE * len(frame):
        row = int(np.flatnonzero(beside)[0])
        raise Malformed(
            f"{where}: ds {pd.Timestamp(stamps[row])} in row {row + 1} (series {ids[names[row]]}) is not {index.naming}"
        )
    found = ReadRows(frame, np.arange(len(frame)), series, np.append(index.holding(distinct), 0)[kinds])
    found.told = cell(beside, READ_AS, f"it is not {index.naming}; it counts to the period that it lies in")
    if unread.any():
        found.without(unread, cell(unread, LEFT_OUT, "it is no date"))
    return found


def _dated(seen: ReadRows, gone: Mask, ids: list[str], how: str) -> list[Told]:
    chosen = np.zeros(len(seen.frame), dtype=bool)
    chosen[seen.rows[gone]] = True
    names = np.zeros(len(seen.frame), dtype=np.int64)
    names[seen.rows] = seen.series
    return _cell(seen.frame, names, ids, "history", "ds")(chosen, LEFT_OUT, f"the row is dated {how}")


def _cell(frame: pd.DataFrame, series: Ints, ids: list[str], where: str, column: str) -> Callable[..., list[Told]]:
    """Tells of a column's bad cells: the first of each series, and how many others it has."""

    def told(bad: Mask, done: str, why: str, used: float | None = None) -> list[Told]:
        rows = np.flatnonzero(bad)
        if not len(rows):
            return []
        own, first, count = np.unique(series[rows], return_index=True, return_counts=True)
        found = []
        for name, row, number in zip(own.tolist(), rows[first].tolist(), count.tolist(), strict=True):
            more = f"; so {number - 1} more of its rows" if number > 1 else ""
            period = "" if column == "ds" else _short(frame["ds"].iloc[row])
            text = done if used is None else f"{done} {used:g}"
            found.append(
                Told(where, row + 1, ids[name], column, _short(frame[column].iloc[row]), text, why + more, period, used)
            )
        return found

    return told


def _short(value: object) -> str:
    return str(value).removesuffix(" 00:00:00")[:40]
