"""What to order: order-up-to levels from demand's quantiles, packs, budgets. Pure; the backtest runs it alone.

The policy is periodic: at each review the position is brought up to the quantile of demand over lead time plus
review period at the service level. Every decision carries the inputs that made it.
"""

import heapq
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import Any

import numpy as np

from catalog.domain.demand import Array, Demand, LeadTime, over_weeks, protected


@dataclass(frozen=True)
class Terms:
    """How a product is bought and what lacking or keeping it costs."""

    service_level: float = 0.95
    review_days: float = 7.0
    moq: float = 0.0
    multiple: float = 1.0
    shelf_life_days: float | None = None
    unit_cost: float = 0.0
    price: float = 0.0
    holding_rate: float = 0.2


@dataclass(frozen=True)
class Position:
    """Stock as it counts for ordering."""

    on_hand: float
    on_order: float = 0.0
    reserved: float = 0.0

    @property
    def net(self) -> float:
        """What will be there to sell."""
        return self.on_hand + self.on_order - self.reserved


@dataclass(frozen=True)
class Decision:
    """An order quantity (or none) and every number it came from."""

    quantity: float
    reorder_point: float
    order_up_to: float
    safety_stock: float
    expected_demand: float
    days_of_cover: float | None
    order_by: date | None
    reason: str
    inputs: dict[str, Any]


def whole_packs(need: float, moq: float, multiple: float) -> float:
    """Zero, or the least amount that covers the need, is at least the MOQ and a multiple of the pack."""
    if need <= 1e-9:
        return 0.0
    packs = math.ceil(max(need, moq) / multiple - 1e-9)
    return packs * multiple


def decide(sums: Array, lead: LeadTime, terms: Terms, position: Position, as_of: date) -> Decision:
    """The decision for one series whose forecast begins the day after `as_of`."""
    demand = protected(sums, lead, terms.review_days)
    fixed = protected(sums, LeadTime((lead.mean,), (1.0,), lead.source), terms.review_days)
    # Uncertain lead times never ask for less than certain ones of the same length.
    up_to = max(demand.quantile(terms.service_level), fixed.quantile(terms.service_level))
    reorder = max(
        protected(sums, lead, 0.0).quantile(terms.service_level),
        protected(sums, LeadTime((lead.mean,), (1.0,), lead.source), 0.0).quantile(terms.service_level),
    )
    quantity = whole_packs(up_to - position.net, terms.moq, terms.multiple)
    reason = "covered" if quantity == 0 else "below the order-up-to level"
    if quantity and terms.shelf_life_days is not None:
        quantity, reason = _before_it_spoils(sums, terms, position, quantity)
    daily = demand.mean / max(lead.mean + terms.review_days, 1e-9)
    cover = max(0.0, position.on_hand - position.reserved) / daily if daily > 1e-12 else None
    slack = (position.net - reorder) / daily if daily > 1e-12 else None
    return Decision(
        quantity, reorder, up_to, max(0.0, up_to - demand.mean), demand.mean, cover,
        None if slack is None else as_of + timedelta(days=min(3650, max(0, math.floor(slack)))), reason,
        {
            "lead_time": asdict(lead), "terms": asdict(terms), "position": asdict(position) | {"net": position.net},
            "protected_days": lead.mean + terms.review_days, "daily_demand": daily,
            "need_before_packs": max(0.0, up_to - position.net),
        },
    )  # fmt: skip


def _before_it_spoils(sums: Array, terms: Terms, position: Position, quantity: float) -> tuple[float, str]:
    """Not more than what will probably be sold within the shelf life; nothing when that is below the MOQ."""
    sellable = float(over_weeks(sums, (terms.shelf_life_days or 0.0) / 7)[5])
    most = math.floor(max(0.0, sellable - max(0.0, position.net)) / terms.multiple + 1e-9) * terms.multiple
    if quantity <= most:
        return quantity, "below the order-up-to level"
    return (most, "limited by shelf life") if most >= max(terms.moq, 1e-9) else (0.0, "would spoil before it is sold")


@dataclass(frozen=True)
class Candidate:
    """A line that wants to be bought, with its demand until the order after this one arrives."""

    key: str
    wanted: float
    demand: Demand
    net: float
    terms: Terms


def next_case_value(candidate: Candidate, have: float, units: float) -> float:
    """Expected margin of `units` more, less what keeping the unsold ones costs over the protected time, per unit of
    money spent."""
    terms = candidate.terms
    chance = candidate.demand.above(max(0.0, candidate.net) + have + units / 2)
    margin = max(0.0, terms.price - terms.unit_cost)
    kept = terms.unit_cost * terms.holding_rate / 52 * (terms.review_days / 7)
    gain = margin * chance - kept * (1 - chance)
    return gain / terms.unit_cost if terms.unit_cost > 0 else math.inf


def within_budget(candidates: Sequence[Candidate], budget: float) -> dict[str, float]:
    """What to buy for the money: case by case, always the one with the highest expected margin a unit of money.

    A line's first case is its MOQ. Nothing is bought beyond what is wanted.
    """
    bought = {candidate.key: 0.0 for candidate in candidates}

    def offer(candidate: Candidate) -> tuple[float, str, float, Candidate] | None:
        have = bought[candidate.key]
        case = whole_packs(candidate.terms.multiple, candidate.terms.moq, candidate.terms.multiple)
        units = case if have == 0 else candidate.terms.multiple
        if have + units > candidate.wanted + 1e-9:
            return None
        return -next_case_value(candidate, have, units), candidate.key, units, candidate

    heap = [made for candidate in candidates if (made := offer(candidate))]
    heapq.heapify(heap)
    while heap:
        _, key, units, candidate = heapq.heappop(heap)
        cost = units * candidate.terms.unit_cost
        if cost > budget + 1e-9:
            continue
        budget -= cost
        bought[key] += units
        if (following := offer(candidate)) is not None:
            heapq.heappush(heap, following)
    return bought


def z_sigma(mean: Array, sigma: Array, weeks: float, level: float) -> Array:
    """The textbook's order-up-to level: mean plus z standard deviations, as if demand were normal."""
    return np.asarray(np.maximum(0.0, mean * weeks + NormalDist().inv_cdf(level) * sigma * math.sqrt(weeks)))
