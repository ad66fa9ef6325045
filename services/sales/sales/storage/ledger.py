"""Reading the ledger: entries, weekly sums, totals."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.database import Connection, rows, scalar

from sales.domain.columns import TABLE

_TOLD = [column.name for column in TABLE if column.told and column.name != "sale_id"]
COLUMNS = ", ".join(["sale_id AS id", *_TOLD, "superseded_by"])


def get(connection: Connection, sale_id: UUID) -> dict[str, Any] | None:
    """One entry."""
    found = rows(connection, f"SELECT {COLUMNS} FROM sale WHERE sale_id = :id", id=sale_id)
    return found[0] if found else None


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The moment a business day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


_CONDITIONS = {
    "sku": "sku = :sku", "location": "location = :location", "source": "source = :source", "kind": "kind = :kind",
    "since": "sold_at >= :since", "until": "sold_at < :until",
}  # fmt: skip
MOST_WEEKS = 1024  # further back everything is added up at once


def page(
    connection: Connection, filters: dict[str, Any], after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Entries, newest business time first. `filters`: sku, location, source, kind, since, until (moments)."""
    given = {name: value for name, value in filters.items() if value is not None}
    where = [_CONDITIONS[name] for name in given]
    if after:
        where.append("(sold_at, sale_id) < (:at, :id)")
        given |= {"at": after[0], "id": after[1]}
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    return rows(
        connection,
        f"SELECT {COLUMNS} FROM sale {clause} ORDER BY sold_at DESC, sale_id DESC LIMIT :limit",
        limit=limit, **given,
    )  # fmt: skip


def weekly(
    connection: Connection, zone: ZoneInfo, first_weekday: int, filters: dict[str, Any],
    after: tuple[date, str, str] | None, limit: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Sums of what counts by (week, sku, location), newest week first.

    Only as many weeks are added up as the page needs: looking further back doubles until the page is full.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    if after:
        week = min(max(after[0], date(1900, 1, 1)), date(9000, 1, 1))  # a forged cursor names any day
        end = day_start(week + timedelta(days=7), zone)
        given["until"] = min(given.get("until", end), end)
    newest = _newest(connection, given)
    if newest is None:
        return []
    day = newest.astimezone(zone).date()
    week = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    weeks = 1
    while True:
        begin = day_start(week - timedelta(days=7 * (weeks - 1)), zone)
        last = weeks >= MOST_WEEKS or ("since" in given and begin <= given["since"])
        reach = given if last else given | {"since": begin}
        found = _weeks(connection, zone, first_weekday, reach, after, limit)
        if last or len(found) >= limit:
            return found
        weeks *= 4


def _newest(connection: Connection, given: dict[str, Any]) -> datetime | None:
    where = " AND ".join(["superseded_by IS NULL", *(_CONDITIONS[name] for name in given)])
    found: datetime | None = scalar(connection, f"SELECT max(sold_at) FROM sale WHERE {where}", **given)
    return found


def _weeks(
    connection: Connection, zone: ZoneInfo, first_weekday: int, given: dict[str, Any],
    after: tuple[date, str, str] | None, limit: int,
) -> list[dict[str, Any]]:  # fmt: skip
    where = ["superseded_by IS NULL", *(_CONDITIONS[name] for name in given)]
    following = ""
    if after:
        following = (
            "WHERE (-(week - DATE '2000-01-01'), sku, location) > (-(CAST(:w AS date) - DATE '2000-01-01'), :s, :l)"
        )
        given = given | {"w": after[0], "s": after[1], "l": after[2]}
    return rows(
        connection,
        "WITH dated AS (SELECT sku, location, quantity, amount, (sold_at AT TIME ZONE :zone)::date AS day FROM sale"
        f" WHERE {' AND '.join(where)}), weeks AS (SELECT sku, location,"
        " day - ((extract(isodow FROM day)::int - 1 - :first + 7) % 7) AS week,"
        " sum(quantity) AS units, sum(amount) AS revenue, count(*) AS sales FROM dated GROUP BY 1, 2, 3)"
        f" SELECT * FROM weeks {following} ORDER BY week DESC, sku, location LIMIT :limit",
        zone=zone.key, first=first_weekday, limit=limit, **given,
    )  # fmt: skip


def totals(connection: Connection, source: str | None) -> dict[str, Any]:
    """Entries, what counts, and its sums."""
    found = rows(
        connection,
        "SELECT kind, count(*) AS entries, count(*) FILTER (WHERE superseded_by IS NULL) AS counting,"
        " COALESCE(sum(quantity) FILTER (WHERE superseded_by IS NULL), 0) AS units,"
        " COALESCE(sum(amount) FILTER (WHERE superseded_by IS NULL), 0) AS amount FROM sale"
        " WHERE (CAST(:source AS text) IS NULL OR source = :source) GROUP BY kind",
        source=source,
    )
    return {
        "entries": sum(row["entries"] for row in found),
        "counting": sum(row["counting"] for row in found),
        "units": sum((row["units"] for row in found), start=0),
        "amount": sum((row["amount"] for row in found), start=0),
        "by_kind": {row["kind"]: row["entries"] for row in found},
        "quarantined": scalar(connection, "SELECT count(*) FROM quarantined_sale"),
        "rejected": scalar(connection, "SELECT count(*) FROM rejected_sale"),
    }
