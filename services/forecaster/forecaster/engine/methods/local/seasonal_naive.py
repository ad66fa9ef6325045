"""The value of a season before."""

from __future__ import annotations

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories


class SeasonalNaive(LocalMethod):
    """The seasonal naive method."""

    name = "seasonal naive"
    reference = "Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2"
    applies = "a season or more of history; before that it is the last value"
    rank = 2
    uses = ("level", "season")
    cost = 0.05

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _season_ago(histories.values, histories.lengths, histories.season_length, out)
        return out


@compiled
def _season_ago(values: Doubles, lengths: Ints, season: int, out: Floats) -> None:
    for r in range(len(lengths)):
        n = lengths[r]
        out[r] = values[r, n - 1]
        if season > 1 and n >= season:
            for h in range(out.shape[1]):
                out[r, h] = values[r, n - season + h % season]
