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
    "since": "sold_at >= :since", "until": "sold_at < :until", "first": "sku >= :first", "beyond": "sku < :beyond",
}  # fmt: skip
_MOST_WEEKS = 256  # that are added up at once
MANY = 5000  # entries of a week that are quicker added up by product, as many as a page needs, than all together


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

    Only as many weeks are added up as the page needs, and none twice; of a week with many entries only as many
    products; silences are jumped over.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    if after:
        week = min(max(after[0], date(1900, 1, 1)), date(9000, 1, 1))  # a forged cursor names any day
        end = day_start(week + timedelta(days=7), zone)
        given["until"] = min(given.get("until", end), end)
    found: list[dict[str, Any]] = []
    span, added_up = 1, 0
    while len(found) < limit and (newest := _newest(connection, given)) is not None:
        day = newest.astimezone(zone).date()
        last = day - timedelta(days=(day.weekday() - first_weekday) % 7)
        weeks = {day_start(week, zone): week for week in (last - timedelta(days=7 * n) for n in reversed(range(span)))}
        begin = min(weeks)
        reach = given | {"since": max(given.get("since", begin), begin)}
        add_up = _by_product if span == 1 and _has_many(connection, reach) else _weeks
        found += add_up(connection, weeks, reach, after, limit - len(found))
        given["until"] = begin
        added_up += span
        wanted = (limit - len(found)) * added_up // max(len(found), 1) + 1  # if the weeks before are as full
        span = min(wanted, added_up, _MOST_WEEKS)  # the newest has hardly begun, and says little of those before
    return found


def _newest(connection: Connection, given: dict[str, Any]) -> datetime | None:
    """The newest moment of what counts. A product's own is looked up place by place, as its index is ordered."""
    where = ["superseded_by IS NULL", *(_CONDITIONS[name] for name in given)]
    sql = f"SELECT max(sold_at) FROM sale WHERE {' AND '.join(where)}"
    if "sku" in given and "location" not in given:
        sql = f"SELECT max(newest) FROM known_location, LATERAL ({sql} AND location = code) AS one (newest)"
    found: datetime | None = scalar(connection, sql, **given)
    return found


def _weeks(
    connection: Connection, weeks: dict[datetime, date], given: dict[str, Any], after: tuple[date, str, str] | None,
    limit: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """The sums of these weeks, which are given by when they begin, in order."""
    where = ["superseded_by IS NULL", *(_CONDITIONS[name] for name in given)]
    following = ""
    if after:
        following = "WHERE week < :w OR (week = :w AND (sku, location) > (:s, :l))"
        given = given | {"w": after[0], "s": after[1], "l": after[2]}
    return rows(
        connection,
        "WITH sums AS (SELECT sku, location, width_bucket(sold_at, CAST(:begins AS timestamptz[])) AS place,"
        f" sum(quantity) AS units, sum(amount) AS revenue, count(*) AS sales FROM sale WHERE {' AND '.join(where)}"
        " GROUP BY 1, 2, 3), weeks AS (SELECT sku, location, (CAST(:days AS date[]))[place] AS week, units, revenue,"
        f" sales FROM sums) SELECT * FROM weeks {following} ORDER BY week DESC, sku, location LIMIT :limit",
        begins=list(weeks), days=list(weeks.values()), limit=limit, **given,
    )  # fmt: skip


def _has_many(connection: Connection, given: dict[str, Any]) -> bool:
    where = " AND ".join(_CONDITIONS[name] for name in given)
    sql = f"SELECT count(*) FROM (SELECT FROM sale WHERE {where} LIMIT :many) AS few"
    return "sku" not in given and int(scalar(connection, sql, many=MANY, **given)) == MANY


def _by_product(
    connection: Connection, weeks: dict[datetime, date], given: dict[str, Any], after: tuple[date, str, str] | None,
    limit: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """The sums of one week, some products after the others: ranges of codes, so that none is left out."""
    (week,) = weeks.values()
    found: list[dict[str, Any]] = []
    first, products = after[1] if after and after[0] == week else "", limit
    while True:
        sql = "SELECT sku FROM known_product WHERE sku >= :first ORDER BY sku OFFSET :products LIMIT 1"
        beyond: str | None = scalar(connection, sql, first=first, products=products)
        reach = given | {"first": first} | ({} if beyond is None else {"beyond": beyond})
        found += _weeks(connection, weeks, reach, after, limit - len(found))
        if beyond is None or len(found) >= limit:
            return found
        first, products = beyond, 2 * products


def totals(connection: Connection, source: str | None) -> dict[str, Any]:
    """Entries, what counts, and its sums: kept in parts with the entries (migration 0005), added up here."""
    found = rows(
        connection,
        "SELECT kind, sum(entries)::bigint AS entries, sum(counting)::bigint AS counting, sum(units) AS units,"
        " sum(amount) AS amount FROM sale_total WHERE (CAST(:source AS text) IS NULL OR source = :source)"
        " GROUP BY kind",
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
