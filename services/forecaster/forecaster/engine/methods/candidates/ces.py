"""CES, by statsforecast."""

from __future__ import annotations

from typing import Any

from forecaster.engine.methods.statistical import StatisticalCandidate


class CES(StatisticalCandidate):
    """See StatisticalCandidate."""

    name = "CES"
    reference = "Svetunkov, Kourentzes and Ord 2022, Complex exponential smoothing"
    applies = "levels and trends that change their nature; seasons of at most 24 periods"
    rank = 3
    seconds = 0.03

    def model(self, season_length: int) -> Any:
        """See StatisticalCandidate."""
        from statsforecast import models

        return models.AutoCES(season_length if season_length <= 24 else 1)
