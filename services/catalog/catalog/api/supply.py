"""Suppliers, supply terms, and what the policy says of every series."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from chassis import audit, pagination
from chassis.database import Connection
from chassis.pagination import Cursor, Limit, Page
from chassis.problems import Problem, invalid, not_found
from contracts.types import Code, Name, Price, Quantity, Sku
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from catalog.api.parameters import Db, LocationFilter, Planner, SkuFilter, Viewer
from catalog.domain import planning
from catalog.domain.policy import Decision
from catalog.domain.segments import SERVICE_LEVELS, classify
from catalog.storage import products, supply

router = APIRouter(tags=["replenishment"])
Days = Annotated[Decimal, Field(ge=0, le=3650, decimal_places=1)]
Amount = Annotated[Quantity, Field(ge=0)]
SEGMENT_WEEKS = 26


class SupplierIn(BaseModel):
    """A supplier and the lead time it states, which counts until five receipts show another."""

    code: Code
    name: Name
    lead_days: Days
    lead_spread_days: Days = Decimal(0)
    review_days: Days = Decimal(7)


class SupplierOut(SupplierIn):
    """A supplier with the lead times that receipts showed."""

    generated: bool
    revision: int
    observed_days: list[Decimal]


class TermIn(BaseModel):
    """How a product is bought; no location means everywhere."""

    sku: Sku
    location: Code | None = None
    supplier: Code
    unit_cost: Price
    moq: Amount = Decimal(0)
    multiple: Annotated[Quantity, Field(gt=0)] = Decimal(1)
    shelf_life_days: Annotated[Days | None, Field(gt=0)] = None
    holding_rate: Annotated[Decimal, Field(ge=0, le=10, decimal_places=3)] = Decimal("0.2")
    service_level: Annotated[Decimal | None, Field(gt=0, lt=1, decimal_places=4)] = None


class TermOut(TermIn):
    """Terms as they are stored."""

    generated: bool
    revision: int


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


class SegmentOut(BaseModel):
    """A series' class, its service level, and what put it there."""

    sku: str
    location: str
    segment: str
    revenue: float
    share_before: float
    variation: float | None
    service_level: float


def segments(connection: Connection) -> dict[tuple[str, str], SegmentOut]:
    """The class of every series that sold in the last half year."""
    sold = supply.sales_by_week(connection, SEGMENT_WEEKS)
    weekly = []
    for row in sold:
        units = [0.0] * SEGMENT_WEEKS
        for ago, amount in zip(row["ago"], row["units"], strict=True):
            units[min(ago, SEGMENT_WEEKS - 1)] += float(amount)
        weekly.append(units)
    found = classify([float(row["revenue"]) for row in sold], weekly)
    return {
        (row["sku"], row["location"]): SegmentOut(
            sku=row["sku"], location=row["location"], segment=segment.name, revenue=segment.revenue,
            share_before=segment.share_before, variation=segment.variation, service_level=SERVICE_LEVELS[segment.name],
        )
        for row, segment in zip(sold, found, strict=True)
    }  # fmt: skip


def class_level(classes: dict[tuple[str, str], SegmentOut], row: dict[str, Any]) -> float | None:
    """The service level of the series' class."""
    found = classes.get((row["sku"], row["location"]))
    return found.service_level if found else None


def _shown(row: dict[str, Any], decision: Decision, segment: SegmentOut | None) -> Replenishment:
    return Replenishment(
        **{name: row[name] for name in ("sku", "location", "name", "supplier", "as_of", "on_hand", "on_order",
                                        "reserved")},
        segment=segment.segment if segment else None, order_value=decision.quantity * float(row["unit_cost"]),
        quantity=decision.quantity, reorder_point=decision.reorder_point, order_up_to=decision.order_up_to,
        safety_stock=decision.safety_stock, expected_demand=decision.expected_demand,
        days_of_cover=decision.days_of_cover, order_by=decision.order_by, reason=decision.reason,
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
        found = supply.situations(
            connection, sku=sku, location=location, supplier=supplier,
            after=(after[0], after[1]) if after else None, limit=limit + 1,
        )  # fmt: skip
        classes = segments(connection) if found else {}
    kept, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"]])
    return Page(
        items=[
            _shown(
                row, planning.decision_of(row, class_level(classes, row)), classes.get((row["sku"], row["location"]))
            )
            for row in kept
        ],
        next_cursor=following,
    )


@router.get("/excess")
def list_excess(database: Db, _: Viewer, limit: Limit = 100) -> Page[Excess]:
    """Stock beyond the order-up-to level, the most money first."""
    with database.snapshot() as connection:
        found = supply.situations(connection)
        classes = segments(connection)
    items = []
    for row in found:
        decision = planning.decision_of(row, class_level(classes, row))
        excess = float(row["on_hand"]) - decision.order_up_to
        if excess > 0:
            items.append(
                Excess(
                    sku=row["sku"], location=row["location"], name=row["name"], on_hand=row["on_hand"],
                    order_up_to=decision.order_up_to, excess=excess, value=excess * float(row["unit_cost"]),
                    days_of_cover=decision.days_of_cover,
                )
            )  # fmt: skip
    return Page(items=sorted(items, key=lambda item: -item.value)[:limit])


@router.get("/segments")
def list_segments(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SegmentOut]:
    """ABC by revenue and XYZ by variation over the last 26 weeks with sales."""
    after = pagination.decode(cursor, str, str)
    with database.snapshot() as connection:
        found = [item for key, item in segments(connection).items() if not after or key > (after[0], after[1])]
    kept, following = pagination.page(found, limit, lambda item: [item.sku, item.location])
    return Page(items=kept, next_cursor=following)


@router.get("/suppliers")
def list_suppliers(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SupplierOut]:
    """Suppliers by code."""
    after = pagination.decode(cursor, str)
    with database.transaction() as connection:
        found = supply.suppliers(connection, after[0] if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["code"]])
    return Page(items=[SupplierOut(**row) for row in kept], next_cursor=following)


@router.post("/suppliers", status_code=201)
def create_supplier(database: Db, given: SupplierIn, caller: Planner) -> SupplierIn:
    """Create a supplier; 409 when its code is taken."""
    with database.transaction() as connection:
        if supply.supplier(connection, given.code):
            raise Problem(409, f"There is a supplier {given.code} already.", code="code_taken")
        supply.put_supplier(connection, given.model_dump() | {"generated": False})
        audit.record(connection, "catalog", caller.name, "supplier-created", f"supplier {given.code}")
    return given


@router.put("/suppliers")
def put_supplier(database: Db, given: SupplierIn, caller: Planner) -> SupplierIn:
    """Change the supplier whose code the body names."""
    with database.transaction() as connection:
        if supply.supplier(connection, given.code) is None:
            raise not_found(f"The supplier {given.code}")
        supply.put_supplier(connection, given.model_dump() | {"generated": False})
        audit.record(connection, "catalog", caller.name, "supplier-changed", f"supplier {given.code}")
    return given


@router.get("/supply-terms")
def list_supply_terms(
    database: Db, _: Viewer, sku: SkuFilter = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[TermOut]:
    """Terms by code."""
    after = pagination.decode(cursor, str, str)
    with database.transaction() as connection:
        found = supply.terms(connection, sku, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"]])
    return Page(items=[TermOut(**row | {"location": row["location"] or None}) for row in kept], next_cursor=following)


@router.put("/supply-terms")
def put_supply_term(database: Db, given: TermIn, caller: Planner) -> TermIn:
    """Say how a product is bought."""
    with database.transaction() as connection:
        if products.get(connection, given.sku) is None:
            raise invalid("sku", f"{given.sku} is no known product", "unknown_product")
        if supply.supplier(connection, given.supplier) is None:
            raise invalid("supplier", f"{given.supplier} is no known supplier", "unknown_supplier")
        supply.put_term(connection, given.model_dump() | {"location": given.location or "", "generated": False})
        audit.record(
            connection, "catalog", caller.name, "supply-term-set", f"product {given.sku}", supplier=given.supplier
        )
    return given
