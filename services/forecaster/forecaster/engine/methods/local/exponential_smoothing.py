"""Simple exponential smoothing, its constant the best of eight one step ahead."""

from __future__ import annotations

from forecaster.engine.arrays import Floats
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories


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
        out[:] = histories.smoothed.level[:, None]
        return out
