"""Open lines of approved orders beside what is decided of their series."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.database import Connection, rows
from sqlalchemy import text


def open_lines(connection: Connection, order_id: UUID | None) -> list[dict[str, Any]]:
    """Lines of which something is still to come, of one order or of all, with what its advice is made from. A line of
    which nothing is decided in the live run is left out."""
    return rows(
        connection,
        "SELECT o.id AS order_id, o.number, o.supplier, o.approved_at, o.confirmed_on, l.sku, l.location, p.name,"
        " p.price, l.quantity - l.received AS open, l.unit_cost, d.on_hand, d.reserved, d.safety_stock,"
        " (d.inputs ->> 'daily_demand')::float AS daily, (d.inputs -> 'terms' ->> 'review_days')::float AS review_days,"
        " (d.inputs -> 'lead_time' ->> 'mean_days')::float AS lead_days"
        " FROM purchase_order o JOIN order_line l ON l.order_id = o.id"
        " JOIN live_run r ON true JOIN decision d ON d.run_id = r.run_id AND d.sku = l.sku AND d.location = l.location"
        " LEFT JOIN product p ON p.sku = l.sku"
        " WHERE o.status = 'approved' AND NOT o.generated AND l.received < l.quantity"
        " AND (l.sku, l.location) IN (SELECT i.sku, i.location FROM order_line i"
        "  WHERE CAST(:id AS uuid) IS NULL OR i.order_id = CAST(:id AS uuid))",
        id=str(order_id) if order_id else None,
    )  # fmt: skip


def confirm(connection: Connection, order_id: UUID, day: date | None) -> None:
    """The day that the supplier says its goods come on."""
    connection.execute(
        text("UPDATE purchase_order SET confirmed_on = :day WHERE id = :id"), {"day": day, "id": order_id}
    )
