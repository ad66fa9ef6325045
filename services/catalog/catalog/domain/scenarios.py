"""A series' situation under a scenario, and what is kept of it on the shelves. Pure.

Guarantee: a scenario of nothing is the situation as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from contracts.scenario import Scenario

from catalog.domain.decided import Decided
from catalog.domain.demand import ENOUGH_RECEIPTS


def under(row: Mapping[str, Any], scenario: Scenario, factors: Sequence[float] | None) -> Mapping[str, Any]:
    """The situation with the scenario's terms, and its demand times so much by week: bands move in proportion to the
    mean, as they do where a planner changes a forecast. A supposed lead time takes the place of what receipts show."""
    found = dict(row)
    if factors is not None:
        found |= _demand(row, np.array(factors, dtype=float))
    if scenario.lead_days is not None:
        found |= {"lead_days": scenario.lead_days, "observed_days": []}
    if scenario.service_level is not None:
        found["service_level"] = scenario.service_level
    return found


def _demand(row: Mapping[str, Any], factors: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, Any]:
    sums = np.array(row["sums"], dtype=float)
    means = np.ones(len(sums)) if row["means"] is None else np.array(row["means"], dtype=float)
    wanted = np.resize(np.append(factors, [factors[-1]] * len(means)), len(means))
    before, then = np.cumsum(means), np.cumsum(means * wanted)
    ratio = np.divide(then, before, out=np.ones_like(then), where=before > 0)
    return {
        "sums": (sums * ratio[:, None]).tolist(),
        "means": None if row["means"] is None else (means * wanted).tolist(),
    }


def kept_units(decided: Decided) -> float:
    """What lies on the shelves on average while the policy is followed: its safety stock, and half of what is sold from
    one review to the next."""
    inputs = decided.decision.inputs
    return decided.decision.safety_stock + float(inputs["daily_demand"] * inputs["terms"]["review_days"]) / 2


def price_on(
    own: Sequence[tuple[date, Decimal]], everywhere: Sequence[tuple[date, Decimal]], day: date,
    otherwise: Decimal | None,
) -> Decimal | None:  # fmt: skip
    """The price of a day, of histories with the oldest first: a place's own from the first of them on, that of
    everywhere before; before all of them the first."""
    entries = [entry for entry in everywhere if not own or entry[0] < own[0][0]] + list(own)
    if not entries:
        return otherwise
    return next((price for since, price in reversed(entries) if since <= day), entries[0][1])


def by_receipts(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The suppliers whose lead times their receipts tell, so that a stated one does not count."""
    return sorted({row["supplier"] for row in rows if len(row["observed_days"]) >= ENOUGH_RECEIPTS})
