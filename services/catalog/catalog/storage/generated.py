"""What the demo's generated suppliers, terms, stock and orders are made from, and where they go."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text


def without_terms(connection: Connection) -> set[str]:
    """The products that nobody has said how to buy."""
    found = rows(
        connection,
        "SELECT sku FROM product p WHERE NOT archived AND NOT EXISTS"
        " (SELECT 1 FROM supply_term t WHERE t.sku = p.sku) ORDER BY sku",
    )
    return {row["sku"] for row in found}


_TERM = ("sku", "supplier", "unit_cost", "moq", "multiple", "generated")


def add_terms(connection: Connection, terms: Iterable[Sequence[Any]]) -> None:
    """How products that had no terms are bought everywhere: sku, supplier, unit cost, minimum, pack."""
    copy_rows(connection, "supply_term", _TERM, ((*term, True) for term in terms))


def observe(connection: Connection, observed: Iterable[tuple[Any, ...]]) -> None:
    """Lead times (order, supplier, days, received at) as if orders had come."""
    copy_rows(connection, "lead_observation", ("order_id", "supplier", "days", "received_at"), observed)


def sold_by_day(connection: Connection, zone: str, skus: Collection[str]) -> Sequence[tuple[str, str, date, float]]:
    """(sku, location, day, units) of all sales of these products that were never counted, in that order."""
    found = connection.execute(
        text(
            "SELECT sku, m.location, (at AT TIME ZONE :zone)::date AS day, sum(units)::float8 FROM stock_movement m"
            " WHERE sku = ANY(:skus)"
            " AND NOT EXISTS (SELECT 1 FROM stock_level l WHERE l.sku = m.sku AND l.location = m.location)"
            " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        ),
        {"zone": zone, "skus": sorted(skus)},
    )
    return [(sku, location, day, units) for sku, location, day, units in found]


def terms(connection: Connection, skus: Collection[str]) -> dict[str, dict[str, Any]]:
    """How each product is bought, wherever it is sold."""
    found = rows(
        connection,
        "SELECT sku, supplier, unit_cost, moq, multiple FROM supply_term WHERE location = '' AND sku = ANY(:skus)",
        skus=sorted(skus),
    )
    return {row["sku"]: row for row in found}


def add_order(connection: Connection, order: Mapping[str, Any], lines: Iterable[tuple[Any, ...]]) -> None:
    """An order that was approved on its day; `lines` are (sku, location, quantity, unit cost)."""
    connection.execute(
        text(
            "INSERT INTO purchase_order (id, supplier, status, total, order_by, created_by, created_at, approved_by,"
            " approved_at, confirmed_on) VALUES (:id, :supplier, 'approved', :total, :day, :actor, :at, :actor, :at,"
            " :confirmed_on)"
        ),
        dict(order),
    )
    columns = ("order_id", "sku", "location", "quantity", "unit_cost")
    copy_rows(connection, "order_line", columns, ((order["id"], *line) for line in lines))
