"""Purchase orders until the goods come: proposed, changed, approved once, cancelled."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import Conflict, not_found

from catalog.application import announce, decisions, known
from catalog.application.once import Request, once
from catalog.domain.orders import (
    UNREAD,
    NewLine,
    NewOrder,
    Read,
    needed,
    refuse_line,
    refuse_stale,
    refuse_stale_line,
)
from catalog.domain.stock import Goods, Series
from catalog.storage import orders, runs, supply


def existing(connection: Connection, order_id: UUID, *, lock: bool = False) -> dict[str, Any]:
    """An order that there is, with its lines."""
    found = orders.get(connection, order_id, lock=lock)
    if found is None:
        raise not_found(f"The order {order_id}")
    return found


def series_of(order: dict[str, Any]) -> list[Series]:
    """What an order's lines are of."""
    return [(line["sku"], line["location"]) for line in order["lines"]]


def propose_orders(
    database: Database, request: Request, supplier: str | None, budget: Decimal | None, actor: str, *,
    only: Collection[Series] | None = None, keep: bool = True,
) -> Any:  # fmt: skip
    """Propose one order a supplier, of all that is needed or `only` of some series. Open proposals of the same
    suppliers are replaced, so asking twice is once; what people changed in them is kept unless told otherwise."""

    def deed(connection: Connection) -> list[dict[str, Any]]:
        if supplier is not None:
            known.supplier(connection, supplier)
        orders.alone(connection)
        # Proposals are held before it is worked out what is needed: one that is approved meanwhile was approved
        # before, so that it is on order and no proposal any more, or waits and finds itself cancelled.
        open_now = orders.proposals(connection, supplier)
        decided = decisions.as_they_are(connection, supplier)
        if only is not None:
            decided = [item for item in decided if item.series in only]
            mine = {item.situation["supplier"] for item in decided}
            open_now = [order for order in open_now if order["supplier"] in mine]
        old = [order["id"] for order in open_now]
        edits = orders.edits(connection, old) if keep else {}
        for order_id in old:
            orders.set_cancelled(connection, order_id)
        said = {key: goods.quantity for key, (goods, _) in edits.items()}
        wanted = needed(decided, budget, said)
        newer = runs.newer(connection)
        basis = {"forecast_as_of": runs.live_as_of(connection), "newer_run": newer and newer.run_id}
        proposed = [_propose(connection, order, actor, edits) | basis for order in wanted]
        audit.record(connection, "catalog", actor, "orders-proposed", f"{len(proposed)} orders")
        return proposed

    return once(database, request, deed)


def _propose(
    connection: Connection, order: NewOrder, actor: str, edits: Mapping[tuple[str, Series], tuple[Goods, str]]
) -> dict[str, Any]:
    order_id = orders.add(connection, order, actor)
    inside = {line.series for line in order.lines}
    # What was taken off stands on no line; it stays taken off.
    kept = [
        (goods, who) for (supplier, series), (goods, who) in edits.items()
        if supplier == order.supplier and (series in inside or not goods.quantity)
    ]  # fmt: skip
    orders.put_edits(connection, order_id, kept)
    stored = existing(connection, order_id)
    announce.order_proposed(connection, stored)
    return stored


def change_order_line(
    database: Database, order_id: UUID, wanted: Goods, actor: str, *, was: Decimal | None = None
) -> dict[str, Any]:
    """Change a proposal's quantity of a product; zero takes it off. Packs and MOQ are the supplier's. One that is no
    longer what it `was` when it was read is left to whoever changed it."""
    with database.transaction() as connection:
        order = existing(connection, order_id, lock=True)
        refuse_stale_line(order, wanted, was)
        term = supply.term_of(connection, *wanted.series)
        refuse_line(order, term, wanted)
        cost = term["unit_cost"] if term else Decimal(0)
        orders.put_line(connection, order_id, NewLine(wanted.sku, wanted.location, wanted.quantity, cost))
        orders.put_edits(connection, order_id, [(wanted, actor)])
        changed = existing(connection, order_id)
        announce.order_proposed(connection, changed)
        audit.record(
            connection, "catalog", actor, "order-changed", f"order {order_id}", sku=wanted.sku,
            quantity=str(wanted.quantity),
        )  # fmt: skip
        return changed


def approve_order(database: Database, request: Request, order_id: UUID, actor: str, *, read: Read = UNREAD) -> Any:
    """Approve an order as it was `read`; twice is once."""

    def deed(connection: Connection) -> dict[str, Any]:
        order = existing(connection, order_id, lock=True)
        if order["status"] == "cancelled":
            raise Conflict("The order was cancelled.", code="order_cancelled")
        refuse_stale(order, read)
        if order["status"] in ("approved", "received"):
            return order
        orders.set_approved(connection, order_id, actor)
        approved = existing(connection, order_id)
        announce.order_approved(connection, approved)
        total = str(approved["total"])
        audit.record(connection, "catalog", actor, "order-approved", f"order {order_id}", total=total)
        decisions.refresh(connection, series_of(approved))
        return approved

    return once(database, request, deed)


def cancel_order(database: Database, order_id: UUID, actor: str, *, read: Read = UNREAD) -> dict[str, Any]:
    """Give up an order that nothing was received of, as it was `read`; twice is once. Who counted on an approved one
    is told."""
    with database.transaction() as connection:
        order = existing(connection, order_id, lock=True)
        if order["status"] == "cancelled":
            return order
        refuse_stale(order, read)
        if order["status"] == "received" or any(line["received"] for line in order["lines"]):
            raise Conflict("Goods were received for this order; close it instead.", code="order_received")
        orders.set_cancelled(connection, order_id)
        audit.record(connection, "catalog", actor, "order-cancelled", f"order {order_id}")
        cancelled = existing(connection, order_id)
        if order["status"] == "approved":
            announce.order_cancelled(connection, cancelled, actor, datetime.now(UTC))
            decisions.refresh(connection, series_of(cancelled))
        return cancelled
