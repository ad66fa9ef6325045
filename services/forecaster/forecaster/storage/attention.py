"""What needs attention: one entry a root cause, ranked by money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import orjson
from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

SHOWN = (
    "SELECT a.id, a.root, a.kind, a.sku, a.location, a.money, a.title, a.detail, a.status, a.snoozed_until, a.assignee,"
    " a.note, a.week, a.first_seen, a.last_seen, a.settled_at, a.settled_by, p.product_id, p.name"
    " FROM attention AS a LEFT JOIN product AS p ON p.sku = a.sku"
)


@dataclass(frozen=True)
class Finding:
    """Something found now. `root` names its cause: the same root is the same entry."""

    root: str
    kind: str
    money: float
    title: str
    detail: dict[str, Any]
    sku: str | None = None
    location: str | None = None
    week: date | None = None


def refresh(connection: Connection, findings: Iterable[Finding], today: date) -> None:
    """Bring the entries in line with what is found now.

    A resolved entry comes back only with a later week; a snoozed one when its time has come; what is no longer so
    is resolved by itself.
    """
    connection.execute(text("CREATE TEMP TABLE found (LIKE attention INCLUDING DEFAULTS) ON COMMIT DROP"))
    copy_rows(
        connection, "found", ("id", "root", "kind", "sku", "location", "money", "title", "detail", "week"),
        (
            (uuid4(), f.root, f.kind, f.sku, f.location, round(f.money, 2), f.title,
             orjson.dumps(f.detail, default=str).decode(), f.week)
            for f in findings
        ),
    )  # fmt: skip
    columns = "id, root, kind, sku, location, money, title, detail, week"
    connection.execute(
        text(
            f"INSERT INTO attention AS a ({columns}) SELECT {columns} FROM found ON CONFLICT (root) DO UPDATE SET"
            " kind = EXCLUDED.kind, money = EXCLUDED.money, title = EXCLUDED.title, detail = EXCLUDED.detail,"
            " last_seen = now(),"
            " status = CASE WHEN a.status = 'resolved' AND (EXCLUDED.week > a.week OR a.settled_by = 'system')"
            "  OR a.status = 'snoozed' AND a.snoozed_until <= :today THEN 'open' ELSE a.status END,"
            " week = EXCLUDED.week"
        ),
        {"today": today},
    )
    connection.execute(
        text(
            "UPDATE attention SET status = 'resolved', settled_at = now(), settled_by = 'system',"
            " note = 'no longer so' WHERE status <> 'resolved' AND root NOT IN (SELECT root FROM found)"
        )
    )


def page(
    connection: Connection, *, status: str | None, kind: str | None, assignee: str | None,
    after: tuple[float, UUID] | None, limit: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Entries, dearest first."""
    following = "" if after is None else " AND (-a.money, a.id) > (:key, :after)"
    return rows(
        connection,
        f"{SHOWN} WHERE (CAST(:status AS text) IS NULL OR a.status = :status)"
        " AND (CAST(:kind AS text) IS NULL OR a.kind = :kind)"
        f" AND (CAST(:assignee AS text) IS NULL OR a.assignee = :assignee){following}"
        " ORDER BY -a.money, a.id LIMIT :limit",
        status=status, kind=kind, assignee=assignee, limit=limit,
        key=None if after is None else -after[0], after=None if after is None else after[1],
    )  # fmt: skip


def get(connection: Connection, entry_id: UUID) -> dict[str, Any] | None:
    """An entry."""
    found = rows(connection, f"{SHOWN} WHERE a.id = :id", id=entry_id)
    return found[0] if found else None


def change(connection: Connection, entry_id: UUID, **values: Any) -> None:
    """Change what people may change of an entry."""
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    settled = ", settled_at = now()" if values.get("status") == "resolved" else ""
    connection.execute(text(f"UPDATE attention SET {assignments}{settled} WHERE id = :id"), {"id": entry_id, **values})


def new_anomalies(connection: Connection, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep anomalies; those that were not known yet."""
    fresh = []
    for row in found:
        added = connection.execute(
            text(
                "INSERT INTO anomaly (sku, location, week, kind, actual, expected, low, high) VALUES"
                " (:sku, :location, :week, :kind, :actual, :expected, :low, :high) ON CONFLICT DO NOTHING"
            ),
            row,
        ).rowcount
        if added:
            fresh.append(row)
    return fresh


def late(connection: Connection) -> list[dict[str, Any]]:
    """Live forecasts whose learned history has changed, with what those weeks sold for."""
    return rows(
        connection,
        "SELECT d.sku, d.location, count(*) AS weeks, sum(abs(d.revenue))::float8 AS money, max(d.changed_at) AS at"
        " FROM live_forecast AS l JOIN run AS r ON r.id = l.run_id"
        " JOIN demand_week AS d ON d.sku = l.sku AND d.location = l.location AND d.week < r.first_week"
        " AND NOT pg_visible_in_snapshot(d.changed_by, r.snapshot) GROUP BY 1, 2 ORDER BY money DESC",
    )
