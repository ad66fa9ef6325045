"""Suppliers and supply terms."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from chassis import audit, pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.problems import Problem, invalid, not_found
from contracts.types import Code, Name, Price, Quantity, Sku
from fastapi import APIRouter
from pydantic import BaseModel, Field

from catalog.api.parameters import Db, Planner, SkuFilter, Viewer
from catalog.domain import planning
from catalog.storage import products, supply

router = APIRouter(tags=["supply"])
Days = Annotated[Decimal, Field(ge=0, le=3650, decimal_places=1)]
Amount = Annotated[Quantity, Field(ge=0)]


class SupplierIn(BaseModel):
    """A supplier and the lead time it states, which counts until five receipts show another."""

    code: Code
    name: Name
    lead_days: Days
    lead_spread_days: Days = Decimal(0)
    review_days: Days = Decimal(7)


class LeadTimeOut(BaseModel):
    """The lead time that counts now, in days, and whether receipts or the supplier's statement gave it."""

    source: str
    receipts: int
    mean: float
    spread: float
    shortest: float
    longest: float


class SupplierOut(SupplierIn):
    """A supplier with the lead times that receipts showed."""

    generated: bool
    revision: int
    observed_days: list[Decimal]
    lead_time: LeadTimeOut


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
    stockout_cost: Annotated[
        Price | None, Field(description="What lacking one unit costs; decides the service level where none is set")
    ] = None


class TermOut(TermIn):
    """Terms as they are stored."""

    generated: bool
    revision: int


@router.get("/suppliers")
def list_suppliers(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SupplierOut]:
    """Suppliers by code."""
    after = pagination.decode(cursor, str)
    with database.transaction() as connection:
        found = supply.suppliers(connection, after[0] if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["code"]])
    return Page(items=[SupplierOut(**row, lead_time=lead_time_out(row)) for row in kept], next_cursor=following)


def lead_time_out(row: Mapping[str, Any]) -> LeadTimeOut:
    """What counts of a supplier's lead times."""
    lead = planning.lead_of(row)
    return LeadTimeOut(
        source=lead.source, receipts=len(row["observed_days"]), mean=lead.mean, spread=lead.spread,
        shortest=min(lead.days), longest=max(lead.days),
    )  # fmt: skip


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
