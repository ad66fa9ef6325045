"""Which stock needs somebody: series that will run out, and series with far too much. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

LEAST_MONEY = 1.0
EXCESS_COVER_DAYS = 90.0


def is_excess(excess_value: float, cover_days: float | None) -> bool:
    """Whether stock beyond the order-up-to level is worth a look: it lasts a quarter of a year, or for ever."""
    return excess_value >= LEAST_MONEY and (cover_days is None or cover_days > EXCESS_COVER_DAYS)


def status_of(state: Mapping[str, Any] | None, as_of: date, today: date) -> str:
    """A snoozed entry is open again on its day; a settled one when a newer forecast still finds it."""
    if state is None:
        return "open"
    if state["status"] == "snoozed" and state["snoozed_until"] <= today:
        return "open"
    if state["status"] == "resolved" and as_of > state["as_of"]:
        return "open"
    return str(state["status"])
