"""SES of what is left without the season, times the season."""

from __future__ import annotations

from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories


class SeasonalSmoothing(LocalMethod):
    """Exponential smoothing with multiplicative seasonal indices."""

    name = "seasonal smoothing"
    reference = "Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3.4 and 8.1"
    applies = "two seasons or more of history; before that it is exponential smoothing"
    rank = 9
    uses = ("level", "season")
    cost = 4.9

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        adjusted = histories.adjusted
        _seasonal(adjusted.smoothed.level, adjusted.indices, out)
        return out


@compiled
def _seasonal(level: Doubles, index: Doubles, out: Floats) -> None:
    for r in range(len(level)):
        for h in range(out.shape[1]):
            out[r, h] = level[r] * index[r, h % index.shape[1]]
