"""The stock ledger: movements of sales, entries of people, and what is on hand of each counted series.

On hand is the last count plus everything with a later business time. A series that was never counted has no
level, and its movements wait for the first count. Movements hold the lock on stock shared, counts and other
entries exclusively, so that a level never misses a movement that commits beside it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.stock import Series, StockEntry
from catalog.storage.products import FOUND

# Of the sales that were new, what assembled kits take of their components, as they consist of them on the sale's day:
# movements of no money, which are no entries. Their parts begin above those of any sale.
_TAKEN = (
    "SELECT k.sale_id, k.part + 2 * row_number() OVER (PARTITION BY k.sale_id, k.part ORDER BY a.sku) AS part, a.sku,"
    " k.location, k.at, k.units * a.quantity AS units, 0 AS amount FROM kept k JOIN assembled a ON a.kit = k.sku"
    " AND a.valid_from <= (k.at AT TIME ZONE :zone)::date"
    " AND (a.until IS NULL OR a.until > (k.at AT TIME ZONE :zone)::date)"
)

_LOCK = 0x57C
_ENTRY = ("id", "kind", "sku", "location", "quantity", "at", "reason", "actor")
_entry_row = attrgetter(*_ENTRY)  # `astuple` copies each value, which takes longer than to store it


def lock(connection: Connection, *, exclusive: bool) -> None:
    """Take the lock on stock until the transaction ends; taken before any row's."""
    mode = "" if exclusive else "_shared"
    connection.execute(
        text(f"SELECT pg_advisory_xact_lock{mode}(:lock, current_schema()::regnamespace::oid::int)"), {"lock": _LOCK}
    )


def move(connection: Connection, effects: Iterable[Sequence[Any]], zone: str) -> list[dict[str, Any]]:
    """Apply sales' effects (sale_id, part, sku, location, at, units, amount), each once; what is sold of a kit that is
    assembled when it is sold moves its components, by the business's day in its time zone.

    The counted series that moved: what is on hand now, by how many units it changed, and when.
    """
    lock(connection, exclusive=False)
    connection.execute(
        text(
            "CREATE TEMP TABLE IF NOT EXISTS movement_batch (LIKE stock_movement INCLUDING DEFAULTS)"
            " ON COMMIT DELETE ROWS"
        )
    )
    connection.execute(text("TRUNCATE movement_batch"))
    columns = ("sale_id", "part", "sku", "location", "at", "units", "amount")
    copy_rows(connection, "movement_batch", columns, effects)
    connection.execute(
        text(
            "SELECT 1 FROM stock_level l JOIN (SELECT sku, location FROM movement_batch UNION"
            " SELECT a.sku, b.location FROM movement_batch b JOIN assembled a ON a.kit = b.sku) b"
            " USING (sku, location) ORDER BY l.sku, l.location FOR UPDATE OF l"
        )
    )
    return rows(
        connection,
        "WITH kept AS (INSERT INTO stock_movement SELECT DISTINCT ON (sale_id, part) * FROM movement_batch"
        " ORDER BY sale_id, part ON CONFLICT DO NOTHING RETURNING sale_id, part, sku, location, at, units,"
        "  amount),"
        f" taken AS (INSERT INTO stock_movement (sale_id, part, sku, location, at, units, amount) {_TAKEN}"
        "  RETURNING sku, location, at, units),"
        " moved AS (SELECT sku, location, at, units FROM kept UNION ALL SELECT * FROM taken),"
        " sums AS (SELECT count(*) FILTER (WHERE part = 0) AS entries, count(*) AS movements,"
        "  COALESCE(sum(units), 0) AS units, COALESCE(sum(amount), 0) AS amount FROM kept),"
        " total AS (UPDATE stock_total t SET entries = t.entries + s.entries, movements = t.movements + s.movements,"
        "  units = t.units + s.units, amount = t.amount + s.amount FROM sums s),"
        " change AS (SELECT k.sku, k.location, -sum(k.units) AS units, max(k.at) AS at FROM moved k"
        " JOIN stock_level l USING (sku, location) WHERE k.at > l.counted_at GROUP BY 1, 2)"
        " UPDATE stock_level l SET moved = l.moved + c.units, updated_at = now() FROM change c"
        " WHERE l.sku = c.sku AND l.location = c.location"
        " RETURNING l.sku, l.location, l.counted + l.moved AS on_hand, c.units, c.at",
        zone=zone,
    )


def enter(connection: Connection, entries: Sequence[StockEntry]) -> list[dict[str, Any]]:
    """Add entries, each id once, and bring the levels of their series up to date; the entries that were new."""
    lock(connection, exclusive=True)
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS entry_batch (LIKE stock_entry INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    connection.execute(text("TRUNCATE entry_batch"))
    copy_rows(connection, "entry_batch", _ENTRY, map(_entry_row, entries))
    added = rows(
        connection,
        "INSERT INTO stock_entry SELECT DISTINCT ON (id) * FROM entry_batch ORDER BY id"
        " ON CONFLICT DO NOTHING RETURNING id, kind, sku, location, quantity, at",
    )
    _recount(connection, added)
    return added


def _recount(connection: Connection, touched: list[dict[str, Any]]) -> None:
    """The last count plus what is later, from the rows themselves."""
    connection.execute(
        text(
            "WITH touched AS (SELECT DISTINCT s AS sku, l AS location FROM unnest(CAST(:skus AS text[]),"
            " CAST(:locations AS text[])) AS t(s, l)),"
            " last AS (SELECT DISTINCT ON (e.sku, e.location) e.sku, e.location, e.quantity, e.at FROM stock_entry e"
            " JOIN touched USING (sku, location) WHERE e.kind = 'count'"
            " ORDER BY e.sku, e.location, e.at DESC, e.created_at DESC, e.id)"
            " INSERT INTO stock_level (sku, location, counted, counted_at, moved)"
            " SELECT sku, location, quantity, at,"
            " COALESCE((SELECT -sum(m.units) FROM stock_movement m WHERE m.sku = last.sku"
            " AND m.location = last.location AND m.at > last.at), 0)"
            " + COALESCE((SELECT sum(e.quantity) FROM stock_entry e WHERE e.sku = last.sku"
            " AND e.location = last.location AND e.kind <> 'count' AND e.at > last.at), 0) FROM last"
            " ON CONFLICT (sku, location) DO UPDATE SET counted = EXCLUDED.counted,"
            " counted_at = EXCLUDED.counted_at, moved = EXCLUDED.moved, updated_at = now()"
        ),
        {"skus": [row["sku"] for row in touched], "locations": [row["location"] for row in touched]},
    )


def levels_of(connection: Connection, series: Collection[Series]) -> dict[Series, dict[str, Any]]:
    """The levels of those of some series that were counted."""
    found = rows(
        connection,
        "SELECT sku, location, counted, counted_at, counted + moved AS on_hand FROM stock_level"
        " WHERE (sku, location) IN (SELECT * FROM unnest(CAST(:skus AS text[]), CAST(:locations AS text[])))",
        skus=[sku for sku, _ in series], locations=[location for _, location in series],
    )  # fmt: skip
    return {(row["sku"], row["location"]): row for row in found}


def entered(connection: Connection, ids: Collection[UUID]) -> set[UUID]:
    """Those of the entries that there are."""
    sql = "SELECT id FROM stock_entry WHERE id = ANY(CAST(:ids AS uuid[]))"
    return {row["id"] for row in rows(connection, sql, ids=[str(id_) for id_ in ids])}


def stocked(connection: Connection, skus: Collection[str]) -> set[str]:
    """Those of the products that something is on hand of."""
    sql = "SELECT DISTINCT sku FROM stock_level WHERE sku = ANY(:skus) AND counted + moved > 0"
    return {row["sku"] for row in rows(connection, sql, skus=list(skus))}


def counted_of(connection: Connection, skus: Collection[str]) -> list[Series]:
    """The counted series of products: no other is decided."""
    found = rows(
        connection, "SELECT sku, location FROM stock_level WHERE sku = ANY(:skus) ORDER BY sku, location",
        skus=list(skus),
    )  # fmt: skip
    return [(row["sku"], row["location"]) for row in found]


def counted_from(connection: Connection, supplier: str) -> list[Series]:
    """The counted series that a supplier may deliver."""
    found = rows(
        connection,
        "SELECT DISTINCT l.sku, l.location FROM supply_term t JOIN stock_level l ON l.sku = t.sku"
        " AND t.location IN ('', l.location) WHERE t.supplier = :supplier ORDER BY 1, 2",
        supplier=supplier,
    )
    return [(row["sku"], row["location"]) for row in found]


_FILTERS = {
    "sku": "l.sku = :sku", "location": "l.location = :location", "category": "p.category = :category",
    "pattern": f"l.sku IN ({FOUND})",
}  # fmt: skip


def page(
    connection: Connection, filters: dict[str, Any], negative: bool | None, after: tuple[str, str] | None, limit: int
) -> list[dict[str, Any]]:
    """Levels by code and location, with the product's name."""
    given = {name: value for name, value in filters.items() if value is not None}
    where = [_FILTERS[name] for name in given]
    if negative is not None:
        where.append(f"l.counted + l.moved {'<' if negative else '>='} 0")
    if after:
        where.append("(l.sku, l.location) > (:after_sku, :after_location)")
        given |= {"after_sku": after[0], "after_location": after[1]}
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    return rows(
        connection,
        "SELECT l.sku, l.location, p.name, p.category, l.counted + l.moved AS on_hand, l.counted, l.counted_at,"
        f" l.moved, l.updated_at FROM stock_level l LEFT JOIN product p ON p.sku = l.sku{clause}"
        " ORDER BY l.sku, l.location LIMIT :limit",
        limit=limit, **given,
    )  # fmt: skip


def movements(
    connection: Connection, sku: str, location: str | None, after: tuple[datetime, str] | None, limit: int
) -> list[dict[str, Any]]:
    """Everything that moved a product's stock, newest first."""
    following = "WHERE (at, id) < (:at, :id)" if after else ""
    given: dict[str, Any] = {"at": after[0], "id": after[1]} if after else {}
    return rows(
        connection,
        "SELECT * FROM (SELECT sale_id || '/' || part AS id, 'sale' AS kind, sku, location, at, -units AS quantity,"
        " NULL AS reason, 'sales' AS actor FROM stock_movement WHERE sku = :sku UNION ALL"
        " SELECT id::text, kind, sku, location, at, quantity, reason, actor FROM stock_entry WHERE sku = :sku) AS m"
        f" {following}{' AND' if after else 'WHERE'} (CAST(:location AS text) IS NULL OR location = :location)"
        " ORDER BY at DESC, id DESC LIMIT :limit",
        sku=sku, location=location, limit=limit, **given,
    )  # fmt: skip


def totals(connection: Connection) -> dict[str, Any]:
    """The sums of sales' effects: equal to the ledger's when every event has been read. Kept as movements are."""
    return rows(connection, "SELECT entries, movements, units, amount FROM stock_total")[0]
