"""What a policy would have cost: whole replays of weeks with lost sales, and single cycles for service. Numpy only.

A replay never looks ahead: the order of a week is made from the level known at its start, and arrives `lead` weeks
later, before that week's sales.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.domain.demand import Array


@dataclass(frozen=True)
class PolicyOutcome:
    """What happened over a replay, summed over series and weeks; stock is a mean over weeks."""

    fill_rate: float
    stock_value: float
    lost_units: float
    lost_sales: float
    orders: int

    def row(self) -> dict[str, float]:
        """For a table."""
        return dict(vars(self))


def replay(
    demand: Array, trigger: Array, up_to: Array, lead: int, pack: Array, cost: Array, price: Array
) -> PolicyOutcome:  # fmt: skip
    """Replay weeks of demand (series, week): below `trigger`, the position is ordered up to `up_to` in whole packs.

    Stock starts at the first order-up-to level, so that no policy gets a head start that it did not ask for.
    """
    series, weeks = demand.shape
    on_hand = np.ceil(up_to[:, 0] / pack) * pack
    pipeline = np.zeros((series, lead + 1))
    served = lost = np.zeros(series)
    stock, orders = np.zeros(series), 0
    for week in range(weeks):
        position = on_hand + pipeline.sum(axis=1)
        need = np.where(position < trigger[:, week], up_to[:, week] - position, 0.0)
        order = np.where(need > 1e-9, np.ceil(need / pack - 1e-9) * pack, 0.0)
        orders += int((order > 0).sum())
        pipeline[:, lead] += order
        on_hand = on_hand + pipeline[:, 0]
        pipeline = np.roll(pipeline, -1, axis=1)
        pipeline[:, -1] = 0.0
        sold = np.minimum(on_hand, demand[:, week])
        served, lost = served + sold, lost + demand[:, week] - sold
        on_hand = on_hand - sold
        stock = stock + on_hand
    total = float((demand.sum(axis=1) * price).sum())
    return PolicyOutcome(
        float((served * price).sum()) / total if total else 1.0, float((stock * cost).sum()) / weeks,
        float(lost.sum()), float((lost * price).sum()), orders,
    )  # fmt: skip


def cycles(
    weekly: Array, leads: NDArray[np.int64], weights: Array, up_to: float, seed: int, review: int = 1
) -> tuple[float, float]:  # fmt: skip
    """(cycle service, mean stock left) of an order-up-to level over demand whose lead times, in weeks, are drawn."""
    total = np.concatenate([[0.0], np.cumsum(weekly)])
    starts = np.arange(len(weekly) - int(leads.max()) - review)
    drawn = np.random.default_rng(seed).choice(leads, size=len(starts), p=weights)
    wanted = total[starts + drawn + review] - total[starts]
    return float((wanted <= up_to + 1e-9).mean()), float(np.maximum(up_to - wanted, 0).mean())
