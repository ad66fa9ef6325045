"""Long data frames to a dense panel as it stood at a cutoff.

Guarantees: nothing of a period after the cutoff is read, but FUTURE's columns up to the horizon; every series with a
row at or before the cutoff is in the panel, also one that never sold; order of rows and of columns does not matter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Ints
from forecaster.engine.data import exposure, observations, pieces, regressors, statics, texts
from forecaster.engine.data.observations import FUTURE_COLUMNS, HISTORY_COLUMNS, Observations
from forecaster.engine.data.panel import IN_STOCK, Panel
from forecaster.engine.data.periods import PeriodIndex
from forecaster.engine.options import Malformed


class Source:
    """The input as arrays by row, from which panels at any cutoff are cut."""

    def __init__(self, history: pd.DataFrame, freq: str, future: pd.DataFrame | None, static: pd.DataFrame | None):
        """Raises Malformed: a missing column, an unreadable date or number, labels that do not fit the frequency."""
        observations.require(history, HISTORY_COLUMNS, "history")
        if not len(history):
            raise Malformed("history: it has no rows")
        codes, names = observations.identified(history["unique_id"], "history")
        order = np.argsort(names, kind="stable")
        self.ids: list[str] = [names[n] for n in order]
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        self._series = place[codes]
        stamps = observations.dated(history["ds"], "history")
        self.index = PeriodIndex(freq, stamps)
        self._period = self.index.numbers(stamps.to_numpy("datetime64[ns]"))
        self._y = observations.numeric(history["y"], "history.y")
        self._history = history
        self._future = self._read_future(future)
        self._static = statics.read(static)

    def _read_future(self, future: pd.DataFrame | None) -> tuple[pd.DataFrame, Ints, Ints] | None:
        """FUTURE, and of each row the series (-1: not in the history) and the period's number."""
        if future is None or not len(future):
            return None
        observations.require(future, FUTURE_COLUMNS, "future")
        codes, names = observations.identified(future["unique_id"], "future")
        place = pd.Index(self.ids).get_indexer(pd.Index(names)).astype(np.int64)
        stamps = observations.dated(future["ds"], "future").to_numpy("datetime64[ns]")
        return future, place[codes], self.index.numbers(stamps)

    def last(self) -> int:
        """The number of the last period in the history."""
        return int(self._period.max())

    def cutoff(self, label: Any) -> int:
        """The number of the last period whose label is not after a date. Raises Malformed for what is no date."""
        moment = np.array([observations.date(label)], dtype="datetime64[ns]")
        number = self.index.numbers(moment)
        return int(number[0] - (self.index.labels(number)[0] > moment[0]))

    def panel(self, cutoff: int, horizon: int) -> Panel:
        """The panel as it stood at the end of period `cutoff`. Raises Malformed when nothing was known then."""
        rows = np.flatnonzero(self._period <= cutoff)
        if not len(rows):
            label = pd.Timestamp(self.index.labels(np.array([cutoff]))[0]).date()
            raise Malformed(f"cutoff {label}: the history has no row at or before it")
        present, series = np.unique(self._series[rows], return_inverse=True)
        start = max(int(self._period[rows].min()), cutoff - self.index.frequency.max_history + 1)
        size = cutoff - start + 1
        seen = Observations(self._history, rows, series, self._period[rows] - start)
        seen = seen.part(seen.columns >= 0)
        y, notes = seen.dense(self._y, len(present), size)
        panel = Panel([self.ids[n] for n in present], y, np.zeros(0, dtype=np.int64), start, horizon, self.index,
                      notes=notes)  # fmt: skip
        panel.regressors = regressors.read(panel, seen, self._planned(present, start, size + horizon))
        _mask_stockouts(panel)
        panel.whole = pieces.by_piece(panel.y)
        exposure.apply(panel)
        _finish(panel)
        texts.encode(panel)
        panel.groups, panel.static_numbers = statics.split(panel.ids, self._static)
        return panel

    def _planned(self, present: Ints, start: int, size: int) -> Observations | None:
        """FUTURE's rows of the panel's series and columns."""
        if self._future is None:
            return None
        frame, series, period = self._future
        place = np.full(len(self.ids) + 1, -1, dtype=np.int64)
        place[present] = np.arange(len(present))
        kept = np.flatnonzero((period >= start) & (period < start + size) & (series >= 0))
        kept = kept[place[series[kept]] >= 0]
        return Observations(frame, kept, place[series[kept]], period[kept] - start)


def _mask_stockouts(panel: Panel) -> None:
    """Demand is unknown, not zero, where a series was out of stock and nothing was sold."""
    for regressor in panel.regressors:
        if regressor.name == IN_STOCK:
            out = (regressor.values[:, : panel.size] < 0.5) & (panel.y <= 0)
            panel.y[out] = np.nan


def _finish(panel: Panel) -> None:
    """Set `first` and drop what lies before the first sale."""
    sold = panel.y > 0
    panel.first = np.where(sold.any(axis=1), sold.argmax(axis=1), panel.size).astype(np.int64)
    panel.y[np.arange(panel.size)[None, :] < panel.first[:, None]] = np.nan
