"""SES of what is left without the season, with half of the trend as its drift, times the season."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.primitives import deseasonalised, ses


class Theta(LocalMethod):
    """The Theta method in its SES form."""

    name = "Theta"
    reference = "Assimakopoulos and Nikolopoulos 2000, The theta model; Hyndman and Billah 2003, Unmasking it"
    applies = "a level with a trend; with two seasons or more of history also a season"
    rank = 10
    cost = 5.4

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _theta(histories.values, histories.lengths, histories.season_length, out)
        return out


@compiled
def _theta(values: Doubles, lengths: Ints, season: int, out: Floats) -> None:
    work, index = np.zeros(values.shape[1]), np.ones(max(season, 1))
    for r in range(len(lengths)):
        n = lengths[r]
        seasonal = deseasonalised(values[r], n, season, index, work)
        level, alpha = ses(work, n)
        drift = _half_slope(work, n)
        for h in range(out.shape[1]):
            factor = index[h % season] if seasonal else 1.0
            out[r, h] = max(level + drift * (h + 1.0 / alpha - (1 - alpha) ** n / alpha), 0.0) * factor


@compiled
def _half_slope(x: Doubles, n: int) -> float:
    """Half of the least-squares trend; 0 of fewer than eight values."""
    slope, mean_k, mean_x, spread = 0.0, (n - 1) / 2.0, 0.0, 0.0
    for k in range(n):
        mean_x += x[k] / n
    for k in range(n):
        slope += (k - mean_k) * (x[k] - mean_x)
        spread += (k - mean_k) ** 2
    return 0.5 * slope / spread if spread > 0 and n >= 8 else 0.0
