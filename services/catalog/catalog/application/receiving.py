"""Goods that come: against an order, in parts or whole, or free. Each raises stock, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import Conflict, invalid

from catalog.application import decisions, known
from catalog.application.once import Request, once
from catalog.application.orders import existing, series_of
from catalog.application.stock import enter
from catalog.domain.orders import UNREAD, Read, open_of, refuse_receipt, refuse_stale
from catalog.domain.stock import Goods, StockEntry
from catalog.storage import orders, receipts, stock, supply


@dataclass(frozen=True)
class Arrival:
    """What came, and how it is named: `reference` is the supplier's delivery note, taken once; and what was `read` of
    the order that it came for."""

    goods: Sequence[Goods]
    at: datetime
    supplier: str | None = None
    reference: str | None = None
    over_delivery: bool = False
    read: Read = UNREAD


def receive_goods(database: Database, request: Request, order_id: UUID | None, came: Arrival, actor: str) -> Any:
    """Receive goods, against an approved order or free; the last line of an order completes it."""

    def deed(connection: Connection) -> dict[str, Any]:
        stock.lock(connection, exclusive=True)
        if order_id is not None:
            receipt = _against_order(connection, existing(connection, order_id, lock=True), came, actor)
        else:
            if came.supplier is not None:
                known.supplier(connection, came.supplier)
            known.products(connection, [goods.sku for goods in came.goods])
            known.ensure_locations(connection, {goods.location for goods in came.goods})
            receipt = _store(connection, None, came, actor)
            decisions.refresh(connection, [goods.series for goods in came.goods])
        lines = len(came.goods)
        audit.record(connection, "catalog", actor, "goods-received", f"receipt {receipt['id']}", lines=lines)
        return receipt

    return once(database, request, deed)


def receive_order(
    database: Database, order_id: UUID, at: datetime | None, actor: str, *, read: Read = UNREAD
) -> dict[str, Any]:
    """Receive what is open of an order, as it was `read`; twice is once, and only the first is a deed that is told."""
    with database.transaction() as connection:
        stock.lock(connection, exclusive=True)
        order = existing(connection, order_id, lock=True)
        if order["status"] == "received":
            return order
        came = [Goods(*series, amount) for series, amount in open_of(order).items() if amount > 0]
        _against_order(connection, order, Arrival(came, at or datetime.now(UTC), order["supplier"], read=read), actor)
        audit.record(connection, "catalog", actor, "order-received", f"order {order_id}")
        return existing(connection, order_id)


def close_order(database: Database, order_id: UUID, actor: str, *, read: Read = UNREAD) -> dict[str, Any]:
    """The rest of a partly received order, as it was `read`, will not come; its lead time is that of its last receipt.
    Twice is once."""
    with database.transaction() as connection:
        stock.lock(connection, exclusive=True)
        order = existing(connection, order_id, lock=True)
        if order["status"] == "received":
            return order
        if order["status"] != "approved":
            raise Conflict(f"The order is {order['status']}; only an approved one is closed.", code="not_approved")
        refuse_stale(order, read)
        came = receipts.page(connection, order_id, None, 1)
        if not came:
            raise Conflict("Nothing of the order came: cancel it instead.", code="nothing_received")
        missing = sum(open_of(order).values(), Decimal(0))
        audit.record(connection, "catalog", actor, "order-closed", f"order {order_id}", missing=str(missing))
        _complete(connection, order, came[0]["received_at"])
        decisions.refresh(connection, series_of(order), stock.counted_from(connection, order["supplier"]))
        return existing(connection, order_id)


def _against_order(connection: Connection, order: dict[str, Any], came: Arrival, actor: str) -> dict[str, Any]:
    if came.supplier not in (None, order["supplier"]):
        raise invalid("supplier", f"the order is {order['supplier']}'s", "other_supplier")
    refuse_stale(order, came.read)
    refuse_receipt(order, came.goods, came.at, over_delivery=came.over_delivery)
    receipt = _store(connection, order, came, actor)
    orders.add_received(connection, order["id"], came.goods)
    whole = all(line["received"] >= line["quantity"] for line in existing(connection, order["id"])["lines"])
    if whole:
        _complete(connection, order, came.at)
    taught = stock.counted_from(connection, order["supplier"]) if whole else []
    decisions.refresh(connection, [goods.series for goods in came.goods], taught)
    return receipt


def take_delivery(connection: Connection, came: Arrival, actor: str) -> None:
    """Receive goods that no order of ours asked for; whoever calls holds the lock on stock and knows what is named."""
    _store(connection, None, came, actor)


def _store(connection: Connection, order: dict[str, Any] | None, came: Arrival, actor: str) -> dict[str, Any]:
    supplier = order["supplier"] if order else came.supplier
    if came.reference is not None and receipts.received_before(connection, supplier, came.reference) is not None:
        raise Conflict(f"The delivery {came.reference} was received before.", code="received_before")
    order_id = order["id"] if order else None
    id_ = receipts.add(
        connection, came.goods, came.at, actor, order_id=order_id, supplier=supplier, reference=came.reference
    )
    reason = f"order {order_id}" if order_id else f"delivery {came.reference}" if came.reference else "delivery"
    enter(
        connection,
        [
            StockEntry(uuid5(id_, f"{g.sku}\n{g.location}"), "receipt", *g.series, g.quantity, came.at, reason, actor)
            for g in came.goods
        ],
    )
    return receipts.get(connection, id_)


def _complete(connection: Connection, order: dict[str, Any], at: datetime) -> None:
    """Nothing is open any more: the supplier's lead time is learned."""
    orders.set_received(connection, order["id"], at)
    days = round(Decimal((at - order["approved_at"]).total_seconds() / 86400), 1)
    supply.observe_lead(connection, order, days, at)
