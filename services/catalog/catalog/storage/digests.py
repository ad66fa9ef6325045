"""The weekly digest: the figures it tells, and which weeks' were sent."""

from datetime import date, datetime, timedelta
from typing import Any

from chassis.database import Connection, rows
from sqlalchemy import text

from catalog.domain.digest import SHOWN, Figures
from catalog.storage import attention, decided, deliveries, needs


def figures(connection: Connection, today: date, zone: str) -> Figures:
    """All that the digest tells of, as it is now."""
    entries, new = attention.unsettled(connection, today - timedelta(days=7), today)
    return Figures(
        totals=needs.totals(connection), proposed=_proposed(connection), overdue=_overdue(connection, today, zone),
        short=decided.page(connection, {"at_risk": True}, "-risk", None, SHOWN),
        open=attention.page(connection, {"status": "open"}, None, SHOWN, today), attention=entries, new=new,
    )  # fmt: skip


def _proposed(connection: Connection) -> dict[str, Any]:
    return rows(
        connection,
        "SELECT count(*) AS orders, COALESCE(sum(total), 0)::float8 AS value FROM purchase_order"
        " WHERE status = 'proposed' AND NOT generated",
    )[0]


def _overdue(connection: Connection, today: date, zone: str) -> dict[str, Any]:
    """Approved orders whose day, confirmed or by the supplier's usual lead time, lies before today."""
    return rows(
        connection,
        "SELECT count(DISTINCT o.id) AS orders,"
        " COALESCE(sum((l.quantity - l.received) * l.unit_cost), 0)::float8 AS value"
        " FROM purchase_order o JOIN order_line l ON l.order_id = o.id LEFT JOIN decision d"
        " ON d.run_id = (SELECT run_id FROM live_run) AND d.sku = l.sku AND d.location = l.location"
        " WHERE o.status = 'approved' AND NOT o.generated AND l.received < l.quantity"
        f" AND {deliveries.EXPECTED_ON} < :today",
        today=today, zone=zone,
    )[0]  # fmt: skip


def begin(connection: Connection, week: date) -> dict[str, Any] | None:
    """The week's row, held until the transaction ends; None while somebody else holds it."""
    connection.execute(text("INSERT INTO digest (week) VALUES (:week) ON CONFLICT DO NOTHING"), {"week": week})
    found = rows(
        connection,
        "SELECT week, tries, tried_at, sent_at, readers, error FROM digest WHERE week = :week FOR UPDATE SKIP LOCKED",
        week=week,
    )
    return found[0] if found else None


def tried(connection: Connection, week: date, at: datetime, *, readers: int, error: str | None) -> None:
    """Write down a try: sent to so many readers, 0 if to none, and what went wrong."""
    connection.execute(
        text(
            "UPDATE digest SET tries = tries + 1, tried_at = :at, readers = :readers, error = :error,"
            " sent_at = CASE WHEN :readers > 0 THEN CAST(:at AS timestamptz) END WHERE week = :week"
        ),
        {"week": week, "at": at, "readers": readers, "error": error},
    )


def newest(connection: Connection) -> dict[str, Any] | None:
    """The newest week of which a digest was tried."""
    found = rows(
        connection,
        "SELECT week, tries, tried_at, sent_at, readers, error FROM digest WHERE tries > 0 ORDER BY week DESC LIMIT 1",
    )
    return found[0] if found else None
