"""What the feature kernel reads, grouped: arrays made once a panel, and the windows of its frequency."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.data.frequency import Frequency


class Inputs(NamedTuple):
    """Arrays by series (N), period (T of history, H ahead), group (G) and level of groups (L; level 0 joins all)."""

    sales: Floats  # (N, T)
    first: Ints  # (N,) column of the first sale
    group_sales: Floats  # (G, T)
    group_of: NDArray[np.int32]  # (L, N): each series' row of group_sales
    states: NDArray[np.int16]  # (N or 1, T + H) codes of what is planned, see states.py; or no columns
    calendar: Floats  # (T + H, C)
    known: Floats  # (K, N, T + H) regressors known ahead
    known_flags: Mask  # (K,)
    known_common: Floats  # (K', T + H), the same for all series
    known_common_flags: Mask  # (K',)
    past: Floats  # (P, N, T + H) regressors known when they have happened
    past_common: Floats  # (P', T + H)
    static: Floats  # (N, S)

    def only(self, series: Ints) -> Inputs:
        """The same for some of the series, numbered anew from 0, in arrays of their own."""
        return self._replace(
            sales=np.ascontiguousarray(self.sales[series]), first=np.ascontiguousarray(self.first[series]),
            group_of=np.ascontiguousarray(self.group_of[:, series]),
            states=np.ascontiguousarray(self.states[series]) if len(self.states) > 1 else self.states,
            known=np.ascontiguousarray(self.known[:, series]), past=np.ascontiguousarray(self.past[:, series]),
            static=np.ascontiguousarray(self.static[series]),
        )  # fmt: skip


class Windows(NamedTuple):
    """Lengths in periods: those of a Frequency, and the horizon."""

    horizon: int
    lags: int
    level: int
    means: Ints
    deviations: Ints
    shares: Ints
    short_season: int
    long_season: int
    trend: int

    @classmethod
    def of(cls, frequency: Frequency, horizon: int) -> Windows:
        """Those of a frequency."""
        means, deviations, shares = (
            np.array(lengths, dtype=np.int64)
            for lengths in (frequency.mean_windows, frequency.deviation_windows, frequency.share_windows)
        )
        return cls(horizon, frequency.lags, frequency.level_window, means, deviations, shares, frequency.short_season,
                   frequency.long_season, frequency.trend_window)  # fmt: skip
