"""Units held for a reference (a customer's order)."""

from collections.abc import Collection, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.stock import Goods, Held, Series


def alone(connection: Connection, reference: str) -> None:
    """Whoever changes what is held for the same reference waits until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:reference, 9))"), {"reference": reference})


def release(
    connection: Connection, reference: str, series: Sequence[Series] | None = None
) -> dict[Series, date | None]:
    """Hold nothing (of these series) for the reference any more; what was held of, and when it was needed."""
    given = {} if series is None else {"skus": [s for s, _ in series], "locations": [loc for _, loc in series]}
    only = "" if series is None else (
        " AND (sku, location) IN (SELECT * FROM unnest(CAST(:skus AS text[]), CAST(:locations AS text[])))"
    )  # fmt: skip
    found = rows(
        connection, f"DELETE FROM reservation WHERE reference = :reference{only} RETURNING sku, location, needed_on",
        reference=reference, **given,
    )  # fmt: skip
    return {(row["sku"], row["location"]): row["needed_on"] for row in found}


def add(connection: Connection, reference: str, items: Sequence[Held], actor: str) -> None:
    """Hold these amounts of series of which nothing is held for the reference."""
    columns = ("reference", "sku", "location", "quantity", "needed_on", "actor")
    copy_rows(
        connection, "reservation", columns,
        ((reference, *astuple(item.goods), item.needed_on, actor) for item in items),
    )  # fmt: skip


def held_for(connection: Connection, references: Collection[str]) -> dict[tuple[str, str, str], Held]:
    """What is held for these references, by reference, product and location."""
    found = rows(
        connection,
        "SELECT reference, sku, location, quantity, needed_on FROM reservation WHERE reference = ANY(:references)",
        references=sorted(references),
    )
    return {
        (row["reference"], row["sku"], row["location"]):
            Held(Goods(row["sku"], row["location"], row["quantity"]), row["needed_on"])
        for row in found
    }  # fmt: skip


def page(
    connection: Connection, sku: str | None, reference: str | None, after: tuple[str, str, str] | None, limit: int
) -> list[dict[str, Any]]:
    """What is held, by reference."""
    return rows(
        connection,
        "SELECT reference, sku, location, quantity, needed_on, actor, reserved_at, p.name"
        " FROM reservation LEFT JOIN (SELECT sku, name FROM product) p USING (sku)"
        " WHERE (CAST(:sku AS text) IS NULL OR sku = :sku)"
        " AND (CAST(:reference AS text) IS NULL OR reference = :reference)"
        " AND (CAST(:a AS text) IS NULL OR (reference, sku, location) > (:a, :b, :c))"
        " ORDER BY reference, sku, location LIMIT :limit",
        sku=sku, reference=reference, a=after[0] if after else None, b=after[1] if after else None,
        c=after[2] if after else None, limit=limit,
    )  # fmt: skip
