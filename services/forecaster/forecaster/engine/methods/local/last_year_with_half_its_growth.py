"""What sold a year before, times the root of the growth since: growth returns to the mean."""

from __future__ import annotations

from forecaster.engine.arrays import Floats
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.primitives import last_year


class LastYearWithHalfItsGrowth(LocalMethod):
    """Last year's value with half of its growth, in logs."""

    name = "last year with half its growth"
    reference = "seasonal naive times the root of the year's growth (docs/accuracy.md)"
    applies = "a year and a growth window of history; before that it is exponential smoothing"
    rank = 12
    uses = ("level", "season")
    cost = 0.8

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        last_year(histories.values, histories.lengths, histories.smoothed.level, histories.year_length,
                  histories.growth_window, True, out)  # fmt: skip
        return out
