"""The mean of SES of sums over one period, two, and so on to the mean interval between sales."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.primitives import aggregated, widest_bucket


class IMAPA(LocalMethod):
    """Intermittent multiple aggregation prediction algorithm."""

    name = "IMAPA"
    reference = "Petropoulos and Kourentzes 2015, Forecast combinations for intermittent demand"
    applies = "intermittent demand; of steady demand it is exponential smoothing"
    rank = 8
    cost = 6.8

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _averaged(histories.values, histories.lengths, histories.smoothed.level, out)
        return out


@compiled
def _averaged(values: Doubles, lengths: Ints, levels: Doubles, out: Floats) -> None:
    work = np.zeros(values.shape[1])
    for r in range(len(lengths)):
        x, n = values[r], lengths[r]
        widest = widest_bucket(x, n)
        total = levels[r] / widest
        for width in range(2, widest + 1):
            total += aggregated(x, n, width, work) / widest
        out[r] = total
