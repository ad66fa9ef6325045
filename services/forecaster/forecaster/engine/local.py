"""Candidates that forecast series by series, behind one protocol: rows (series, origin) in, forecasts out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forecaster.engine import smooth
from forecaster.engine.panel import Panel
from forecaster.engine.types import Floats

Ints = NDArray[np.int64]


class Candidate(Protocol):
    """A method. `forecast` sees the panel up to each row's origin only."""

    names: Sequence[str]

    def forecast(self, panel: Panel, series: Ints, origins: Ints) -> Floats:
        """(rows, names, H), in the units of y, not negative."""


class Smoothing:
    """The compiled methods of `smooth`."""

    names = smooth.NAMES

    def forecast(self, panel: Panel, series: Ints, origins: Ints) -> Floats:
        """See Candidate."""
        rhythm = panel.grid.rhythm
        out = np.zeros((len(series), len(self.names), panel.horizon), dtype=np.float32)
        most = min(panel.y.shape[1], 4 * max(rhythm.long, rhythm.level, 26))
        cycle = rhythm.short or rhythm.long
        smooth.forecast(panel.y, panel.first, series, origins, panel.horizon, cycle, rhythm.level, most, out)
        return np.maximum(out, 0)


class Statistical:
    """AutoETS, CES and the dynamic optimised Theta model of statsforecast: slow, so tried on a sample first."""

    names = ("AutoETS", "CES", "dynamic optimised Theta")

    def __init__(self, chosen: Sequence[str] | None = None) -> None:
        self.names = tuple(chosen) if chosen is not None else type(self).names

    def forecast(self, panel: Panel, series: Ints, origins: Ints) -> Floats:
        """See Candidate. A series that a model cannot fit gets NaN from that model."""
        from statsforecast import models

        rhythm = panel.grid.rhythm
        cycle = rhythm.short or (rhythm.long if rhythm.long <= 12 else 0)
        out = np.full((len(series), len(self.names), panel.horizon), np.nan, dtype=np.float32)
        for number, (i, t) in enumerate(zip(series.tolist(), origins.tolist(), strict=True)):
            x = np.nan_to_num(panel.y[i, panel.first[i] : t + 1]).astype(np.float64)[-4 * max(rhythm.level, 26) :]
            season = cycle if cycle and len(x) >= 2 * cycle + 2 else 1
            for column, name in enumerate(self.names):
                kind = {"AutoETS": models.AutoETS, "CES": models.AutoCES,
                        "dynamic optimised Theta": models.DynamicOptimizedTheta}[name]  # fmt: skip
                try:
                    out[number, column] = np.maximum(kind(season_length=season).forecast(x, panel.horizon)["mean"], 0)
                except Exception:  # noqa: S112 - a model that cannot fit a series loses that series, nothing else
                    continue
        return out
