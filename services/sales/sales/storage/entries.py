"""The ledger's entries: added by COPY, found by id, superseded once. The primary key says what was there before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg2
from chassis import binary
from chassis.database import Connection, copy_cells, rows, scalar
from sqlalchemy import text

from sales.domain import columns
from sales.domain.entries import Entry
from sales.domain.sale import Sale

_SALE = ", ".join(Sale.__struct_fields__)
_COLUMNS = ", ".join(columns.NAMES)


def id_array(ids: Iterable[UUID]) -> str:
    """Ids as one array parameter: thousands of single ones cost more than the query."""
    return "{" + ",".join([f"{id_.int:032x}" for id_ in ids]) + "}"


def stored(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Those that the ledger has."""
    found = connection.execute(
        text("SELECT sale_id::text FROM sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": "{" + ",".join(ids) + "}"},
    )
    return set(found.scalars())


def hashes(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Content hashes by id, of those that the ledger has or that wait."""
    found = connection.execute(
        text(
            "SELECT sale_id, content_hash FROM sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))"
            " UNION ALL"
            " SELECT sale_id, content_hash FROM quarantined_sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": id_array(ids)},
    )
    return {row.sale_id: row.content_hash for row in found}


def contents(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Sale]:
    """Those that the ledger has, by id."""
    sql = f"SELECT {_SALE} FROM sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))"
    return {row["sale_id"]: Sale(**row) for row in rows(connection, sql, ids=id_array(ids))}


def successors(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """What took the place of entries, by their ids; those that count are left out."""
    found = connection.execute(
        text(
            "SELECT sale_id, superseded_by FROM sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))"
            " AND superseded_by IS NOT NULL"
        ),
        {"ids": id_array(ids)},
    )
    return {row.sale_id: row.superseded_by for row in found}


def moment_of(connection: Connection, sale_id: UUID) -> datetime | None:
    """When the sale of this id was sold, if it is here or waits."""
    found: datetime | None = scalar(
        connection,
        "SELECT sold_at FROM sale WHERE sale_id = :id UNION ALL"
        " SELECT CAST(claim ->> 'sold_at' AS timestamptz) FROM quarantined_sale WHERE sale_id = :id",
        id=sale_id,
    )
    return found


def add(connection: Connection, entries: Iterable[Entry], now: datetime) -> bool:
    """Add entries; whether none of them was there. If one was, none is added."""
    savepoint = connection.begin_nested()
    try:
        _copy(connection, "sale", entries, now)
    except psycopg2.errors.UniqueViolation:
        savepoint.rollback()
        return False
    savepoint.commit()
    return True


def append(connection: Connection, entries: Iterable[Entry], now: datetime) -> None:
    """Add entries that are certain to be new."""
    _copy(connection, "sale", entries, now)


def add_others(connection: Connection, entries: Sequence[Entry], now: datetime) -> set[str]:
    """Add those that are not there; answers their ids."""
    connection.execute(text("CREATE TEMP TABLE IF NOT EXISTS sale_batch (LIKE sale) ON COMMIT DELETE ROWS"))
    _copy(connection, "sale_batch", entries, now)
    added = connection.execute(
        text(
            f"INSERT INTO sale ({_COLUMNS}) SELECT {_COLUMNS} FROM sale_batch ORDER BY sale_id"
            " ON CONFLICT DO NOTHING RETURNING sale_id::text"
        )
    ).scalars()
    found = set(added)
    connection.execute(text("TRUNCATE sale_batch"))
    return found


def _copy(connection: Connection, table: str, entries: Iterable[Entry], now: datetime) -> None:
    at = binary.instant(binary.micros(now))
    # In one order everywhere, so that two processes with the same sales wait for each other, not in a circle.
    ordered = sorted([entry.row for entry in entries])
    copy_cells(connection, table, columns.NAMES, [row + at for row in ordered])


def find(connection: Connection, sale_id: UUID) -> Sale | None:
    """The entry of this id."""
    return _one(rows(connection, f"SELECT {_SALE} FROM sale WHERE sale_id = :id", id=sale_id))


def head(connection: Connection, root: UUID) -> Sale:
    """The entry that counts of the chain that began with `root`, locked."""
    found = _one(
        rows(
            connection,
            f"SELECT {_SALE} FROM sale WHERE (sale_id = :root OR original_id = :root)"
            " AND superseded_by IS NULL FOR UPDATE",
            root=root,
        )
    )
    assert found is not None
    return found


def _one(found: list[dict[str, Any]]) -> Sale | None:
    return Sale(**found[0]) if found else None


def portion(
    connection: Connection, after: tuple[str, str] | None, limit: int
) -> list[tuple[Sale, datetime]]:  # fmt: skip
    """Entries and when each was recorded, in the order of their moment; `after` is a moment and an id, as text."""
    where = "WHERE (sold_at, sale_id) > (CAST(:at AS timestamptz), CAST(:id AS uuid))" if after else ""
    given = {"at": after[0], "id": after[1]} if after else {}
    sql = f"SELECT {_SALE}, recorded_at FROM sale {where} ORDER BY sold_at, sale_id LIMIT :limit"
    return [(Sale(**row), recorded) for row in rows(connection, sql, limit=limit, **given)
            for recorded in [row.pop("recorded_at")]]  # fmt: skip


def replaced_by(connection: Connection, entries: Iterable[Sale]) -> dict[UUID, Sale]:
    """What the corrections and voids among these entries took the place of, by their ids."""
    changing = {sale.sale_id: sale.original_id for sale in entries if sale.changes_another and sale.original_id}
    if not changing:
        return {}
    found = rows(
        connection,
        f"SELECT {_SALE}, superseded_by FROM sale WHERE superseded_by = ANY(CAST(:ids AS uuid[]))"
        " AND (sale_id = ANY(CAST(:roots AS uuid[])) OR original_id = ANY(CAST(:roots AS uuid[])))",
        ids=id_array(changing), roots=id_array(changing.values()),
    )  # fmt: skip
    return {row.pop("superseded_by"): Sale(**row) for row in found}


def supersede(connection: Connection, old: UUID, new: UUID) -> None:
    """From now on another entry counts in the place of this one."""
    connection.execute(text("UPDATE sale SET superseded_by = :new WHERE sale_id = :old"), {"new": new, "old": old})


def supersede_all(connection: Connection, successors: Mapping[UUID, UUID]) -> None:
    """From now on these entries count in the place of those."""
    connection.execute(
        text(
            "UPDATE sale SET superseded_by = pair.new FROM unnest(CAST(:old AS uuid[]), CAST(:new AS uuid[]))"
            " AS pair (old, new) WHERE sale_id = pair.old"
        ),
        {"old": id_array(successors), "new": id_array(successors.values())},
    )
