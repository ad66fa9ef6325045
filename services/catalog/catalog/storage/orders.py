"""Purchase orders: proposed, approved once, received; each change in one transaction with its events."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.database import Connection, copy_rows, rows
from chassis.failures import Conflict, FieldError, Invalid, invalid, not_found
from contracts.envelope import new_event
from contracts.events import OrderApproved, OrderLine, OrderProposed
from sqlalchemy import text

from catalog.storage import receipts, stock, supply

_ORDER = "id, supplier, status, total, order_by, created_by, created_at, approved_by, approved_at, received_at"
_LINE = ("order_id", "sku", "location", "quantity", "unit_cost")
_SELECT = (
    f"SELECT {_ORDER}, (SELECT count(*) FROM order_line l WHERE l.order_id = o.id) AS line_count FROM purchase_order o"
)
Line = tuple[str, str, Decimal, Decimal]  # sku, location, quantity, unit cost


def lines(connection: Connection, order_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The lines of orders."""
    found: dict[UUID, list[dict[str, Any]]] = {id_: [] for id_ in order_ids}
    for row in rows(
        connection,
        "SELECT l.order_id, l.sku, l.location, l.quantity, l.unit_cost, l.received, p.name, t.moq, t.multiple,"
        " CASE WHEN o.status IN ('received', 'cancelled') THEN 0 ELSE GREATEST(l.quantity - l.received, 0) END AS open,"
        " GREATEST(l.received - l.quantity, 0) AS over"
        " FROM order_line l JOIN purchase_order o ON o.id = l.order_id LEFT JOIN product p ON p.sku = l.sku"
        " LEFT JOIN LATERAL (SELECT moq, multiple FROM supply_term t WHERE t.sku = l.sku"
        "  AND t.location IN ('', l.location) ORDER BY t.location DESC LIMIT 1"
        " ) t ON true WHERE l.order_id = ANY(CAST(:ids AS uuid[])) ORDER BY l.order_id, l.sku, l.location",
        ids=[str(id_) for id_ in order_ids],
    ):
        found[row.pop("order_id")].append(row)
    return found


def get(connection: Connection, order_id: UUID, *, lock: bool = False) -> dict[str, Any]:
    """One order with its lines; 404 when there is none."""
    found = rows(connection, f"{_SELECT} WHERE id = :id{' FOR UPDATE' if lock else ''}", id=order_id)
    if not found:
        raise not_found(f"The order {order_id}")
    return with_lines(connection, found)[0]


def page(
    connection: Connection, status: str | None, supplier: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Orders, newest first, with the number of their lines."""
    return rows(
        connection,
        f"{_SELECT} WHERE NOT generated"
        " AND (CAST(:status AS text) IS NULL OR status = :status)"
        " AND (CAST(:supplier AS text) IS NULL OR supplier = :supplier)"
        " AND (CAST(:at AS timestamptz) IS NULL OR (created_at, id) < (:at, CAST(:id AS uuid)))"
        " ORDER BY created_at DESC, id DESC LIMIT :limit",
        status=status, supplier=supplier, at=after[0] if after else None, id=str(after[1]) if after else None,
        limit=limit,
    )  # fmt: skip


def with_lines(connection: Connection, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same orders with their lines."""
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
    copy_rows(connection, "order_line", _LINE, ((id_, *line) for line in wanted))
    order = get(connection, id_)
    outbox.publish(connection, [new_event(OrderProposed(**_payload(order)), "catalog")])
    return order


def approve(connection: Connection, order_id: UUID, actor: str) -> tuple[dict[str, Any], bool]:
    """The approved order, and whether this call approved it: twice is once."""
    order = get(connection, order_id, lock=True)
    if order["status"] in ("approved", "received"):
        return order, False
    if order["status"] == "cancelled":
        raise Conflict("The order was cancelled.", code="order_cancelled")
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
        raise Conflict("Goods were received for this order; close it instead.", code="order_received")
    connection.execute(text("UPDATE purchase_order SET status = 'cancelled' WHERE id = :id"), {"id": order_id})
    return get(connection, order_id)


def receive(
    connection: Connection, order_id: UUID, at: datetime, actor: str, *, items: Sequence[receipts.Item] | None = None,
    reference: str | None = None, over_delivery: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Receive some lines of an approved order, or all that is open; its receipt.

    More than is open is refused, unless it is said to be so. When nothing is open any more, the order is received
    and the supplier's lead time is learned from it.
    """
    stock.lock(connection, exclusive=True)
    order = get(connection, order_id, lock=True)
    if order["status"] != "approved":
        raise Conflict(f"The order is {order['status']}; only an approved one is received.", code="not_approved")
    if at < order["approved_at"]:
        raise Invalid("received_at: lies before the approval", code="before_approval")
    still = {(line["sku"], line["location"]): line["open"] for line in order["lines"]}
    came = [(*key, amount) for key, amount in still.items() if amount > 0] if items is None else list(items)
    for sku, location, _ in came:
        if (sku, location) not in still:
            raise invalid("items", f"the order has no line {sku} at {location}", "unknown_line")
    if not over_delivery:
        _refuse_more(came, still)
    receipt = receipts.store(
        connection, came, at, actor, order_id=order_id, supplier=order["supplier"], reference=reference
    )
    connection.execute(
        text("UPDATE order_line SET received = received + :quantity WHERE order_id = :id AND sku = :sku"
             " AND location = :location"),
        [{"id": order_id, "sku": sku, "location": location, "quantity": amount} for sku, location, amount in came],
    )  # fmt: skip
    if all(line["received"] >= line["quantity"] for line in lines(connection, [order_id])[order_id]):
        _complete(connection, order, at)
    return receipt


def _refuse_more(came: Sequence[receipts.Item], still: dict[tuple[str, str], Decimal]) -> None:
    more = [
        FieldError(
            field=f"items.{place}.quantity", code="over_delivery",
            message=f"{amount.normalize():f} of {sku} at {location}, but {still[sku, location].normalize():f} are open",
        )
        for place, (sku, location, amount) in enumerate(came)
        if amount > still[sku, location]
    ]  # fmt: skip
    if more:
        said = "; ".join(error.message for error in more[:3])
        raise Conflict(
            f"More came than is open: {said}. Send over_delivery to take it in.", code="over_delivery", errors=more
        )


def close(connection: Connection, order_id: UUID) -> tuple[dict[str, Any], Decimal]:
    """The order without what is still open of it, and how many units that is; zero when it was closed before.

    Its lead time is that of its last receipt.
    """
    stock.lock(connection, exclusive=True)
    order = get(connection, order_id, lock=True)
    if order["status"] == "received":
        return order, Decimal(0)
    if order["status"] != "approved":
        raise Conflict(f"The order is {order['status']}; only an approved one is closed.", code="not_approved")
    came = receipts.page(connection, order_id, None, 1)
    if not came:
        raise Conflict("Nothing of the order came: cancel it instead.", code="nothing_received")
    _complete(connection, order, came[0]["received_at"])
    return get(connection, order_id), sum((line["open"] for line in order["lines"]), Decimal(0))


def _complete(connection: Connection, order: dict[str, Any], at: datetime) -> None:
    connection.execute(
        text("UPDATE purchase_order SET status = 'received', received_at = :at WHERE id = :id"),
        {"at": at, "id": order["id"]},
    )
    connection.execute(
        text("INSERT INTO lead_observation VALUES (:id, :supplier, :days, :at) ON CONFLICT DO NOTHING"),
        {"id": order["id"], "supplier": order["supplier"], "at": at,
         "days": round((at - order["approved_at"]).total_seconds() / 86400, 1)},
    )  # fmt: skip


def change_line(connection: Connection, order_id: UUID, sku: str, location: str, quantity: Decimal) -> dict[str, Any]:
    """The proposal with another quantity of a product; zero takes it off. Packs and MOQ are the supplier's."""
    order = get(connection, order_id, lock=True)
    if order["status"] != "proposed":
        raise Conflict(f"The order is {order['status']}; only a proposal can be changed.", code="not_proposed")
    term = supply.term_of(connection, sku, location)
    if term is None or term["supplier"] != order["supplier"]:
        raise invalid("sku", f"{sku} is not bought from {order['supplier']} for {location}", "other_supplier")
    if quantity > 0 and (quantity < term["moq"] or quantity % term["multiple"] != 0):
        least = f"at least {term['moq'].normalize():f} and " if term["moq"] > 0 else ""
        message = f"must be 0, or {least}a multiple of {term['multiple'].normalize():f}"
        raise invalid("quantity", message, "not_whole_packs")
    others = [line for line in order["lines"] if (line["sku"], line["location"]) != (sku, location)]
    if quantity == 0 and not others:
        raise invalid("quantity", "is the order's last line: cancel the order instead", "last_line")
    connection.execute(
        text("DELETE FROM order_line WHERE order_id = :id AND sku = :sku AND location = :location"),
        {"id": order_id, "sku": sku, "location": location},
    )
    if quantity > 0:
        line = (order_id, sku, location, quantity, term["unit_cost"])
        copy_rows(connection, "order_line", _LINE, [line])
    connection.execute(
        text("UPDATE purchase_order SET total = (SELECT sum(quantity * unit_cost) FROM order_line"
             " WHERE order_id = :id) WHERE id = :id"),
        {"id": order_id},
    )  # fmt: skip
    changed = get(connection, order_id)
    outbox.publish(connection, [new_event(OrderProposed(**_payload(changed)), "catalog")])
    return changed
