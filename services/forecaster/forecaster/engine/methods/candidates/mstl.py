"""MSTL, by statsforecast: the season is taken out by local regression, what is left is smoothed."""

from __future__ import annotations

from typing import Any

from forecaster.engine.methods.statistical import StatisticalCandidate


class MSTL(StatisticalCandidate):
    """See StatisticalCandidate."""

    name = "MSTL"
    reference = "Bandara, Hyndman and Bergmeir 2021, MSTL: a seasonal-trend decomposition algorithm"
    applies = "daily sales with a weekly season that changes slowly; without two seasons of history it is AutoETS"
    rank = 6
    seconds = 0.03
    optional = True

    def model(self, season_length: int) -> Any:
        """See StatisticalCandidate."""
        from statsforecast import models

        return models.MSTL(season_length) if season_length > 1 else models.AutoETS(1)
