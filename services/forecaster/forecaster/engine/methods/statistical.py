"""Candidates that are models of statsforecast."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.data.panel import Panel
from forecaster.engine.methods.base import Candidate

_LONGEST_SEASON = 53  # a longer one is left to others: these models estimate a state a phase


class StatisticalCandidate(Candidate):
    """A model of statsforecast, of the latest three years or so."""

    @abstractmethod
    def model(self, season_length: int) -> Any:
        """The model for a season of that length; 1: none."""

    def forecast(self, panel: Panel, series: int, origin: int) -> Floats:
        """See Candidate."""
        frequency = panel.frequency
        x = _known(panel, series, origin)[-3 * max(frequency.long_season, 52) :]
        season = frequency.season_length
        used = season if 1 < season <= _LONGEST_SEASON and len(x) >= 2 * season + 2 else 1
        found: Floats = np.asarray(self.model(used).forecast(x, panel.horizon)["mean"], dtype=np.float32)
        return found


def _known(panel: Panel, series: int, origin: int) -> Doubles:
    """Sales from the first to the origin; a gap holds the value before it."""
    x = pd.Series(panel.y[series, panel.first[series] : origin + 1]).ffill().fillna(0.0)
    return np.asarray(x, dtype=np.float64)
