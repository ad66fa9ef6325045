"""Simple exponential smoothing, its constant the best of eight one step ahead."""

from __future__ import annotations

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.primitives import ses


class ExponentialSmoothing(LocalMethod):
    """Simple exponential smoothing (SES)."""

    name = "exponential smoothing"
    reference = "Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 8.1"
    applies = "a level that drifts, without a season"
    rank = 4
    cost = 4.0

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _smoothed(histories.values, histories.lengths, out)
        return out


@compiled
def _smoothed(values: Doubles, lengths: Ints, out: Floats) -> None:
    for r in range(len(lengths)):
        level, _ = ses(values[r], lengths[r])
        out[r] = level
