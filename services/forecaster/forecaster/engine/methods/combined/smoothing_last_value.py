"""Mean of smoothing and last value."""

from __future__ import annotations

from forecaster.engine.methods.base import Combination


class SmoothingLastValue(Combination):
    """See Combination."""

    name = "mean of smoothing and last value"
    reference = "Bates and Granger 1969, The combination of forecasts"
    applies = "histories of a few periods"
    rank = 2
    parts = ("exponential smoothing", "last value")
