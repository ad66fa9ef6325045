"""From a series' situation to its decision: rows in, numbers out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from catalog.domain.demand import Array, LeadTime, lead_time, protected
from catalog.domain.netting import net
from catalog.domain.policy import Decision, Position, Terms, WantedLine, decide_all, level_of_costs

DEFAULT_SERVICE_LEVEL = 0.95


def lead_of(row: Mapping[str, Any]) -> LeadTime:
    """The supplier's lead time: learned, or as stated."""
    observed = [float(days) for days in row["observed_days"]]
    return lead_time(observed, float(row["lead_days"]), float(row["lead_spread_days"]))


def terms_of(row: Mapping[str, Any], class_level: float | None = None) -> Terms:
    """The terms; the service level is the product's own, else that of its costs if lacking one is priced, else its
    class's, else the default."""
    own, cost, shelf = row["service_level"], row["stockout_cost"], row["shelf_life_days"]
    terms = Terms(
        service_level=float(own) if own is not None else class_level or DEFAULT_SERVICE_LEVEL,
        review_days=float(row["review_days"]), moq=float(row["moq"]), multiple=float(row["multiple"]),
        shelf_life_days=None if shelf is None else float(shelf), unit_cost=float(row["unit_cost"]),
        price=float(row["price"] or row["unit_cost"]), holding_rate=float(row["holding_rate"]),
        stockout_cost=None if cost is None else float(cost),
    )  # fmt: skip
    return terms if own is not None or cost is None else replace(terms, service_level=level_of_costs(terms))


def position_of(row: Mapping[str, Any]) -> Position:
    """Stock as it counts for ordering."""
    return Position(float(row["on_hand"]), float(row["on_order"]), float(row["reserved"]))


def netted(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with demand that has consumed its forecast: what is confirmed beyond that is added to all of its sums and
    means; `confirmed` tells so, week by week, where anything is, and what is held though its day is past."""
    weeks, units = row["confirmed_weeks"], row["confirmed_units"]
    late = {"overdue": float(row["overdue"])} if row["overdue"] else {}
    if not weeks:
        return {**row, "confirmed": late}
    sums = np.asarray(row["sums"], dtype=float)
    known = row["means"] is not None
    means = np.asarray(row["means"], dtype=float) if known else np.diff(_middles(sums), prepend=0.0)
    demand = net(means, weeks, units)
    told = {"units": demand.confirmed.tolist(), "forecast": means.tolist(), "excess": demand.excess.tolist()}
    more = {"sums": sums + demand.running[:, None], "means": means + demand.excess if known else None}
    return {**row, **more, "confirmed": {"confirmed": told} | late}


def _middles(sums: Array) -> Array:
    """The means of running sums by their quantiles alone."""
    spans = [LeadTime((7.0 * weeks,), (1.0,), "") for weeks in range(1, len(sums) + 1)]
    return np.array([float(protected(sums, span, 0.0).mean) for span in spans])


def decisions_of(rows: Sequence[Mapping[str, Any]], levels: Sequence[float | None]) -> list[Decision]:
    """What to order of each series, in the order given; those of one lead time are decided together."""
    rows = [netted(row) for row in rows]
    groups: dict[Any, list[int]] = {}
    for place, row in enumerate(rows):
        lead = lead_of(row)
        key = (lead, float(row["review_days"]), len(row["sums"]), row["means"] is not None)
        groups.setdefault(key, []).append(place)
    found: dict[int, Decision] = {}
    for (lead, _, _, known), places in groups.items():
        chosen = [rows[place] for place in places]
        decided = decide_all(
            np.array([row["sums"] for row in chosen], dtype=float), lead,
            [terms_of(rows[place], levels[place]) for place in places], [position_of(row) for row in chosen],
            [row["as_of"] for row in chosen],
            np.array([row["means"] for row in chosen], dtype=float) if known else None,
        )  # fmt: skip
        told = (replace(each, inputs=each.inputs | row["confirmed"]) for each, row in zip(decided, chosen, strict=True))
        found.update(zip(places, told, strict=True))
    return [found[place] for place in range(len(rows))]


def candidate_of(row: Mapping[str, Any], decision: Decision, class_level: float | None = None) -> WantedLine:
    """The series as a bidder for a budget."""
    terms = terms_of(row, class_level)
    demand = protected(np.asarray(netted(row)["sums"], dtype=float), lead_of(row), terms.review_days)
    return WantedLine(f"{row['location']}\n{row['sku']}", decision.quantity, demand, position_of(row).net, terms)
