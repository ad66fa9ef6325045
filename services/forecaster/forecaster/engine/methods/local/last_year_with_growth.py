"""What sold a year before, times the growth since."""

from __future__ import annotations

from forecaster.engine.arrays import Floats
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.primitives import last_year


class LastYearWithGrowth(LocalMethod):
    """Last year's value with its growth."""

    name = "last year with growth"
    reference = "seasonal naive times the year's growth, as planners do by hand"
    applies = "a year and a growth window of history; before that it is exponential smoothing"
    rank = 11
    uses = ("level", "season")
    cost = 0.9

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        last_year(histories.values, histories.lengths, histories.smoothed.level, histories.year_length,
                  histories.growth_window, False, out)  # fmt: skip
        return out
