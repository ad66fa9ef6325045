"""Units held for a reference (a customer's order)."""

from collections.abc import Collection, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.stock import Fulfilling, Goods, Held, Series


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


def fulfil(connection: Connection, sales: Sequence[Fulfilling]) -> list[tuple[str, Goods]]:
    """Take what these sales hand over off what is held under their references, and say what that was.

    A sale counts once: one that has moved stock already hands over nothing again. Nor does one from before the day of
    the reservation, whose reference is the same by chance.
    """
    if not sales or not rows(connection, "SELECT 1 FROM reservation LIMIT 1"):
        return []
    given = {
        "ids": [sale.sale_id for sale in sales], "references": [sale.reference for sale in sales],
        "skus": [sale.goods.sku for sale in sales], "locations": [sale.goods.location for sale in sales],
        "units": [sale.goods.quantity for sale in sales], "ats": [sale.sold_at for sale in sales],
    }  # fmt: skip
    held = rows(
        connection,
        "SELECT reference, sku, location FROM reservation WHERE (reference, sku, location) IN (SELECT * FROM"
        " unnest(CAST(:references AS text[]), CAST(:skus AS text[]), CAST(:locations AS text[])))"
        " ORDER BY reference, sku, location FOR UPDATE",
        **given,
    )
    if not held:
        return []
    found = rows(connection, _FULFIL, **given)
    return [(row["reference"], Goods(row["sku"], row["location"], row["units"])) for row in found]


_FULFIL = (
    "WITH given AS (SELECT DISTINCT ON (id) * FROM unnest(CAST(:ids AS uuid[]), CAST(:references AS text[]),"
    "  CAST(:skus AS text[]), CAST(:locations AS text[]), CAST(:units AS numeric[]), CAST(:ats AS timestamptz[]))"
    "  AS g(id, reference, sku, location, units, at)),"
    " sold AS (SELECT reference, sku, location, sum(g.units) AS units FROM given g"
    "  JOIN reservation r USING (reference, sku, location)"
    "  WHERE g.at::date >= r.reserved_at::date"
    "  AND NOT EXISTS (SELECT 1 FROM stock_movement m WHERE m.sale_id = g.id) GROUP BY 1, 2, 3),"
    " gone AS (DELETE FROM reservation r USING sold s WHERE (r.reference, r.sku, r.location) = (s.reference, s.sku,"
    "  s.location) AND r.quantity <= s.units RETURNING r.reference, r.sku, r.location, r.quantity AS units),"
    " less AS (UPDATE reservation r SET quantity = r.quantity - s.units FROM sold s WHERE (r.reference, r.sku,"
    "  r.location) = (s.reference, s.sku, s.location) AND r.quantity > s.units"
    "  RETURNING r.reference, r.sku, r.location, s.units)"
    " SELECT * FROM gone UNION ALL SELECT * FROM less ORDER BY 1, 2, 3"
)


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
    connection: Connection,
    sku: str | None,
    reference: str | None,
    overdue: bool | None,
    today: date,
    after: tuple[str, str, str] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """What is held, by reference."""
    return rows(
        connection,
        "SELECT reference, sku, location, quantity, needed_on, actor, reserved_at, p.name,"
        " COALESCE(needed_on < :today, false) AS overdue"
        " FROM reservation LEFT JOIN (SELECT sku, name FROM product) p USING (sku)"
        " WHERE (CAST(:sku AS text) IS NULL OR sku = :sku)"
        " AND (CAST(:reference AS text) IS NULL OR reference = :reference)"
        " AND (CAST(:overdue AS boolean) IS NULL OR COALESCE(needed_on < :today, false) = :overdue)"
        " AND (CAST(:a AS text) IS NULL OR (reference, sku, location) > (:a, :b, :c))"
        " ORDER BY reference, sku, location LIMIT :limit",
        sku=sku, reference=reference, overdue=overdue, today=today, a=after[0] if after else None,
        b=after[1] if after else None, c=after[2] if after else None, limit=limit,
    )  # fmt: skip
