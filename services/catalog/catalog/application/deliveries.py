"""What is on order between its approval and its receipt: confirmed, expected, advised."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import audit
from chassis.database import Database
from chassis.failures import Conflict

from catalog.application.orders import existing
from catalog.domain import revisions
from catalog.domain.deliveries import Advice, DeliveryPlace, PromisedDelivery
from catalog.storage import deliveries


def advised_deliveries(
    database: Database, zone: ZoneInfo, *, order_id: UUID | None, advice: Advice | None, after: DeliveryPlace | None,
    limit: int,
) -> list[tuple[DeliveryPlace, PromisedDelivery]]:  # fmt: skip
    """Open lines with their advice, of one order or of all; other orders of the same products count for it too."""
    today = datetime.now(zone).date()
    with database.snapshot() as connection:
        return deliveries.advised_page(
            connection, order_id=order_id, advice=advice, today=today, zone=zone.key, after=after, limit=limit
        )


def confirm_order(
    database: Database, order_id: UUID, day: date | None, actor: str, *, was: Mapping[str, Any] = revisions.UNREAD
) -> dict[str, Any]:
    """The day that the supplier of an approved order says its goods come on, unless it is another than `was` read."""
    with database.transaction() as connection:
        order = existing(connection, order_id, lock=True)
        if order["status"] != "approved":
            raise Conflict(f"The order is {order['status']}; only an approved one is confirmed.", code="not_approved")
        revisions.expect_values(order, was)
        deliveries.confirm(connection, order_id, day)
        said = day.isoformat() if day else "not confirmed any more"
        audit.record(connection, "catalog", actor, "order-confirmed", f"order {order_id}", confirmed_on=said)
        return existing(connection, order_id)
