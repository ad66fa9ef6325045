"""Long data frames to a dense panel as it stood at a cutoff.

Guarantees: nothing of a period after the cutoff is read, but FUTURE's columns up to the horizon; every series with a
row at or before the cutoff is in the panel, also one that never sold; order of rows and of columns does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.engine.grid import Grid
from forecaster.engine.types import Floats, Malformed

Ints = NDArray[np.int64]
KEYS = ("unique_id", "ds", "y")
LARGEST = 1e18  # larger numbers are no sales, and their squares overflow


@dataclass
class Column:
    """A regressor. `values` is (N, T + H), or (1, T + H) when it is the same for every series."""

    name: str
    values: Floats
    known: bool  # whether the values after the cutoff are known
    flag: bool  # few small values, such as 0/1


@dataclass
class Panel:
    """N series x T periods up to the cutoff, and what is known of the H periods after it."""

    ids: list[str]
    y: Floats  # (N, T); NaN before the first sale and where demand is unknown
    first: Ints  # (N,) column of the first sale, T where there is none
    start: int  # period number of column 0
    horizon: int
    grid: Grid
    columns: list[Column]
    groups: list[tuple[str, NDArray[np.int32], list[str]]]  # name, code of each series, categories by code
    numbers: list[tuple[str, Floats]]  # static numbers of each series
    whole: bool  # whether sales are whole numbers
    exposure: Floats | None = None  # (N, H): the share of a usual period's opening, where openings are planned
    notes: dict[int, str] = field(default_factory=dict)  # what was wrong with a series' input

    @property
    def kinds(self) -> dict[str, list[str]]:
        """Categories of each group by code."""
        return {name: list(kinds) for name, _, kinds in self.groups}

    def align(self, kinds: dict[str, list[str]]) -> None:
        """Give the groups' categories the codes of an earlier fit; new categories follow after."""
        aligned = []
        for name, codes, own in self.groups:
            known = kinds.get(name, own)
            every = known + sorted(set(own) - set(known))
            place = {kind: number for number, kind in enumerate(every)}
            table = np.array([place[kind] for kind in own], dtype=np.int32)
            aligned.append((name, table[codes], every))
        self.groups = aligned

    @property
    def periods(self) -> Ints:
        """Period numbers of the T + H columns."""
        return np.arange(self.start, self.start + self.y.shape[1] + self.horizon, dtype=np.int64)

    @property
    def future_labels(self) -> NDArray[np.datetime64]:
        """Labels of the H periods after the cutoff."""
        return self.grid.labels(self.periods[self.y.shape[1] :])


class Source:
    """The input as arrays by row, from which panels at any cutoff are cut."""

    def __init__(self, history: pd.DataFrame, freq: str, future: pd.DataFrame | None, static: pd.DataFrame | None):
        """Raises Malformed: a missing column, an unreadable date or number, labels off the frequency's grid."""
        for column in KEYS:
            if column not in history.columns:
                raise Malformed(f"history: column {column} is missing")
        if not len(history):
            raise Malformed("history: it has no rows")
        codes, names = _codes(history["unique_id"], "history")
        order = np.argsort(names, kind="stable")
        self.ids: list[str] = [names[n] for n in order]
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        self._row = place[codes]
        stamps = _stamps(history["ds"], "history")
        self.grid = Grid(freq, stamps)
        self._when = self.grid.numbers(stamps.to_numpy("datetime64[ns]"))
        self._y = _numbers(history["y"], "history.y")
        self._history = history
        self._future = self._read_future(future)
        self._static = _read_static(static)

    def _read_future(self, future: pd.DataFrame | None) -> tuple[pd.DataFrame, Ints, Ints] | None:
        if future is None or not len(future):
            return None
        for column in KEYS[:2]:
            if column not in future.columns:
                raise Malformed(f"future: column {column} is missing")
        codes, names = _codes(future["unique_id"], "future")
        place = pd.Index(self.ids).get_indexer(pd.Index(names)).astype(np.int64)
        stamps = _stamps(future["ds"], "future").to_numpy("datetime64[ns]")
        return future, place[codes], self.grid.numbers(stamps)

    def last(self) -> int:
        """The number of the last period in the history."""
        return int(self._when.max())

    def cutoff(self, label: Any) -> int:
        """The number of the last period whose label is not after a date. Raises Malformed for what is no date."""
        try:
            stamp = pd.Timestamp(label)
        except (ValueError, TypeError) as error:
            raise Malformed(f"cutoff: {label!r} is not a date") from error
        if pd.isna(stamp):
            raise Malformed(f"cutoff: {label!r} is not a date")
        moment = np.array([stamp.tz_localize(None) if stamp.tz else stamp], dtype="datetime64[ns]")
        number = self.grid.numbers(moment)
        return int(number[0] - (self.grid.labels(number)[0] > moment[0]))

    def panel(self, cutoff: int, horizon: int) -> Panel:
        """The panel as it stood at the end of period `cutoff`. Raises Malformed when nothing was known then."""
        seen = np.flatnonzero(self._when <= cutoff)
        if not len(seen):
            label = pd.Timestamp(self.grid.labels(np.array([cutoff]))[0]).date()
            raise Malformed(f"cutoff {label}: the history has no row at or before it")
        if len(seen) == len(self._when):
            seen = np.arange(len(self._when))
        present, row = np.unique(self._row[seen], return_inverse=True)
        start = max(int(self._when[seen].min()), cutoff - self.grid.rhythm.longest + 1)
        size = cutoff - start + 1
        column = self._when[seen] - start
        kept = column >= 0
        if not kept.all():
            seen, row, column = seen[kept], row[kept], column[kept]
        y, notes = self._dense(seen, row, column, len(present), size)
        panel = Panel(
            ids=[self.ids[n] for n in present], y=y, first=np.zeros(0, dtype=np.int64), start=start, horizon=horizon,
            grid=self.grid, columns=[], groups=[], numbers=[], whole=False, notes=notes,
        )  # fmt: skip
        from forecaster.engine import exposure, regressors

        exists = np.zeros((len(present), size), dtype=bool)
        exists[row, column] = True
        panel.columns = regressors.columns(
            panel, self._history, (seen, row, column), exists, self._future_of(present, start, size + horizon)
        )
        _mask_stockouts(panel)
        sample = panel.y[panel.y > 0]
        panel.whole = bool(not len(sample) or (np.mod(sample[:: len(sample) // 200_000 + 1], 1) == 0).mean() > 0.995)
        exposure.apply(panel)
        _finish(panel)
        regressors.encode_texts(panel)
        panel.groups, panel.numbers = regressors.statics(panel.ids, self._static)
        return panel

    def _dense(self, seen: Ints, row: Ints, column: Ints, n: int, size: int) -> tuple[Floats, dict[int, str]]:
        values = self._y[seen]
        notes: dict[int, str] = {}
        y = np.full((n, size), np.nan, dtype=np.float32)
        begin = np.full(n, size, dtype=np.int64)
        np.minimum.at(begin, row, column)
        y[np.arange(size)[None, :] >= begin[:, None]] = 0.0  # a period without a row after the first had no sales
        flat = row * size + column
        twice = np.bincount(flat, minlength=1)
        if twice.max(initial=0) > 1:
            for series in np.unique(np.flatnonzero(twice > 1) // size).tolist():
                notes[series] = "some dates occur twice in the history: the last row of each was used"
        bad = ~(np.abs(values) <= LARGEST) & ~np.isnan(values)
        if bad.any():
            for series in np.unique(row[bad]).tolist():
                notes[series] = "infinite or absurdly large values in the history were left out"
            values = np.where(bad, np.nan, values)
        y[row, column] = values
        return y, notes

    def _future_of(self, present: Ints, start: int, size: int) -> tuple[pd.DataFrame, Ints, Ints, Ints] | None:
        """FUTURE's rows of the panel's series and columns: the frame, row numbers, series, columns."""
        if self._future is None:
            return None
        frame, series, when = self._future
        place = np.full(len(self.ids) + 1, -1, dtype=np.int64)
        place[present] = np.arange(len(present))
        kept = np.flatnonzero((when >= start) & (when < start + size) & (series >= 0))
        kept = kept[place[series[kept]] >= 0]
        return frame, kept, place[series[kept]], when[kept] - start


def _mask_stockouts(panel: Panel) -> None:
    """Demand is unknown, not zero, where a series was out of stock (column `in_stock`, 0..1) and nothing was sold."""
    for column in panel.columns:
        if column.name == "in_stock":
            out = (column.values[:, : panel.y.shape[1]] < 0.5) & (panel.y <= 0)
            panel.y[out] = np.nan


def _finish(panel: Panel) -> None:
    """Set `first` and drop what lies before the first sale."""
    sold = panel.y > 0
    size = panel.y.shape[1]
    panel.first = np.where(sold.any(axis=1), sold.argmax(axis=1), size).astype(np.int64)
    panel.y[np.arange(size)[None, :] < panel.first[:, None]] = np.nan


def _codes(column: pd.Series, where: str) -> tuple[Ints, list[str]]:
    codes, names = pd.factorize(column)
    if (codes < 0).any():
        raise Malformed(f"{where}: unique_id is missing in row {int(np.flatnonzero(codes < 0)[0]) + 1}")
    texts = [str(name) for name in names]
    if len(set(texts)) < len(texts):
        index = pd.Index(texts)
        unique = index.unique()
        return unique.get_indexer(index)[codes].astype(np.int64), list(unique)
    return codes.astype(np.int64), texts


def _stamps(column: pd.Series, where: str) -> pd.Series:
    try:
        if pd.api.types.is_numeric_dtype(column):
            raise ValueError("numbers are no dates")
        stamps = pd.to_datetime(column)
    except (ValueError, TypeError, OverflowError) as error:
        raise Malformed(f"{where}: column ds holds something that is no date ({error})"[:300]) from error
    if stamps.isna().any():
        raise Malformed(f"{where}: ds is missing in row {int(np.flatnonzero(stamps.isna().to_numpy())[0]) + 1}")
    return stamps.dt.tz_localize(None) if stamps.dt.tz is not None else stamps


def _numbers(column: pd.Series, where: str) -> NDArray[np.float64]:
    try:
        return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError) as error:
        raise Malformed(f"{where}: not a number ({error})"[:300]) from error


def _read_static(static: pd.DataFrame | None) -> pd.DataFrame | None:
    if static is None or not len(static):
        return None
    if "unique_id" not in static.columns:
        raise Malformed("static: column unique_id is missing")
    frame = static.copy()
    frame["unique_id"] = frame["unique_id"].astype(str)
    return frame.drop_duplicates("unique_id", keep="last").set_index("unique_id")
