"""Mean of smoothing, TSB and IMAPA."""

from __future__ import annotations

from forecaster.engine.methods.base import Combination


class SmoothingTSBIMAPA(Combination):
    """See Combination."""

    name = "mean of smoothing, TSB and IMAPA"
    reference = "Bates and Granger 1969, The combination of forecasts; Petropoulos and Kourentzes 2015"
    applies = "everything; the usual companion of the pooled model where last year is not known"
    rank = 1
    parts = ("exponential smoothing", "TSB", "IMAPA")
