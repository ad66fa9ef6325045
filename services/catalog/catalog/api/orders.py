"""Purchase orders: proposals by supplier, approval, receipt, export."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from chassis import audit, pagination
from chassis.database import Connection
from chassis.pagination import Cursor, Limit, Page
from contracts.types import Code
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from catalog.api.parameters import Db, PastInstant, Planner, Viewer
from catalog.api.supply import class_level, segments
from catalog.domain import planning
from catalog.domain.policy import Candidate, within_budget
from catalog.storage import orders, supply

router = APIRouter(tags=["orders"])
Status = Literal["proposed", "approved", "received", "cancelled"]
LARGEST_ORDER = 2000  # lines; more would not fit the event


class LineOut(BaseModel):
    """One product of an order."""

    sku: str
    location: str
    quantity: Decimal
    unit_cost: Decimal
    received: Decimal


class OrderOut(BaseModel):
    """A purchase order."""

    id: UUID
    supplier: str
    status: Status
    total: Decimal
    order_by: date | None
    created_by: str
    created_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    received_at: datetime | None
    lines: list[LineOut]


class ProposeIn(BaseModel):
    """For which supplier (all when left out), and how much may be spent in all."""

    supplier: Code | None = None
    budget: Annotated[Decimal | None, Field(ge=0, lt=Decimal("1e12"))] = None


class ReceiveIn(BaseModel):
    """When the goods came; now when left out."""

    received_at: PastInstant | None = None


@router.get("/orders")
def list_orders(
    database: Db,
    _: Viewer,
    status: Annotated[Status | None, Query()] = None,
    supplier: Annotated[Code | None, Query()] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[OrderOut]:
    """Orders, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.transaction() as connection:
        found = orders.page(connection, status, supplier, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["created_at"], row["id"]])
    return Page(items=[OrderOut(**row) for row in kept], next_cursor=following)


@router.post("/orders", status_code=201)
def propose_orders(database: Db, given: ProposeIn, caller: Planner) -> list[OrderOut]:
    """Propose one order a supplier. Open proposals of the same suppliers are replaced, so asking twice is once."""
    with database.transaction() as connection:
        wanted = _wanted(connection, given)
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(current_schema() || 'propose'))")
        for old in orders.page(connection, "proposed", given.supplier, None, 10_000):
            orders.cancel(connection, old["id"])
        proposed = [
            orders.propose(connection, supplier, lines[start : start + LARGEST_ORDER], order_by, caller.name)
            for supplier, (lines, order_by) in sorted(wanted.items())
            for start in range(0, len(lines), LARGEST_ORDER)
        ]
        audit.record(connection, "catalog", caller.name, "orders-proposed", f"{len(proposed)} orders")
    return [OrderOut(**order) for order in proposed]


def _wanted(connection: Connection, given: ProposeIn) -> dict[str, tuple[list[orders.Line], date | None]]:
    found = supply.situations(connection, supplier=given.supplier)
    classes = segments(connection) if found else {}
    candidates: list[Candidate] = []
    known: dict[str, tuple[dict[str, Any], date | None]] = {}
    for row in found:
        level = class_level(classes, row)
        decision = planning.decision_of(row, level)
        if decision.quantity > 0:
            candidate = planning.candidate_of(row, decision, level)
            candidates.append(candidate)
            known[candidate.key] = (row, decision.order_by)
    bought = {candidate.key: candidate.wanted for candidate in candidates}
    if given.budget is not None:
        bought = within_budget(candidates, float(given.budget))
    wanted: dict[str, tuple[list[orders.Line], date | None]] = {}
    for key, quantity in bought.items():
        if quantity > 0:
            row, order_by = known[key]
            lines, earliest = wanted.get(row["supplier"], ([], None))
            lines.append((row["sku"], row["location"], round(Decimal(quantity), 3), row["unit_cost"]))
            days = [day for day in (earliest, order_by) if day]
            wanted[row["supplier"]] = (lines, min(days) if days else None)
    return wanted


def _safe(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _csv(found: Iterable[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["order", "supplier", "status", "order_by", "sku", "location", "quantity", "unit_cost", "value"])
    for order in found:
        for line in order["lines"]:
            cells = (order["id"], order["supplier"], order["status"], order["order_by"], line["sku"], line["location"])
            value = line["quantity"] * line["unit_cost"]
            writer.writerow([*map(_safe, cells), line["quantity"], line["unit_cost"], value])
    return file.getvalue()


@router.get("/orders.csv", response_class=Response)
def export_orders(
    database: Db,
    _: Viewer,
    status: Annotated[Status | None, Query()] = None,
    supplier: Annotated[Code | None, Query()] = None,
) -> Response:
    """The newest 1,000 orders with their lines, as CSV."""
    with database.transaction() as connection:
        found = orders.page(connection, status, supplier, None, 1000)
    return Response(
        _csv(found), media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="orders.csv"'}
    )


@router.get("/orders/{order_id}")
def get_order(database: Db, order_id: UUID, _: Viewer) -> OrderOut:
    """One order."""
    with database.transaction() as connection:
        return OrderOut(**orders.get(connection, order_id))


@router.post("/orders/{order_id}/approve")
def approve_order(database: Db, order_id: UUID, caller: Planner) -> OrderOut:
    """Approve an order; twice is once."""
    with database.transaction() as connection:
        order, fresh = orders.approve(connection, order_id, caller.name)
        if fresh:
            audit.record(
                connection, "catalog", caller.name, "order-approved", f"order {order_id}", total=str(order["total"])
            )
        return OrderOut(**order)


@router.post("/orders/{order_id}/cancel")
def cancel_order(database: Db, order_id: UUID, caller: Planner) -> OrderOut:
    """Give up an order that nothing was received of."""
    with database.transaction() as connection:
        order = orders.cancel(connection, order_id)
        audit.record(connection, "catalog", caller.name, "order-cancelled", f"order {order_id}")
        return OrderOut(**order)


@router.post("/orders/{order_id}/receive")
def receive_order(database: Db, order_id: UUID, given: ReceiveIn, caller: Planner) -> OrderOut:
    """Receive an approved order: stock rises, and the supplier's lead time is learned; twice is once."""
    with database.transaction() as connection:
        order = orders.receive(connection, order_id, given.received_at or datetime.now(UTC), caller.name)
        audit.record(connection, "catalog", caller.name, "order-received", f"order {order_id}")
        return OrderOut(**order)
