"""The mean of the latest half of a level's window."""

from __future__ import annotations

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories


class MovingAverage(LocalMethod):
    """The moving average, which gains are told against."""

    name = "moving average"
    reference = "Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3.3"
    applies = "everything; what others are compared with"
    rank = 3
    cost = 0.05

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _mean(histories.values, histories.lengths, max(histories.level_window // 2, 4), out)
        return out


@compiled
def _mean(values: Doubles, lengths: Ints, longest: int, out: Floats) -> None:
    for r in range(len(lengths)):
        n = lengths[r]
        window, total = min(n, longest), 0.0
        for k in range(n - window, n):
            total += values[r, k]
        out[r] = total / window
