"""What the policy says of every series: decisions, the whole by supplier and class, excess, classes."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from contracts.types import Code
from fastapi import APIRouter, Query
from pydantic import BaseModel

from catalog.api.decided import Decided, SegmentOut, decided, segments
from catalog.api.parameters import Db, LocationFilter, SkuFilter, Viewer
from catalog.api.supply import LeadTimeOut, lead_time_out
from catalog.domain.segments import SERVICE_LEVELS
from catalog.storage import supply

router = APIRouter(tags=["replenishment"])


class Replenishment(BaseModel):
    """The decision for a series; `inputs` opens every number to what it came from."""

    sku: str
    location: str
    name: str
    supplier: str
    as_of: date
    segment: str | None
    on_hand: Decimal
    on_order: Decimal
    reserved: Decimal
    quantity: float
    reorder_point: float
    order_up_to: float
    safety_stock: float
    expected_demand: float
    days_of_cover: float | None
    order_by: date | None
    order_value: float
    short_units: float
    revenue_at_risk: float
    reason: str
    inputs: dict[str, Any]


class Excess(BaseModel):
    """Stock beyond what the policy would hold."""

    sku: str
    location: str
    name: str
    on_hand: Decimal
    order_up_to: float
    excess: float
    value: float
    days_of_cover: float | None


class SupplierNeed(BaseModel):
    """What a supplier's products need now, and how long it takes."""

    supplier: str
    name: str
    lead_time: LeadTimeOut
    review_days: float
    series: int
    lines: int
    value: float
    due: int
    order_by: date | None


class ClassOut(BaseModel):
    """A cell of the ABC/XYZ matrix: how many series, what they sell, what lies of them, what service they get."""

    segment: str
    service_level: float
    series: int
    revenue: float
    stock_value: float
    order_value: float


class Summary(BaseModel):
    """Stock and need as a whole; `due` are lines to be ordered within a week of `as_of`."""

    as_of: date | None
    series: int
    inventory_value: float
    excess_value: float
    excess_series: int
    revenue_at_risk: float
    at_risk_series: int
    due: int
    due_value: float
    suppliers: list[SupplierNeed]
    classes: list[ClassOut]


def shown(item: Decided) -> Replenishment:
    """A decision with everything that made it."""
    row, decision = item.row, item.decision
    return Replenishment(
        **{name: row[name] for name in ("sku", "location", "name", "supplier", "as_of", "on_hand", "on_order",
                                        "reserved")},
        segment=item.segment.segment if item.segment else None, order_value=item.order_value,
        quantity=decision.quantity, reorder_point=decision.reorder_point, order_up_to=decision.order_up_to,
        safety_stock=decision.safety_stock, expected_demand=decision.expected_demand,
        days_of_cover=decision.days_of_cover, order_by=decision.order_by, short_units=decision.short_units,
        revenue_at_risk=item.at_risk, reason=decision.reason,
        inputs=decision.inputs | {"run_id": str(row["run_id"]), "sum_quantiles": row["sums"]},
    )  # fmt: skip


@router.get("/replenishment")
def list_replenishment(
    database: Db,
    _: Viewer,
    sku: SkuFilter = None,
    location: LocationFilter = None,
    supplier: Annotated[Code | None, Query()] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Replenishment]:
    """What to order of each counted, forecast series that has supply terms, and why."""
    after = pagination.decode(cursor, str, str)
    with database.snapshot() as connection:
        found = decided(
            connection, sku=sku, location=location, supplier=supplier,
            after=(after[0], after[1]) if after else None, limit=limit + 1,
        )  # fmt: skip
    kept, following = pagination.page(found, limit, lambda item: [item.row["sku"], item.row["location"]])
    return Page(items=[shown(item) for item in kept], next_cursor=following)


@router.get("/replenishment/summary")
def get_replenishment_summary(database: Db, _: Viewer) -> Summary:
    """What is to be ordered, at risk and too much: as a whole, by supplier, by class."""
    with database.snapshot() as connection:
        found = decided(connection)
        suppliers = {row["code"]: row for row in supply.suppliers(connection, None, 10_000)}
    by_supplier, by_class = defaultdict(list), defaultdict(list)
    for item in found:
        by_supplier[item.row["supplier"]].append(item)
        by_class[item.segment.segment if item.segment else "CZ"].append(item)
    due = [item for item in found if item.due]
    return Summary(
        as_of=max((item.row["as_of"] for item in found), default=None), series=len(found),
        inventory_value=sum(_stock_value(item) for item in found),
        excess_value=sum(item.excess_value for item in found), excess_series=sum(item.excess > 0 for item in found),
        revenue_at_risk=sum(item.at_risk for item in found), due=len(due),
        at_risk_series=sum(item.at_risk >= 1 for item in found), due_value=sum(item.order_value for item in due),
        suppliers=[_need(suppliers[code], items) for code, items in sorted(by_supplier.items())],
        classes=[
            ClassOut(
                segment=name, service_level=level, series=len(by_class[name]),
                revenue=sum(item.segment.revenue for item in by_class[name] if item.segment),
                stock_value=sum(_stock_value(item) for item in by_class[name]),
                order_value=sum(item.order_value for item in by_class[name]),
            )
            for name, level in SERVICE_LEVELS.items()
        ],
    )  # fmt: skip


def _stock_value(item: Decided) -> float:
    return max(0.0, float(item.row["on_hand"])) * float(item.row["unit_cost"])


def _need(supplier: dict[str, Any], items: list[Decided]) -> SupplierNeed:
    wanted = [item for item in items if item.decision.quantity > 0]
    return SupplierNeed(
        supplier=supplier["code"], name=supplier["name"], lead_time=lead_time_out(supplier), series=len(items),
        review_days=float(supplier["review_days"]), lines=len(wanted), value=sum(item.order_value for item in wanted),
        due=sum(item.due for item in wanted),
        order_by=min((item.decision.order_by for item in wanted if item.decision.order_by), default=None),
    )  # fmt: skip


@router.get("/excess")
def list_excess(database: Db, _: Viewer, limit: Limit = 100) -> Page[Excess]:
    """Stock beyond the order-up-to level, the most money first."""
    with database.snapshot() as connection:
        found = [item for item in decided(connection) if item.excess > 0]
    return Page(
        items=[
            Excess(
                **{name: item.row[name] for name in ("sku", "location", "name", "on_hand")},
                order_up_to=item.decision.order_up_to, excess=item.excess, value=item.excess_value,
                days_of_cover=item.decision.days_of_cover,
            )
            for item in sorted(found, key=lambda item: -item.excess_value)[:limit]
        ]
    )  # fmt: skip


@router.get("/segments")
def list_segments(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SegmentOut]:
    """ABC by revenue and XYZ by variation over the last 26 weeks with sales."""
    after = pagination.decode(cursor, str, str)
    with database.snapshot() as connection:
        found = [item for key, item in segments(connection).items() if not after or key > (after[0], after[1])]
    kept, following = pagination.page(found, limit, lambda item: [item.sku, item.location])
    return Page(items=kept, next_cursor=following)
