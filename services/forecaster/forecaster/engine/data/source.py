"""Long data frames to a dense panel as it stood at a cutoff.

Guarantees: nothing of a period after the cutoff is read, but FUTURE's columns up to the horizon, and of ISSUED what was
said by then; every series with a row at or before the cutoff is in the panel, also one that never sold; order of rows
and of columns does not matter.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Ints
from forecaster.engine.data import (
    absences,
    censored,
    closings,
    conditions,
    exposure,
    kinds,
    observations,
    off_season,
    pieces,
    prices,
    reading,
    regressors,
    spikes,
    statics,
    stocked,
    strays,
    texts,
    uplift,
)
from forecaster.engine.data.issued import Issued
from forecaster.engine.data.observations import Observations
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.told import DAMPED, LEFT_OUT, READ_AS, Told
from forecaster.engine.options import Malformed


class Source:
    """The input as arrays by row, from which panels at any cutoff are cut."""

    def __init__(self, history: pd.DataFrame, freq: str, future: pd.DataFrame | None, static: pd.DataFrame | None,
                 issued: pd.DataFrame | None = None) -> None:  # fmt: skip
        """Raises Malformed: a missing column, an unreadable date or number, labels that do not fit the frequency."""
        self._given = reading.history(history, freq)
        self.ids, self.index = self._given.ids, self._given.index
        self._future = reading.future(future, self._given) if future is not None and len(future) else None
        self.static = statics.read(static)
        self._issued = Issued(issued, self.index, self.static) if issued is not None and len(issued) else None

    def last(self) -> int:
        """The number of the last period in the history."""
        return int(self._given.rows.periods.max())

    def cutoff(self, label: Any) -> int:
        """The number of the last period whose label is not after a date. Raises Malformed for what is no date."""
        moment = np.array([observations.date(label)], dtype="datetime64[ns]")
        number = self.index.numbers(moment)
        return int(number[0] - (self.index.labels(number)[0] > moment[0]))

    def panel(self, cutoff: int, horizon: int) -> Panel:
        """The panel as it stood at the end of period `cutoff`. Raises Malformed when nothing was known then."""
        given = self._given.seen(cutoff)
        if not len(given.rows):
            label = pd.Timestamp(self.index.labels(np.array([cutoff]))[0]).date()
            raise Malformed(f"cutoff {label}: the history has no row at or before it")
        there = np.bincount(given.series, minlength=len(self.ids)) > 0
        present, series = np.flatnonzero(there), (np.cumsum(there) - 1)[given.series]
        start = max(int(given.periods.min()), cutoff - self.index.frequency.max_history + 1)
        size = cutoff - start + 1
        seen = Observations(given.frame, given.rows, series, given.periods - start)
        seen = seen.part(seen.columns >= 0) if given.periods.min() < start else seen
        y = seen.dense(self._given.y, len(present), size)
        panel = Panel([self.ids[n] for n in present], y, np.zeros(0, dtype=np.int64), start, horizon, self.index,
                      told=[*given.told, *(self._future.told if self._future else ())])  # fmt: skip
        lost = [(int(np.searchsorted(present, n)), k) for n, k in given.lost.items() if n in present]
        _unknown_where_rows_were_lost(panel, seen, lost)
        _tell_of_periods_given_twice(panel, seen)
        _unknown_where_hardly_any_row_came(panel, seen)
        planned = self._planned(present, start, size + horizon)
        panel.regressors = regressors.read(panel, seen, planned)
        panel.kinds = kinds.read((len(present), size + horizon), seen, planned)
        stocked.name(panel)
        censored.mask(panel)
        panel.whole = pieces.by_piece(panel.y)
        panel.groups, panel.static_numbers = statics.split(panel.ids, self.static)
        _tell_of_spikes(panel, seen, spikes.damped(panel))
        censored.estimate(panel)
        exposure.apply(panel)
        _finish(panel)
        closings.apply(panel)
        panel.opening = None if panel.exposure is None else panel.exposure.copy()
        off_season.apply(panel)
        prices.apply(panel)
        uplift.apply(panel)
        if self._issued is not None:
            conditions.apply(panel, list(self._issued.beside(panel)))
        for unseen in (censored.doubt(panel), absences.doubt(panel)):
            if unseen is not None:
                panel.doubt = unseen if panel.doubt is None else panel.doubt + unseen
        texts.encode(panel)
        return panel

    def planned_only(self, panel: Panel, cutoff: int) -> list[str]:
        """The ids that FUTURE has rows of within the horizon, and the history none up to the cutoff."""
        if self._future is None:
            return []
        periods = self._future.periods
        rows = self._future.rows[(periods > cutoff) & (periods <= cutoff + panel.horizon)]
        names = pd.unique(self._future.frame["unique_id"].iloc[rows])
        return sorted({str(name) for name in names} - set(panel.ids))

    def _planned(self, present: Ints, start: int, size: int) -> Observations | None:
        """FUTURE's rows of the panel's series and columns."""
        if self._future is None:
            return None
        planned = self._future
        place = np.full(len(self.ids) + 1, -1, dtype=np.int64)
        place[present] = np.arange(len(present))
        own = place[planned.series]
        kept = np.flatnonzero((planned.periods >= start) & (planned.periods < start + size) & (own >= 0))
        return Observations(planned.frame, planned.rows[kept], own[kept], planned.periods[kept] - start)


def _unknown_where_rows_were_lost(panel: Panel, seen: Observations, lost: list[tuple[int, int]]) -> None:
    """A row without a usable date belongs to some period: where a series has no more empty ones than it lost rows,
    what was sold in them is unknown, not zero."""
    for series, rows in lost:
        given = np.zeros(panel.size, dtype=bool)
        given[seen.columns[seen.series == series]] = True
        empty = ~given & ~np.isnan(panel.y[series])
        if empty.sum() <= rows:
            panel.y[series, empty] = np.nan


def _unknown_where_hardly_any_row_came(panel: Panel, seen: Observations) -> None:
    """A last period of which only very few of the rows came that periods of its kind have has not ended, or was sent
    in part: whoever has no row in it is unknown, not zero."""
    count = np.bincount(seen.columns, minlength=panel.size)
    usual = float(np.median(count[panel.last % (season := panel.frequency.short_season or 1) :: season]))
    if usual < strays.MANY or count[panel.last] > strays.THIN * usual:
        return
    there = np.flatnonzero(seen.columns == panel.last)
    without = np.ones(len(panel.ids), dtype=bool)
    without[seen.series[there]] = False
    panel.y[without, panel.last] = np.nan
    row, series, label = int(seen.rows[there[0]]), panel.ids[seen.series[there[0]]], panel.label(panel.last)
    why = f"it has {count[panel.last]} rows where {usual:g} are usual, so what others sold in it is unknown"
    panel.told.append(Told("history", row + 1, series, "ds", label, f"{READ_AS} in part", why))


def _tell_of_periods_given_twice(panel: Panel, seen: Observations) -> None:
    twice = np.flatnonzero(seen.twice(panel.size))
    for series in np.unique(seen.series[twice]).tolist():
        first = twice[seen.series[twice] == series][0]
        panel.told.append(
            Told("history", int(seen.rows[first]) + 1, panel.ids[series], "ds", panel.label(int(seen.columns[first])),
                 LEFT_OUT, "some dates occur twice in the history: the last row of each was used")
        )  # fmt: skip


def _tell_of_spikes(panel: Panel, seen: Observations, found: list[spikes.Spike]) -> None:
    if not found:
        return
    rows = seen.rows_of([(one.series, one.column) for one in found], *panel.y.shape)
    panel.told += [
        Told("history", row + 1, panel.ids[one.series], "y", f"{one.value:,.10g}", f"{DAMPED} to {one.used:g}", one.why,
             panel.label(one.column), one.used)
        for row, one in zip(rows, found, strict=True)
    ]  # fmt: skip


def _finish(panel: Panel) -> None:
    """Set `first` and drop what lies before the first sale."""
    sold = panel.y > 0
    panel.first = np.where(sold.any(axis=1), sold.argmax(axis=1), panel.size).astype(np.int64)
    panel.y[np.arange(panel.size)[None, :] < panel.first[:, None]] = np.nan
