"""SES of sums over the mean interval between sales, spread over it again."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.primitives import aggregated, widest_bucket


class ADIDA(LocalMethod):
    """Aggregate-disaggregate intermittent demand approach."""

    name = "ADIDA"
    reference = "Nikolopoulos et al. 2011, An aggregate-disaggregate intermittent demand approach to forecasting"
    applies = "intermittent demand; of steady demand it is exponential smoothing"
    rank = 7
    cost = 2.7

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _disaggregated(histories.values, histories.lengths, histories.smoothed.level, out)
        return out


@compiled
def _disaggregated(values: Doubles, lengths: Ints, levels: Doubles, out: Floats) -> None:
    work = np.zeros(values.shape[1])
    for r in range(len(lengths)):
        x, n = values[r], lengths[r]
        width = widest_bucket(x, n)
        out[r] = levels[r] if width == 1 else aggregated(x, n, width, work)
