"""The attention list as the system keeps it: entries follow decisions and findings, and end when their cause does."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chassis.database import Connection
from contracts.events import FindingChanged

from catalog.domain.attention import STOCK_KINDS, Concern, entry_id, stock_concerns, stock_roots
from catalog.domain.stock import Series
from catalog.storage import attention


def follow(connection: Connection, series: Collection[Series], records: Sequence[Mapping[str, Any]]) -> None:
    """Bring the entries of these series in line with their decisions, which the caller holds."""
    found = _concerns(records)
    attention.keep(connection, found)
    shown = {concern.id for concern in found}
    possible = (entry_id(root) for each in series for root in stock_roots(each))
    attention.end(connection, [id_ for id_ in possible if id_ not in shown])


def follow_all(connection: Connection, records: Sequence[Mapping[str, Any]]) -> None:
    """Bring all entries of stock in line with the decisions of a run."""
    found = _concerns(records)
    attention.keep(connection, found)
    attention.end_others(connection, STOCK_KINDS, [concern.id for concern in found])


def _concerns(records: Sequence[Mapping[str, Any]]) -> list[Concern]:
    seen = datetime.now(UTC)
    return [concern for record in records for concern in stock_concerns(record, seen)]


def apply_findings(connection: Connection, findings: Sequence[FindingChanged]) -> None:
    """What the forecaster finds opens an entry; what it no longer finds ends it. The last word on a root counts."""
    latest = {finding.root: finding for finding in findings}
    attention.keep(connection, [_concern(f) for f in latest.values() if f.open])
    attention.end(connection, sorted(entry_id(f.root) for f in latest.values() if not f.open))


def _concern(finding: FindingChanged) -> Concern:
    return Concern(
        finding.root, finding.kind, round(finding.money, 2), finding.title, finding.detail, finding.sku,
        finding.location, finding.week, finding.week or finding.found_at.date(), finding.found_at,
    )  # fmt: skip
