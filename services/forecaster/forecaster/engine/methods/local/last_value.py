"""The last value, for ever."""

from __future__ import annotations

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories


class LastValue(LocalMethod):
    """The naive method."""

    name = "last value"
    reference = "Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2"
    applies = "everything; the benchmark of a random walk"
    rank = 1
    cost = 0.05

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _last(histories.values, histories.lengths, out)
        return out


@compiled
def _last(values: Doubles, lengths: Ints, out: Floats) -> None:
    for r in range(len(lengths)):
        out[r] = values[r, lengths[r] - 1]
