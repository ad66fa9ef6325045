"""What is to be moved before buying, as it is kept, and of which products it is due to be worked out anew.

Triggers note each product whose decisions change, in the transaction of the change (migration 0030).
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.transfers import StockTransfer

_KEPT = ("sku", "from_location", "to_location", "quantity", "wanted", "saved", "at_risk")
_ORDER = "-t.saved, t.sku, t.to_location, t.from_location"


def due(connection: Connection, run: UUID) -> list[str]:
    """The products of a run of which what is kept may be out of date."""
    found = rows(connection, "SELECT DISTINCT sku FROM transfer_due WHERE run_id = :run ORDER BY sku", run=run)
    return [row["sku"] for row in found]


def take_due(connection: Connection, limit: int) -> dict[UUID, list[str]]:
    """Some of what is due, by run, without its marks from now on."""
    found = rows(
        connection,
        "WITH taken AS (DELETE FROM transfer_due WHERE id IN (SELECT id FROM transfer_due ORDER BY id LIMIT :limit)"
        " RETURNING run_id, sku) SELECT run_id, array_agg(DISTINCT sku) AS skus FROM taken GROUP BY run_id",
        limit=limit,
    )
    return {row["run_id"]: row["skus"] for row in found}


def decided(connection: Connection, run: UUID, skus: Collection[str]) -> list[dict[str, Any]]:
    """What is decided of some products that is wanted, or lies too much."""
    return rows(
        connection,
        "SELECT d.sku, d.location, p.name, d.quantity, d.excess, d.unit_cost, d.revenue_at_risk"
        " FROM decision d JOIN product p ON p.sku = d.sku WHERE d.run_id = :run AND d.sku = ANY(:skus)"
        " AND (d.quantity > 0 OR d.excess >= 1)",
        run=run, skus=list(skus),
    )  # fmt: skip


def keep(connection: Connection, run: UUID, skus: Collection[str], found: Sequence[StockTransfer]) -> None:
    """Of these products these transfers, and no others."""
    connection.execute(
        text("DELETE FROM transfer WHERE run_id = :run AND sku = ANY(:skus)"), {"run": run, "skus": list(skus)}
    )
    copy_rows(
        connection, "transfer", ("run_id", *_KEPT), ([run, *(getattr(each, name) for name in _KEPT)] for each in found)
    )


def page(
    connection: Connection, run: UUID, but: Collection[str], after: Sequence[Any] | None, limit: int
) -> list[StockTransfer]:
    """Those of a run that are kept, what saves most first, but of some products."""
    following = f" AND ({_ORDER}) > (:saved, :a, :b, :c)" if after else ""
    given = dict(zip(("saved", "a", "b", "c"), after or (), strict=False))
    found = rows(
        connection,
        f"SELECT {', '.join(f't.{name}' for name in _KEPT)}, p.name FROM (SELECT * FROM transfer t"
        f" WHERE t.run_id = :run AND t.sku <> ALL(CAST(:but AS text[])){following} ORDER BY {_ORDER} LIMIT :limit) AS t"
        # By the index of products, which is in the database's order of letters.
        f' JOIN product p ON p.sku = t.sku COLLATE "default" ORDER BY {_ORDER}',
        run=run, but=list(but), limit=limit, **given,
    )  # fmt: skip
    return [StockTransfer(**row) for row in found]
