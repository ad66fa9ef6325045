"""Purchase orders: proposals by supplier, approval, receipt, export."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from chassis import audit, idempotency, pagination
from chassis.database import Connection
from chassis.pagination import Cursor, Limit, Page
from contracts.types import MAIN_LOCATION, Code, Quantity, Sku
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from catalog.api.decided import decided
from catalog.api.parameters import Db, IdempotencyKey, PastInstant, Planner, Viewer
from catalog.domain import planning
from catalog.domain.policy import within_budget
from catalog.storage import orders

router = APIRouter(tags=["orders"])
Status = Literal["proposed", "approved", "received", "cancelled"]
LARGEST_ORDER = 2000  # lines; more would not fit the event


class LineOut(BaseModel):
    """One product of an order; `moq` and `multiple` bind a change of its quantity."""

    sku: str
    location: str
    name: str | None
    quantity: Decimal
    unit_cost: Decimal
    received: Decimal
    open: Annotated[Decimal, Field(description="Ordered and not received yet; none once the order is closed")]
    over: Annotated[Decimal, Field(description="Received beyond what was ordered")]
    moq: Decimal | None
    multiple: Decimal | None


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
    line_count: int
    lines: list[LineOut] = []


class ProposeIn(BaseModel):
    """For which supplier (all when left out), and how much may be spent in all."""

    supplier: Code | None = None
    budget: Annotated[Decimal | None, Field(ge=0, lt=Decimal("1e12"))] = None


class LineIn(BaseModel):
    """Another quantity of a product; zero takes it off the order."""

    sku: Sku
    location: Code = MAIN_LOCATION
    quantity: Annotated[Quantity, Field(ge=0)]


class ReceiveIn(BaseModel):
    """When the goods came; now when left out."""

    received_at: PastInstant | None = None


@router.get("/orders")
def list_orders(
    database: Db,
    _: Viewer,
    status: Annotated[Status | None, Query()] = None,
    supplier: Annotated[Code | None, Query()] = None,
    lines: Annotated[bool, Query(description="With their lines")] = True,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[OrderOut]:
    """Orders, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.transaction() as connection:
        found = orders.page(connection, status, supplier, (after[0], after[1]) if after else None, limit + 1)
        kept, following = pagination.page(found, limit, lambda row: [row["created_at"], row["id"]])
        if lines:
            kept = orders.with_lines(connection, kept)
    return Page(items=[OrderOut(**row) for row in kept], next_cursor=following)


@router.post("/orders", status_code=201)
def propose_orders(
    database: Db, given: ProposeIn, caller: Planner, idempotency_key: IdempotencyKey = None
) -> list[OrderOut]:
    """Propose one order a supplier. Open proposals of the same suppliers are replaced, so asking twice is once."""
    digest = idempotency.request_hash(["propose", given.model_dump(mode="json")])
    with database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, idempotency_key, digest)
        if before:
            return [OrderOut(**order) for order in before["response"]]
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
        answer = [OrderOut(**order) for order in proposed]
        idempotency.keep(
            connection, caller.id, idempotency_key, digest, 201, [order.model_dump(mode="json") for order in answer]
        )
    return answer


def _wanted(connection: Connection, given: ProposeIn) -> dict[str, tuple[list[orders.Line], date | None]]:
    known = {item.key: item for item in decided(connection, supplier=given.supplier) if item.decision.quantity > 0}
    bought = {key: item.decision.quantity for key, item in known.items()}
    if given.budget is not None:
        levels = {key: item.segment.service_level if item.segment else None for key, item in known.items()}
        bought = within_budget(
            [planning.candidate_of(item.row, item.decision, levels[key]) for key, item in known.items()],
            float(given.budget),
        )
    wanted: dict[str, tuple[list[orders.Line], date | None]] = {}
    for key, quantity in bought.items():
        if quantity > 0:
            row, order_by = known[key].row, known[key].decision.order_by
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
    writer.writerow(
        [
            "order",
            "supplier",
            "status",
            "order_by",
            "sku",
            "location",
            "quantity",
            "unit_cost",
            "value",
            "received",
            "open",
        ]
    )
    for order in found:
        for line in order["lines"]:
            cells = (order["id"], order["supplier"], order["status"], order["order_by"], line["sku"], line["location"])
            value = line["quantity"] * line["unit_cost"]
            came = (line["received"], line["open"])
            writer.writerow([*map(_safe, cells), line["quantity"], line["unit_cost"], value, *came])
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
        found = orders.with_lines(connection, orders.page(connection, status, supplier, None, 1000))
    return Response(
        _csv(found), media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="orders.csv"'}
    )


@router.get("/orders/{order_id}")
def get_order(database: Db, order_id: UUID, _: Viewer) -> OrderOut:
    """One order."""
    with database.transaction() as connection:
        return OrderOut(**orders.get(connection, order_id))


@router.put("/orders/{order_id}/lines")
def change_order_line(database: Db, order_id: UUID, given: LineIn, caller: Planner) -> OrderOut:
    """Change a proposal's quantity of a product, in whole packs of at least the MOQ; zero takes it off."""
    with database.transaction() as connection:
        order = orders.change_line(connection, order_id, given.sku, given.location, given.quantity)
        audit.record(
            connection, "catalog", caller.name, "order-changed", f"order {order_id}", sku=given.sku,
            quantity=str(given.quantity),
        )  # fmt: skip
        return OrderOut(**order)


@router.post("/orders/{order_id}/approve")
def approve_order(database: Db, order_id: UUID, caller: Planner, idempotency_key: IdempotencyKey = None) -> OrderOut:
    """Approve an order; twice is once, whatever the key. A repeated key gets the first answer again."""
    digest = idempotency.request_hash(["approve", str(order_id)])
    with database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, idempotency_key, digest)
        if before:
            return OrderOut(**before["response"])
        order, fresh = orders.approve(connection, order_id, caller.name)
        if fresh:
            audit.record(
                connection, "catalog", caller.name, "order-approved", f"order {order_id}", total=str(order["total"])
            )
        answer = OrderOut(**order)
        idempotency.keep(connection, caller.id, idempotency_key, digest, 200, answer.model_dump(mode="json"))
    return answer


@router.post("/orders/{order_id}/cancel")
def cancel_order(database: Db, order_id: UUID, caller: Planner) -> OrderOut:
    """Give up an order that nothing was received of."""
    with database.transaction() as connection:
        order = orders.cancel(connection, order_id)
        audit.record(connection, "catalog", caller.name, "order-cancelled", f"order {order_id}")
        return OrderOut(**order)


@router.post("/orders/{order_id}/close")
def close_order(database: Db, order_id: UUID, caller: Planner) -> OrderOut:
    """The rest of a partly received order will not come: nothing of it is on order any more; twice is once."""
    with database.transaction() as connection:
        order, missing = orders.close(connection, order_id)
        if missing:
            audit.record(connection, "catalog", caller.name, "order-closed", f"order {order_id}", missing=str(missing))
        return OrderOut(**order)


@router.post("/orders/{order_id}/receive")
def receive_order(database: Db, order_id: UUID, given: ReceiveIn, caller: Planner) -> OrderOut:
    """Receive what is open of an order: stock rises, and the supplier's lead time is learned; twice is once."""
    with database.transaction() as connection:
        if orders.get(connection, order_id)["status"] != "received":
            orders.receive(connection, order_id, given.received_at or datetime.now(UTC), caller.name)
        order = orders.get(connection, order_id)
        audit.record(connection, "catalog", caller.name, "order-received", f"order {order_id}")
        return OrderOut(**order)
