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
        smooth.forecast(
            panel.y, panel.first, series, origins, panel.horizon, cycle, rhythm.long, rhythm.growth,
            rhythm.level, most, out,
        )  # fmt: skip
        return np.maximum(out, 0)
