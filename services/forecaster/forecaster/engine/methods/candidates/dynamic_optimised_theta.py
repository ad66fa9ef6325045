"""Dynamic optimised Theta, by statsforecast."""

from __future__ import annotations

from typing import Any

from forecaster.engine.methods.statistical import StatisticalCandidate


class DynamicOptimisedTheta(StatisticalCandidate):
    """See StatisticalCandidate."""

    name = "dynamic optimised Theta"
    reference = "Fiorucci et al. 2016, Models for optimising the theta method"
    applies = "a level with a trend; with two seasons also a season"
    rank = 1
    seconds = 0.006

    def model(self, season_length: int) -> Any:
        """See StatisticalCandidate."""
        from statsforecast import models

        return models.DynamicOptimizedTheta(season_length)
