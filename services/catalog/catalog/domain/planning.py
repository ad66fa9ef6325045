"""From a series' situation to its decision: rows in, numbers out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from catalog.domain.demand import LeadTime, lead_time, protected
from catalog.domain.policy import Candidate, Decision, Position, Terms, decide

DEFAULT_SERVICE_LEVEL = 0.95


def lead_of(row: Mapping[str, Any]) -> LeadTime:
    """The supplier's lead time: learned, or as stated."""
    observed = [float(days) for days in row["observed_days"]]
    return lead_time(observed, float(row["lead_days"]), float(row["lead_spread_days"]))


def terms_of(row: Mapping[str, Any], class_level: float | None = None) -> Terms:
    """The terms; the service level is the product's own, else its class's, else the default."""
    own = row["service_level"]
    shelf = row["shelf_life_days"]
    return Terms(
        service_level=float(own) if own is not None else class_level or DEFAULT_SERVICE_LEVEL,
        review_days=float(row["review_days"]), moq=float(row["moq"]), multiple=float(row["multiple"]),
        shelf_life_days=None if shelf is None else float(shelf), unit_cost=float(row["unit_cost"]),
        price=float(row["price"] or row["unit_cost"]), holding_rate=float(row["holding_rate"]),
    )  # fmt: skip


def position_of(row: Mapping[str, Any]) -> Position:
    """Stock as it counts for ordering."""
    return Position(float(row["on_hand"]), float(row["on_order"]), float(row["reserved"]))


def decision_of(row: Mapping[str, Any], class_level: float | None = None) -> Decision:
    """What to order of one series."""
    sums = np.asarray(row["sums"], dtype=float)
    return decide(sums, lead_of(row), terms_of(row, class_level), position_of(row), row["as_of"])


def candidate_of(row: Mapping[str, Any], decision: Decision, class_level: float | None = None) -> Candidate:
    """The series as a bidder for a budget."""
    terms = terms_of(row, class_level)
    demand = protected(np.asarray(row["sums"], dtype=float), lead_of(row), terms.review_days)
    return Candidate(f"{row['location']}\n{row['sku']}", decision.quantity, demand, position_of(row).net, terms)
