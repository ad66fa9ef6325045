"""SES of what is left without the season, with half of the trend as its drift, times the season."""

from __future__ import annotations

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories


class Theta(LocalMethod):
    """The Theta method in its SES form."""

    name = "Theta"
    reference = "Assimakopoulos and Nikolopoulos 2000, The theta model; Hyndman and Billah 2003, Unmasking it"
    applies = "a level with a trend; with two seasons or more of history also a season"
    rank = 10
    uses = ("level", "trend", "season")
    cost = 5.4

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        adjusted = histories.adjusted
        _theta(adjusted.values, histories.lengths, adjusted.indices, *adjusted.smoothed, out)
        return out


@compiled
def _theta(adjusted: Doubles, lengths: Ints, index: Doubles, levels: Doubles, alphas: Doubles, out: Floats) -> None:
    for r in range(len(lengths)):
        n, level, alpha = lengths[r], levels[r], alphas[r]
        drift = _half_slope(adjusted[r], n)
        for h in range(out.shape[1]):
            factor = index[r, h % index.shape[1]]
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
