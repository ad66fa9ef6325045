"""What the demo's generated suppliers, terms and counts are made from, and where they go."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from chassis.database import Connection, copy_rows, rows, scalar


def without_terms(connection: Connection) -> set[str]:
    """The products that nobody has said how to buy."""
    found = rows(
        connection,
        "SELECT sku FROM product p WHERE NOT archived AND NOT EXISTS"
        " (SELECT 1 FROM supply_term t WHERE t.sku = p.sku) ORDER BY sku",
    )
    return {row["sku"] for row in found}


def observe(connection: Connection, observed: Iterable[tuple[Any, ...]]) -> None:
    """Lead times (order, supplier, days, received at) as if orders had come."""
    copy_rows(connection, "lead_observation", ("order_id", "supplier", "days", "received_at"), observed)


def newest_sale(connection: Connection) -> datetime | None:
    """When something was sold last."""
    found: datetime | None = scalar(connection, "SELECT max(at) FROM stock_movement")
    return found


def sold_daily(connection: Connection, since: datetime, skus: Collection[str]) -> list[dict[str, Any]]:
    """Units a day over eight weeks, and days until the next delivery, of products that were not counted."""
    return rows(
        connection,
        "SELECT sku, m.location, sum(units) / 56 AS daily, min(s.lead_days + s.review_days) AS wait"
        " FROM stock_movement m JOIN supply_term t USING (sku) JOIN supplier s ON s.code = t.supplier"
        " WHERE at > :since AND sku = ANY(:skus)"
        " AND NOT EXISTS (SELECT 1 FROM stock_level l WHERE l.sku = m.sku AND l.location = m.location)"
        " GROUP BY 1, 2 ORDER BY 1, 2",
        since=since, skus=sorted(skus),
    )  # fmt: skip
