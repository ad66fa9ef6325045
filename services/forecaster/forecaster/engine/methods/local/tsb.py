"""The probability of a sale times its size, both smoothed by 0.1."""

from __future__ import annotations

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories


class TSB(LocalMethod):
    """The method of Teunter, Syntetos and Babai."""

    name = "TSB"
    reference = "Teunter, Syntetos and Babai 2011, Intermittent demand: linking forecasting to inventory obsolescence"
    applies = "intermittent demand that may end: it fades when sales stop"
    rank = 6
    cost = 0.8

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _rates(histories.values, histories.lengths, out)
        return out


@compiled
def _rates(values: Doubles, lengths: Ints, out: Floats) -> None:
    for r in range(len(lengths)):
        out[r] = _tsb(values[r], lengths[r])


@compiled
def _tsb(x: Doubles, n: int) -> float:
    """Probability of a sale times its size, both smoothed: fades when sales stop."""
    warm = min(n, 10)
    chance, size, count = 0.0, 0.0, 0
    for k in range(warm):
        if x[k] > 0:
            chance += 1.0 / warm
            size += x[k]
            count += 1
    size = size / count if count else 0.0
    for k in range(n):
        if x[k] > 0:
            chance += 0.1 * (1 - chance)
            size = x[k] if size == 0 else size + 0.1 * (x[k] - size)
        else:
            chance -= 0.1 * chance
    return chance * size
