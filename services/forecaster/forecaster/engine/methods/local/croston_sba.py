"""Croston's method for intermittent demand with the Syntetos-Boylan correction, smoothing 0.1."""

from __future__ import annotations

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories


class CrostonSBA(LocalMethod):
    """Croston's method, Syntetos-Boylan approximation."""

    name = "Croston-SBA"
    reference = "Syntetos and Boylan 2005, The accuracy of intermittent demand estimates"
    applies = "intermittent demand that does not end"
    rank = 5
    cost = 0.8

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        _rates(histories.values, histories.lengths, out)
        return out


@compiled
def _rates(values: Doubles, lengths: Ints, out: Floats) -> None:
    for r in range(len(lengths)):
        out[r] = _croston(values[r], lengths[r])


@compiled
def _croston(x: Doubles, n: int) -> float:
    """The smoothed size of a sale over the smoothed interval between sales."""
    size, gap, since, begun = 0.0, 1.0, 0, False
    for k in range(n):
        since += 1
        if x[k] > 0:
            if not begun:
                size, gap, begun = x[k], float(since), True
            else:
                size += 0.1 * (x[k] - size)
                gap += 0.1 * (since - gap)
            since = 0
    return 0.95 * size / gap if begun else 0.0
