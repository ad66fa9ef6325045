"""What is on order: when it is expected to come, and whether it had better come sooner or later. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

Advice = Literal["expedite", "postpone", "keep"]
FAR = 3650  # days: what lasts longer lasts for ever


@dataclass(frozen=True)
class PromisedDelivery:
    """An open line of an approved order: its day, the day by which it is needed, and what to do about the difference.

    `needed_on` is the day on which what is there before it falls to the safety stock; `runs_out_on` the one on which
    nothing is left. `short_units` are expected to be lacked until it comes.
    """

    order_id: UUID
    number: int
    supplier: str
    sku: str
    location: str
    name: str | None
    open: Decimal
    expected_on: date
    confirmed: bool
    needed_on: date | None
    runs_out_on: date | None
    advice: Advice
    short_units: float
    value: float


def expected_on(approved_on: date, lead_days: float, confirmed_on: date | None) -> date:
    """What the supplier confirmed, else the usual lead time after the approval."""
    return confirmed_on or approved_on + timedelta(days=math.ceil(lead_days))


def advised(rows: Iterable[Mapping[str, Any]], today: date) -> list[PromisedDelivery]:
    """Open lines with their advice: what saves most first. Of several deliveries of a series the earlier count for the
    later ones."""
    by_series = sorted(rows, key=lambda row: (row["sku"], row["location"], row["expected_on"], row["number"]))
    found: list[PromisedDelivery] = []
    for _, same in groupby(by_series, key=lambda row: (row["sku"], row["location"])):
        earlier = 0.0
        for row in same:
            found.append(_advised(row, earlier, today))
            earlier += float(row["open"])
    rank = {"expedite": 0, "postpone": 1, "keep": 2}
    return sorted(found, key=lambda line: (rank[line.advice], -line.value, line.number, line.sku, line.location))


def _advised(row: Mapping[str, Any], earlier: float, today: date) -> PromisedDelivery:
    there = float(row["on_hand"]) - float(row["reserved"]) + earlier
    daily, arrives = float(row["daily"]), max(row["expected_on"], today)
    out = _day_of(there, daily, today)
    needed = _day_of(there - float(row["safety_stock"]), daily, today)
    latest = arrives + timedelta(days=math.ceil(float(row["review_days"])))
    advice: Advice = "keep"
    short = 0.0
    value = float(row["open"]) * float(row["unit_cost"])
    if out is not None and out < arrives:
        advice = "expedite"
        short = min(float(row["open"]), daily * (arrives - out).days)
        value = short * float(row["price"] or row["unit_cost"])
    elif needed is None or needed > latest:
        advice = "postpone"
    return PromisedDelivery(
        row["order_id"], row["number"], row["supplier"], row["sku"], row["location"], row["name"], row["open"],
        row["expected_on"], row["confirmed_on"] is not None, needed, out, advice, short, value,
    )  # fmt: skip


def _day_of(units: float, daily: float, today: date) -> date | None:
    """The day on which so many units are sold; None when they last for ever."""
    if daily <= 0 or (days := max(0.0, units) / daily) > FAR:
        return None
    return today + timedelta(days=math.floor(days))
