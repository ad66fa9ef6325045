"""Purchase orders: proposed, approved once, received; each change in one transaction with its events."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.database import Connection, copy_rows, rows
from chassis.problems import Problem, not_found
from contracts.envelope import new_event
from contracts.events import OrderApproved, OrderLine, OrderProposed
from sqlalchemy import text

from catalog.storage import stock

_ORDER = "id, supplier, status, total, order_by, created_by, created_at, approved_by, approved_at, received_at"
Line = tuple[str, str, Decimal, Decimal]  # sku, location, quantity, unit cost


def lines(connection: Connection, order_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The lines of orders."""
    found: dict[UUID, list[dict[str, Any]]] = {id_: [] for id_ in order_ids}
    for row in rows(
        connection,
        "SELECT order_id, sku, location, quantity, unit_cost, received FROM order_line"
        " WHERE order_id = ANY(CAST(:ids AS uuid[])) ORDER BY order_id, sku, location",
        ids=[str(id_) for id_ in order_ids],
    ):
        found[row.pop("order_id")].append(row)
    return found


def get(connection: Connection, order_id: UUID, *, lock: bool = False) -> dict[str, Any]:
    """One order with its lines; 404 when there is none."""
    found = rows(
        connection, f"SELECT {_ORDER} FROM purchase_order WHERE id = :id{' FOR UPDATE' if lock else ''}", id=order_id
    )
    if not found:
        raise not_found(f"The order {order_id}")
    return found[0] | {"lines": lines(connection, [order_id])[order_id]}


def page(
    connection: Connection, status: str | None, supplier: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Orders with their lines, newest first."""
    found = rows(
        connection,
        f"SELECT {_ORDER} FROM purchase_order WHERE NOT generated"
        " AND (CAST(:status AS text) IS NULL OR status = :status)"
        " AND (CAST(:supplier AS text) IS NULL OR supplier = :supplier)"
        " AND (CAST(:at AS timestamptz) IS NULL OR (created_at, id) < (:at, CAST(:id AS uuid)))"
        " ORDER BY created_at DESC, id DESC LIMIT :limit",
        status=status, supplier=supplier, at=after[0] if after else None, id=str(after[1]) if after else None,
        limit=limit,
    )  # fmt: skip
    inside = lines(connection, [row["id"] for row in found])
    return [row | {"lines": inside[row["id"]]} for row in found]


def _payload(order: dict[str, Any]) -> dict[str, Any]:
    return {
        "order_id": order["id"], "supplier": order["supplier"], "total": order["total"], "order_by": order["order_by"],
        "lines": [OrderLine(**{k: line[k] for k in ("sku", "location", "quantity", "unit_cost")})
                  for line in order["lines"]],
    }  # fmt: skip


def propose(
    connection: Connection, supplier: str, wanted: Sequence[Line], order_by: date | None, actor: str
) -> dict[str, Any]:
    """Store a proposal and tell it."""
    id_, total = uuid.uuid4(), sum((quantity * cost for _, _, quantity, cost in wanted), Decimal(0))
    connection.execute(
        text(
            "INSERT INTO purchase_order (id, supplier, status, total, order_by, created_by)"
            " VALUES (:id, :supplier, 'proposed', :total, :order_by, :actor)"
        ),
        {"id": id_, "supplier": supplier, "total": total, "order_by": order_by, "actor": actor},
    )
    columns = ("order_id", "sku", "location", "quantity", "unit_cost")
    copy_rows(connection, "order_line", columns, ((id_, *line) for line in wanted))
    order = get(connection, id_)
    outbox.publish(connection, [new_event(OrderProposed(**_payload(order)), "catalog")])
    return order


def approve(connection: Connection, order_id: UUID, actor: str) -> tuple[dict[str, Any], bool]:
    """The approved order, and whether this call approved it: twice is once."""
    order = get(connection, order_id, lock=True)
    if order["status"] in ("approved", "received"):
        return order, False
    if order["status"] == "cancelled":
        raise Problem(409, "The order was cancelled.", code="order_cancelled")
    connection.execute(
        text("UPDATE purchase_order SET status = 'approved', approved_by = :actor, approved_at = now() WHERE id = :id"),
        {"actor": actor, "id": order_id},
    )
    order = get(connection, order_id)
    event = OrderApproved(**_payload(order), approved_by=order["approved_by"], approved_at=order["approved_at"])
    outbox.publish(connection, [new_event(event, "catalog")])
    return order, True


def cancel(connection: Connection, order_id: UUID) -> dict[str, Any]:
    """Give up an order that nothing was received of."""
    order = get(connection, order_id, lock=True)
    if order["status"] == "received" or any(line["received"] for line in order["lines"]):
        raise Problem(409, "Goods were received for this order.", code="order_received")
    connection.execute(text("UPDATE purchase_order SET status = 'cancelled' WHERE id = :id"), {"id": order_id})
    return get(connection, order_id)


def receive(connection: Connection, order_id: UUID, at: datetime, actor: str) -> dict[str, Any]:
    """Receive what is open of an approved order: stock rises, the supplier's lead time is learned from it."""
    stock.lock(connection, exclusive=True)
    order = get(connection, order_id, lock=True)
    if order["status"] == "received":
        return order
    if order["status"] != "approved":
        raise Problem(409, f"The order is {order['status']}; only an approved one is received.", code="not_approved")
    if at < order["approved_at"]:
        raise Problem(422, "received_at: lies before the approval", code="before_approval")
    stock.enter(
        connection,
        [
            stock.Entry(
                uuid.uuid5(order_id, f"{line['sku']}\n{line['location']}"), "receipt", line["sku"], line["location"],
                line["quantity"] - line["received"], at, f"order {order_id}", actor,
            )
            for line in order["lines"]
        ],
    )  # fmt: skip
    connection.execute(text("UPDATE order_line SET received = quantity WHERE order_id = :id"), {"id": order_id})
    connection.execute(
        text("UPDATE purchase_order SET status = 'received', received_at = :at WHERE id = :id"),
        {"at": at, "id": order_id},
    )
    connection.execute(
        text(
            "INSERT INTO lead_observation VALUES (:id, :supplier, :days, :at) ON CONFLICT DO NOTHING"
        ),
        {"id": order_id, "supplier": order["supplier"], "at": at,
         "days": round((at - order["approved_at"]).total_seconds() / 86400, 1)},
    )  # fmt: skip
    return get(connection, order_id)
