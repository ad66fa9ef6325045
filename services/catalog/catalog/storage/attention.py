"""The one list of what needs somebody: entries that causes open and end, and what people said of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.attention import Concern
from catalog.storage.products import FOUND

SYSTEM = "system"
_WRITTEN = (
    "id", "root", "kind", "sku", "location", "money", "title", "detail", "week", "evidence", "last_seen", "urgency",
)  # fmt: skip
_KEPT = ("money", "title", "detail", "week", "last_seen", "urgency")
# A snooze ends by itself on its day.
_STATUS = "CASE WHEN a.status = 'snoozed' AND a.snoozed_until <= :today THEN 'open' ELSE a.status END"
# Urgent is what costs something: at least a unit of money, or of the product where nobody said what it is worth. As it
# is written in an index.
_RANK = (
    "(CASE WHEN a.urgency > 0 AND a.money < 1 AND (a.detail ->> 'units')::float8 < 1 THEN 0 ELSE a.urgency END)"
)
_PRODUCT = " LEFT JOIN product p ON p.sku = a.sku"
_CLASS = " LEFT JOIN segment c ON c.sku = a.sku AND c.location = a.location"
_HOLDS = (
    "SELECT t.supplier FROM supply_term t WHERE t.sku = a.sku AND t.location IN ('', a.location)"
    " ORDER BY t.location DESC LIMIT 1"
)
_SHOWN = (
    f"SELECT a.id, a.root, a.kind, a.sku, a.location, p.name, ({_HOLDS}) AS supplier, c.segment, a.money, a.urgency,"
    f" a.title, {_RANK} AS rank, a.detail, {_STATUS} AS status,"
    f" CASE WHEN {_STATUS} = 'snoozed' THEN a.snoozed_until END AS snoozed_until,"
    " a.assignee, a.note, a.week, a.first_seen, a.last_seen, a.changed_by, a.changed_at, a.present FROM attention a"
    f"{_PRODUCT}{_CLASS}"
)
FILTERS = {
    "status": f"{_STATUS} = :status", "kinds": "a.kind = ANY(:kinds)", "assignee": "a.assignee = :assignee",
    # Whose terms hold is asked of what the supplier has any terms for, not of every entry. Asked as a value, PostgreSQL
    # knows that few entries are left, and begins with the supplier's products.
    "supplier": f"a.sku IN (SELECT sku FROM supply_term WHERE supplier = :supplier) AND :supplier = ({_HOLDS})",
    "location": "a.location = :location",
    "category": "a.sku IN (SELECT sku FROM product WHERE category = :category)",
    "segment": "c.segment = :segment",
    "out_of_stock": "(a.urgency = 2) = :out_of_stock",
    "pattern": f"(a.searched LIKE lower(:pattern) OR a.sku IN ({FOUND}))",
}  # fmt: skip


def keep(connection: Connection, concerns: Iterable[Concern]) -> None:
    """Open or renew the entries of what is so.

    A resolved entry comes back only with later evidence, or when it had ended by itself.
    """
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS concern (LIKE attention INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    connection.execute(text("TRUNCATE concern"))
    copy_rows(connection, "concern", _WRITTEN, map(_cells, concerns))
    names, changes = ", ".join(_WRITTEN), ", ".join(f"{name} = EXCLUDED.{name}" for name in _KEPT)
    back = f"(a.status = 'resolved' AND (a.changed_by = '{SYSTEM}' OR EXCLUDED.evidence > a.evidence))"
    connection.execute(
        text(
            f"INSERT INTO attention AS a ({names}) SELECT {names} FROM concern ORDER BY id"
            f" ON CONFLICT (root) DO UPDATE SET {changes}, present = true,"
            f" status = CASE WHEN {back} THEN 'open' ELSE a.status END,"
            f" changed_by = CASE WHEN {back} THEN '{SYSTEM}' ELSE a.changed_by END,"
            f" changed_at = CASE WHEN {back} THEN now() ELSE a.changed_at END,"
            f" evidence = CASE WHEN a.status = 'resolved' AND NOT {back} THEN a.evidence ELSE EXCLUDED.evidence END"
        )
    )


def _cells(concern: Concern) -> list[Any]:
    row = {
        **vars(concern), "id": concern.id, "detail": orjson.dumps(concern.detail, default=str).decode(),
        "last_seen": concern.seen,
    }  # fmt: skip
    return [row[name] for name in _WRITTEN]


def end(connection: Connection, ids: Collection[UUID]) -> None:
    """These are no longer so: what nobody has resolved yet resolves itself."""
    _end(connection, "a.id = ANY(CAST(:ids AS uuid[]))", ids=[str(id_) for id_ in ids])


def end_others(connection: Connection, kinds: Collection[str], ids: Collection[UUID]) -> None:
    """Of these kinds nothing is so any more but the entries named."""
    _end(
        connection, "a.kind = ANY(:kinds) AND NOT a.id = ANY(CAST(:ids AS uuid[]))",
        kinds=list(kinds), ids=[str(id_) for id_ in ids],
    )  # fmt: skip


def _end(connection: Connection, which: str, **given: Any) -> None:
    connection.execute(
        text(
            f"WITH ended AS (SELECT id FROM attention a WHERE present AND {which} ORDER BY id FOR UPDATE)"
            " UPDATE attention a SET present = false, status = 'resolved',"
            f" changed_by = CASE WHEN status = 'resolved' THEN changed_by ELSE '{SYSTEM}' END,"
            " changed_at = CASE WHEN status = 'resolved' THEN changed_at ELSE now() END"
            " FROM ended WHERE a.id = ended.id"
        ),
        given,
    )


def is_present(connection: Connection, entry_id: UUID) -> bool:
    """Whether the cause of an entry is so now."""
    return bool(rows(connection, "SELECT 1 FROM attention WHERE id = :id AND present", id=entry_id))


def get(connection: Connection, entry_id: UUID, today: date, *, lock: bool = False) -> dict[str, Any] | None:
    """An entry."""
    clause = " FOR UPDATE OF a" if lock else ""
    found = rows(connection, f"{_SHOWN} WHERE a.id = :id{clause}", id=entry_id, today=today)
    return found[0] if found else None


def change(connection: Connection, entry_id: UUID, actor: str, values: Mapping[str, Any]) -> None:
    """What somebody says of an entry that the caller has locked."""
    assignments = "".join(f"{name} = :{name}, " for name in values)
    connection.execute(
        text(f"UPDATE attention SET {assignments}changed_by = :actor, changed_at = now() WHERE id = :id"),
        {"id": entry_id, "actor": actor, **values},
    )


def page(
    connection: Connection, filters: Mapping[str, Any], after: tuple[int, float, UUID] | None, limit: int, today: date
) -> list[dict[str, Any]]:
    """Entries, the most urgent first and then the dearest, each with its `rank`; without a status: all that are not
    resolved. What is urgent and costs nothing stands where its money does.

    What they show beside is looked up for those of the page alone, what they are filtered by for all.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    where = [FILTERS[name] for name in given]
    if "status" not in given:
        where.append("a.status <> 'resolved'")
    if after is not None:
        where.append(
            f"({_RANK} < :first OR {_RANK} = :first AND"
            " (a.money < :money OR a.money = :money AND a.id > CAST(:after AS uuid)))"
        )
        given |= {"first": after[0], "money": after[1], "after": str(after[2])}
    joined = _CLASS if "segment" in given else ""
    order = f"ORDER BY {_RANK} DESC, a.money DESC, a.id"
    return rows(
        connection,
        f"WITH k AS (SELECT a.id FROM attention a{joined} WHERE {' AND '.join(where)} {order} LIMIT :limit)"
        f" {_SHOWN} JOIN k ON k.id = a.id {order}",
        limit=limit, today=today, **given,
    )  # fmt: skip


# When an entry began, or came back by itself: what is news to who looked before. As it is written in an index.
_BEGAN = f"CASE WHEN a.changed_by = '{SYSTEM}' THEN GREATEST(a.first_seen, a.changed_at) ELSE a.first_seen END"
# What `_STATUS` calls open, in words by which an index serves, and of which PostgreSQL knows how often they are so.
_OPEN = "(a.status = 'open' OR a.status = 'snoozed' AND a.snoozed_until <= :today)"


def news(connection: Connection, since: datetime | None, limit: int, today: date) -> tuple[int, list[dict[str, Any]]]:
    """How many open entries began after an instant (or at all), and the newest open ones, each with `began`."""
    began = f" AND {_BEGAN} > :since" if since else ""
    newer = rows(
        connection, f"SELECT count(*) AS n FROM attention a WHERE {_OPEN}{began}", since=since, today=today
    )[0]["n"]  # fmt: skip
    newest = rows(
        connection,
        "SELECT n.*, p.name FROM (SELECT a.id, a.kind, a.sku, a.location, a.money, a.urgency, a.title,"
        f" a.detail -> 'said' AS said, {_BEGAN} AS began FROM attention a WHERE {_OPEN}"
        f" ORDER BY {_BEGAN} DESC, a.urgency DESC, a.money DESC, a.id LIMIT :limit) AS n"
        " LEFT JOIN product p ON p.sku = n.sku ORDER BY n.began DESC, n.urgency DESC, n.money DESC, n.id",
        limit=limit, today=today,
    )  # fmt: skip
    return int(newer), newest


def unsettled(connection: Connection, since: date, today: date) -> tuple[int, int]:
    """How many entries are neither resolved nor snoozed, and how many of them were first seen since a day."""
    found = rows(
        connection,
        "SELECT count(*) AS entries, count(*) FILTER (WHERE a.first_seen >= :since) AS new FROM attention a"
        " WHERE a.status <> 'resolved' AND (a.status <> 'snoozed' OR a.snoozed_until <= :today)",
        since=since, today=today,
    )[0]  # fmt: skip
    return int(found["entries"]), int(found["new"])
