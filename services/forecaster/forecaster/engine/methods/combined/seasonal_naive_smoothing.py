"""Mean of seasonal naive, seasonal smoothing and smoothing."""

from __future__ import annotations

from forecaster.engine.methods.base import Combination


class SeasonalNaiveSmoothing(Combination):
    """See Combination."""

    name = "mean of seasonal naive, seasonal smoothing and smoothing"
    reference = "Bates and Granger 1969, The combination of forecasts"
    applies = "a season that is not the same each time"
    rank = 3
    parts = ("seasonal naive", "seasonal smoothing", "exponential smoothing")
