"""Confirmed demand (pre-orders and reservations with a date) is consumed by the forecast, not added to it.

A forecast is of all that will be sold, so what is ordered ahead is a part of it. Each confirmed unit uses up a unit
that was expected of its own week, else of the week before, else of the week after; only what is left is demand beyond
the forecast. The net requirement of a week is thus the larger of both, within that window. What is due after the
forecast's end waits until the forecast reaches it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.domain.demand import Array

WINDOW = (0, -1, 1)  # weeks whose forecast a confirmed unit consumes, in this order


@dataclass(frozen=True)
class Netted:
    """By week of the forecast what is confirmed, and what is beyond the forecast of it."""

    confirmed: Array
    excess: Array

    @property
    def running(self) -> Array:
        """The excess from now until each week's end."""
        return np.cumsum(self.excess)


def net(means: Sequence[float] | Array, weeks: Sequence[int], units: Sequence[float]) -> Netted:
    """Confirmed `units`, each due in one of the forecast's `weeks` (0: the first), beside what the forecast expects."""
    left = np.maximum(np.asarray(means, dtype=float), 0.0).copy()
    confirmed = np.zeros(len(left))
    for week, amount in zip(weeks, units, strict=True):
        if 0 <= week < len(left):
            confirmed[week] += amount
    open_ = confirmed.copy()
    for step in WINDOW:  # all weeks take their own forecast first, so that none loses it to a neighbour
        for week in range(len(left)):
            if 0 <= week + step < len(left):
                used = min(open_[week], left[week + step])
                open_[week] -= used
                left[week + step] -= used
    return Netted(confirmed, open_)
