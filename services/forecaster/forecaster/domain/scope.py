"""What a replay rebuilds. Days are business days of `sold_at`, widened to whole weeks, since weeks are what is kept.

`recorded_from` names weeks by what was recorded since: each (series, week) that a record from that time on touches
is rebuilt, from the whole log, so that a replay of late records never forgets the earlier ones.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chassis.weeks import week_of


@dataclass(frozen=True)
class Scope:
    """Every field that is None does not narrow."""

    first_week: date | None = None
    last_week: date | None = None
    recorded_from: datetime | None = None
    skus: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether it is everything."""
        return self == Scope()

    def document(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {
            "first_week": self.first_week, "last_week": self.last_week, "recorded_from": self.recorded_from,
            "skus": None if self.skus is None else sorted(self.skus),
        }  # fmt: skip


def scope_of(
    first_weekday: int, sold_from: date | None, sold_to: date | None, recorded_from: datetime | None,
    skus: list[str] | None,
) -> Scope:  # fmt: skip
    """The scope of a request."""
    return Scope(
        None if sold_from is None else week_of(sold_from, first_weekday),
        None if sold_to is None else week_of(sold_to, first_weekday),
        recorded_from,
        frozenset(skus) if skus else None,
    )


def from_document(kept: dict[str, Any]) -> Scope:
    """What `document` wrote."""
    return Scope(
        None if kept["first_week"] is None else date.fromisoformat(kept["first_week"]),
        None if kept["last_week"] is None else date.fromisoformat(kept["last_week"]),
        None if kept["recorded_from"] is None else datetime.fromisoformat(kept["recorded_from"]),
        None if kept["skus"] is None else frozenset(kept["skus"]),
    )
