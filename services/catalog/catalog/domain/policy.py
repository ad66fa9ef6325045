"""What to order: order-up-to levels from demand's quantiles, packs, budgets. Pure; the backtest runs it alone.

The policy is periodic: at each review the position is brought up to the quantile of demand over lead time plus
review period at the service level. Every decision carries the inputs that made it.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from contracts import quantiles

from catalog.domain.demand import Array, Demand, LeadTime, expected, over_weeks, protected

_PART = 200
STEPS = 40


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
    stockout_cost: float | None = None

    @property
    def lost(self) -> float:
        """What lacking one unit costs: as stated, else its margin."""
        return max(0.0, self.price - self.unit_cost) if self.stockout_cost is None else self.stockout_cost

    @property
    def kept(self) -> float:
        """What keeping one unit for a review period costs."""
        return self.unit_cost * self.holding_rate * self.review_days / 365


LEAST_LEVEL, MOST_LEVEL = 0.5, 0.995


def level_of_costs(terms: Terms) -> float:
    """The service level at which one unit more costs as much as it saves, within what quantiles can tell."""
    both = terms.lost + terms.kept
    return min(MOST_LEVEL, max(LEAST_LEVEL, terms.lost / both)) if both > 0 else LEAST_LEVEL


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
    short_units: float
    stockout_risk: float
    reason: str
    inputs: dict[str, Any]


def whole_packs(need: float, moq: float, multiple: float) -> float:
    """Zero, or the least amount that covers the need, is at least the MOQ and a multiple of the pack."""
    if need <= 1e-9:
        return 0.0
    packs = math.ceil(max(need, moq) / multiple - 1e-9)
    return packs * multiple


def decide_all(
    sums: Array, lead: LeadTime, terms: Sequence[Terms], positions: Sequence[Position], as_of: Sequence[date],
    means: Array | None = None,
) -> list[Decision]:  # fmt: skip
    """The decisions for series of one lead time and review period, whose forecasts begin the day after `as_of`.

    `sums` is (series, week, level), `means` (series, week): what the forecast expects; without them the quantiles' own
    mean. In parts, because that fits the processor's memory and is many times faster.
    """
    found: list[Decision] = []
    for start in range(0, len(sums), _PART):
        part = slice(start, start + _PART)
        own = None if means is None else means[part]
        found += _decide_part(sums[part], lead, terms[part], positions[part], as_of[part], own)
    return found


def decide(sums: Array, lead: LeadTime, terms: Terms, position: Position, as_of: date) -> Decision:
    """The decision for one series."""
    return decide_all(sums[None], lead, [terms], [position], [as_of])[0]


def _decide_part(
    sums: Array, lead: LeadTime, terms: Sequence[Terms], positions: Sequence[Position], as_of: Sequence[date],
    means: Array | None,
) -> list[Decision]:  # fmt: skip
    certain, review = LeadTime((lead.mean,), (1.0,), lead.source), terms[0].review_days
    levels = np.array([each.service_level for each in terms])
    demand, arriving = protected(sums, lead, review), protected(sums, lead, 0.0)
    # Uncertain lead times never ask for less than certain ones of the same length.
    up_to = np.maximum(demand.quantile(levels), protected(sums, certain, review).quantile(levels))
    reorder = np.maximum(arriving.quantile(levels), protected(sums, certain, 0.0).quantile(levels))
    # What is ordered now comes after the lead time: only what is there or on its way serves until then.
    there = np.array([max(0.0, position.net) for position in positions])
    wanted = demand.mean if means is None else expected(means, lead, review)
    numbers = zip(up_to, reorder, wanted, arriving.shortage(there), arriving.above(there), strict=True)
    return [
        _decision(sums[place], lead, terms[place], positions[place], as_of[place], *map(float, row))
        for place, row in enumerate(numbers)
    ]


def _decision(
    sums: Array, lead: LeadTime, terms: Terms, position: Position, as_of: date, up_to: float, reorder: float,
    expected: float, short: float, risk: float,
) -> Decision:  # fmt: skip
    quantity = whole_packs(up_to - position.net, terms.moq, terms.multiple)
    reason = "covered" if quantity == 0 else "below the order-up-to level"
    if quantity and terms.shelf_life_days is not None:
        quantity, reason = _before_it_spoils(sums, terms, position, quantity)
    days = lead.mean + terms.review_days
    daily = expected / max(days, 1e-9)
    cover = max(0.0, position.on_hand - position.reserved) / daily if daily > 1e-12 else None
    slack = (position.net - reorder) / daily if daily > 1e-12 else None
    return Decision(
        quantity, reorder, up_to, max(0.0, up_to - expected), expected, cover,
        None if slack is None else as_of + timedelta(days=min(3650, max(0, math.floor(slack)))), short, risk, reason,
        {
            "lead_time": asdict(lead) | {"mean_days": lead.mean}, "terms": asdict(terms),
            "position": asdict(position) | {"net": position.net}, "protected_days": days, "daily_demand": daily,
            "need_before_packs": max(0.0, up_to - position.net),
        },
    )  # fmt: skip


def _before_it_spoils(sums: Array, terms: Terms, position: Position, quantity: float) -> tuple[float, str]:
    """Not more than what will probably be sold within the shelf life; nothing when that is below the MOQ."""
    sellable = float(over_weeks(sums, (terms.shelf_life_days or 0.0) / 7)[quantiles.index(0.5)])
    most = math.floor(max(0.0, sellable - max(0.0, position.net)) / terms.multiple + 1e-9) * terms.multiple
    if quantity <= most:
        return quantity, "below the order-up-to level"
    return (most, "limited by shelf life") if most >= max(terms.moq, 1e-9) else (0.0, "would spoil before it is sold")


@dataclass(frozen=True)
class WantedLine:
    """A line that wants to be bought, with its demand until the order after this one arrives."""

    key: str
    wanted: float
    demand: Demand
    net: float
    terms: Terms


def _steps(candidate: WantedLine) -> tuple[Array, Array]:
    """(units, gain for a unit of money) of each next step of an order: its MOQ, then cases, many together where
    there are many. What a step saves is the chance that its middle unit is sold, less what keeping it costs."""
    terms = candidate.terms
    first = whole_packs(terms.multiple, terms.moq, terms.multiple)
    if first > candidate.wanted + 1e-9:
        return np.zeros(0), np.zeros(0)
    cases = math.floor((candidate.wanted - first) / terms.multiple + 1e-9)
    size = max(1, math.ceil(cases / STEPS))
    counts = [min(size, cases - start) for start in range(0, cases, size)]
    units = np.array([first, *(count * terms.multiple for count in counts)])
    middles = max(0.0, candidate.net) + np.cumsum(units) - units / 2
    chance = candidate.demand.above(middles)
    gain = terms.lost * chance - terms.kept * (1 - chance)
    return units, gain / terms.unit_cost if terms.unit_cost > 0 else np.full(len(units), math.inf)


def within_budget(candidates: Sequence[WantedLine], budget: float) -> dict[str, float]:
    """What to buy for the money: step by step, always the one that saves most for a unit of money.

    A line's first step is its MOQ, later ones are whole cases. Nothing is bought beyond what is wanted. What a step
    saves falls from one to the next, so that all steps can be ranked at once.
    """
    bought = {candidate.key: 0.0 for candidate in candidates}
    steps = [
        (-value, candidate.key, place, units, candidate.terms)
        for candidate in candidates
        for place, (units, value) in enumerate(zip(*map(np.ndarray.tolist, _steps(candidate)), strict=True))
    ]
    closed: set[str] = set()
    for _, key, place, units, terms in sorted(steps, key=lambda step: step[:3]):
        if key in closed:
            continue
        affordable = units
        if units * terms.unit_cost > budget + 1e-9:
            closed.add(key)
            cases = math.floor(budget / (terms.unit_cost * terms.multiple) + 1e-9)
            affordable = cases * terms.multiple if place else 0.0
        budget -= affordable * terms.unit_cost
        bought[key] += affordable
    return bought
