"""Claims that wait for a product, a location or an original: kept whole, released when that arrives."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from chassis.database import Connection, copy_rows, rows, scalar

from sales.domain import columns
from sales.domain.sale import Sale

_SHARED = ("sale_id", "content_hash", "source", "event_id", "import_id", "line")  # with the claim, to be found by


def hold(connection: Connection, held: Sequence[tuple[Sale, str]]) -> None:
    """Keep claims with what each waits for (`product:SKU`, `location:CODE`, `sale:ID`)."""
    copy_rows(
        connection, "quarantined_sale", ("waiting_for", "claim", *_SHARED),
        ((what, columns.document(claim), *(getattr(claim, name) for name in _SHARED)) for claim, what in held),
    )  # fmt: skip


def take(connection: Connection, arrived: list[str]) -> list[Sale]:
    """Remove and return what waited for these, oldest first."""
    return _taken(connection, "waiting_for = ANY(:arrived)", arrived=arrived)


def take_lines(connection: Connection, import_id: UUID) -> list[Sale]:
    """Remove and return what waits of an import."""
    return _taken(connection, "import_id = :import_id", import_id=import_id)


def take_one(connection: Connection, sale_id: UUID) -> Sale | None:
    """Remove and return the claim of this id."""
    return next(iter(_taken(connection, "sale_id = :sale_id", sale_id=sale_id)), None)


def _taken(connection: Connection, condition: str, **values: Any) -> list[Sale]:
    found = rows(
        connection,
        f"DELETE FROM quarantined_sale WHERE {condition} RETURNING claim, content_hash, since, sale_id",
        **values,
    )
    return [_claim(row) for row in sorted(found, key=lambda row: (row["since"], row["sale_id"]))]


def _claim(row: dict[str, Any]) -> Sale:
    claim = dict.fromkeys(Sale.__struct_fields__) | row["claim"] | {"content_hash": row["content_hash"]}
    return msgspec.convert(claim, Sale)


def any_for_sales(connection: Connection) -> bool:
    """Whether any correction or void waits for its sale."""
    return bool(
        scalar(
            connection,
            "SELECT EXISTS (SELECT 1 FROM quarantined_sale WHERE waiting_for >= 'sale:' AND waiting_for < 'sale;')",
        )
    )


def holds_any(connection: Connection, sale_ids: Iterable[str]) -> bool:
    """Whether any of these waits."""
    if not scalar(connection, "SELECT EXISTS (SELECT FROM quarantined_sale)"):
        return False
    ids = "{" + ",".join(sale_ids) + "}"
    sql = "SELECT EXISTS (SELECT FROM quarantined_sale WHERE sale_id = ANY(CAST(:ids AS uuid[])))"
    return bool(scalar(connection, sql, ids=ids))


def page(connection: Connection, after: UUID | None, limit: int) -> list[dict[str, Any]]:
    """What waits, by id."""
    return rows(
        connection,
        "SELECT sale_id AS id, waiting_for, source, event_id, claim ->> 'sku' AS sku,"
        " claim ->> 'location' AS location, CAST(claim ->> 'quantity' AS numeric) AS quantity,"
        " claim ->> 'sold_at' AS sold_at, since FROM quarantined_sale"
        " WHERE (CAST(:after AS uuid) IS NULL OR sale_id > :after) ORDER BY sale_id LIMIT :limit",
        after=after, limit=limit,
    )  # fmt: skip
