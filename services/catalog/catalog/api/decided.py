"""Every series with its class and its decision: what the routes of replenishment, orders and attention share."""

import threading
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import Connection
from pydantic import BaseModel

from catalog.domain import planning
from catalog.domain.policy import Decision
from catalog.domain.segments import SERVICE_LEVELS, classify
from catalog.storage import supply

SEGMENT_WEEKS = 26
SEGMENTS_KEPT = 300.0


class SegmentOut(BaseModel):
    """A series' class, its service level, and what put it there."""

    sku: str
    location: str
    segment: str
    revenue: float
    share_before: float
    variation: float | None
    service_level: float


@dataclass(frozen=True)
class Decided:
    """A series with its decision."""

    row: dict[str, Any]
    segment: SegmentOut | None
    decision: Decision

    @property
    def key(self) -> str:
        """What names the series among candidates."""
        return f"{self.row['location']}\n{self.row['sku']}"

    @property
    def excess(self) -> float:
        """Units beyond the order-up-to level."""
        return max(0.0, float(self.row["on_hand"]) - self.decision.order_up_to)

    @property
    def excess_value(self) -> float:
        """What they cost."""
        return self.excess * float(self.row["unit_cost"])

    @property
    def at_risk(self) -> float:
        """The revenue expected to be lost until something ordered now could arrive."""
        return self.decision.short_units * float(self.row["price"] or self.row["unit_cost"])

    @property
    def due(self) -> bool:
        """Whether something is to be ordered within the next week."""
        by = self.decision.order_by
        return self.decision.quantity > 0 and by is not None and (by - self.row["as_of"]).days <= 7

    @property
    def order_value(self) -> float:
        """What the suggested order costs."""
        return self.decision.quantity * float(self.row["unit_cost"])


def decided(
    connection: Connection, *, sku: str | None = None, location: str | None = None, supplier: str | None = None,
    after: tuple[str, str] | None = None, limit: int | None = None,
) -> list[Decided]:  # fmt: skip
    """Every counted, forecast series that has terms, with its decision."""
    found = supply.situations(connection, sku=sku, location=location, supplier=supplier, after=after, limit=limit)
    classes = segments(connection) if found else {}
    own = [classes.get((row["sku"], row["location"])) for row in found]
    decisions = planning.decisions_of(found, [each.service_level if each else None for each in own])
    return [Decided(*each) for each in zip(found, own, decisions, strict=True)]


_kept: dict[UUID, tuple[float, dict[tuple[str, str], SegmentOut]]] = {}
_keeping = threading.Lock()


def segments(connection: Connection) -> dict[tuple[str, str], SegmentOut]:
    """The class of every series that sold in the last half year; kept for minutes, as it changes over weeks."""
    run = supply.live_run(connection)
    with _keeping:
        made, found = _kept.get(run, (-SEGMENTS_KEPT, {})) if run else (-SEGMENTS_KEPT, {})
        if time.monotonic() - made > SEGMENTS_KEPT:
            found = _segments(connection)
            _kept.clear()
            if run:
                _kept[run] = time.monotonic(), found
        return found


def _segments(connection: Connection) -> dict[tuple[str, str], SegmentOut]:
    sold = supply.sales_by_week(connection, SEGMENT_WEEKS)
    weekly = []
    for row in sold:
        units = [0.0] * SEGMENT_WEEKS
        for ago, amount in zip(row["ago"], row["units"], strict=True):
            units[min(ago, SEGMENT_WEEKS - 1)] += float(amount)
        weekly.append(units)
    found = classify([float(row["revenue"]) for row in sold], weekly)
    return {
        (row["sku"], row["location"]): SegmentOut(
            sku=row["sku"], location=row["location"], segment=segment.name, revenue=segment.revenue,
            share_before=segment.share_before, variation=segment.variation, service_level=SERVICE_LEVELS[segment.name],
        )
        for row, segment in zip(sold, found, strict=True)
    }  # fmt: skip
