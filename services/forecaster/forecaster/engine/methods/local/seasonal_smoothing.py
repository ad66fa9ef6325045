"""SES of what is left without the season, times the season."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.primitives import deseasonalised, ses


class SeasonalSmoothing(LocalMethod):
    """Exponential smoothing with multiplicative seasonal indices."""

    name = "seasonal smoothing"
    reference = "Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3.4 and 8.1"
    applies = "two seasons or more of history; before that it is exponential smoothing"
    rank = 9
    cost = 4.9

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _seasonal(histories.values, histories.lengths, histories.season_length, out)
        return out


@compiled
def _seasonal(values: Doubles, lengths: Ints, season: int, out: Floats) -> None:
    work, index = np.zeros(values.shape[1]), np.ones(max(season, 1))
    for r in range(len(lengths)):
        seasonal = deseasonalised(values[r], lengths[r], season, index, work)
        level, _ = ses(work, lengths[r])
        for h in range(out.shape[1]):
            factor = index[h % season] if seasonal else 1.0
            out[r, h] = level * factor
