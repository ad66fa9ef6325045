"""AutoETS, by statsforecast."""

from __future__ import annotations

from typing import Any

from forecaster.engine.methods.statistical import StatisticalCandidate


class AutoETS(StatisticalCandidate):
    """See StatisticalCandidate."""

    name = "AutoETS"
    reference = "Hyndman and Khandakar 2008, Automatic time series forecasting"
    applies = "smooth levels, trends and seasons of at most 24 periods"
    rank = 2
    seconds = 0.02

    def model(self, season_length: int) -> Any:
        """See StatisticalCandidate."""
        from statsforecast import models

        return models.AutoETS(season_length if season_length <= 24 else 1)
