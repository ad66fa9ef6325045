"""Units held for a reference (a customer's order)."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.stock import Goods, Series


def alone(connection: Connection, reference: str) -> None:
    """Whoever changes what is held for the same reference waits until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:reference, 9))"), {"reference": reference})


def release(connection: Connection, reference: str, series: Sequence[Series] | None = None) -> list[Series]:
    """Hold nothing (of these series) for the reference any more; what was held of."""
    given = {} if series is None else {"skus": [s for s, _ in series], "locations": [loc for _, loc in series]}
    only = "" if series is None else (
        " AND (sku, location) IN (SELECT * FROM unnest(CAST(:skus AS text[]), CAST(:locations AS text[])))"
    )  # fmt: skip
    found = rows(
        connection, f"DELETE FROM reservation WHERE reference = :reference{only} RETURNING sku, location",
        reference=reference, **given,
    )  # fmt: skip
    return [(row["sku"], row["location"]) for row in found]


def add(connection: Connection, reference: str, items: Sequence[Goods], actor: str) -> None:
    """Hold these amounts of series of which nothing is held for the reference."""
    columns = ("reference", "sku", "location", "quantity", "actor")
    copy_rows(connection, "reservation", columns, ((reference, *astuple(goods), actor) for goods in items))


def page(
    connection: Connection, sku: str | None, reference: str | None, after: tuple[str, str, str] | None, limit: int
) -> list[dict[str, Any]]:
    """What is held, by reference."""
    return rows(
        connection,
        "SELECT reference, sku, location, quantity, actor, reserved_at, p.name"
        " FROM reservation LEFT JOIN (SELECT sku, name FROM product) p USING (sku)"
        " WHERE (CAST(:sku AS text) IS NULL OR sku = :sku)"
        " AND (CAST(:reference AS text) IS NULL OR reference = :reference)"
        " AND (CAST(:a AS text) IS NULL OR (reference, sku, location) > (:a, :b, :c))"
        " ORDER BY reference, sku, location LIMIT :limit",
        sku=sku, reference=reference, a=after[0] if after else None, b=after[1] if after else None,
        c=after[2] if after else None, limit=limit,
    )  # fmt: skip
