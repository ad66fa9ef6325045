"""Suppliers and supply terms."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from chassis import audit, pagination
from chassis.database import Connection
from chassis.failures import Conflict, invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from contracts.types import Code, Name, Price, Quantity, Sku
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from catalog.api.models import Revision
from catalog.api.parameters import Db, IfMatch, Planner, Search, SkuFilter, Viewer, check_revision, like
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


class SupplierPut(SupplierIn):
    """The whole new content of a supplier."""

    revision: Revision = None


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


class TermPut(TermIn):
    """The whole new terms; the revision that was read, 0 where there were none."""

    revision: Revision = None


class TermOut(TermIn):
    """Terms as they are stored."""

    name: str | None
    generated: bool
    revision: int


@router.get("/suppliers")
def list_suppliers(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SupplierOut]:
    """Suppliers by code."""
    after = pagination.decode(cursor, str)
    with database.transaction() as connection:
        found = supply.suppliers(connection, after[0] if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["code"]])
    return Page(items=[_supplier_out(row) for row in kept], next_cursor=following)


def _supplier_out(row: Mapping[str, Any]) -> SupplierOut:
    return SupplierOut(**row, lead_time=lead_time_out(row))


def lead_time_out(row: Mapping[str, Any]) -> LeadTimeOut:
    """What counts of a supplier's lead times."""
    lead = planning.lead_of(row)
    return LeadTimeOut(
        source=lead.source, receipts=len(row["observed_days"]), mean=lead.mean, spread=lead.spread,
        shortest=min(lead.days), longest=max(lead.days),
    )  # fmt: skip


@router.post("/suppliers", status_code=201)
def create_supplier(database: Db, given: SupplierIn, caller: Planner) -> SupplierOut:
    """Create a supplier; 409 when its code is taken."""
    with database.transaction() as connection:
        supply.alone(connection, "supplier", given.code)
        if supply.supplier(connection, given.code):
            raise Conflict(f"There is a supplier {given.code} already.", code="code_taken")
        return _store_supplier(connection, given, caller.name, "supplier-created", {})


@router.put("/suppliers")
def put_supplier(database: Db, given: SupplierPut, caller: Planner, if_match: IfMatch = None) -> SupplierOut:
    """Change the supplier whose code the body names; 409 when it is no longer the revision that was read."""
    with database.transaction() as connection:
        supply.alone(connection, "supplier", given.code)
        before = supply.supplier(connection, given.code)
        if before is None:
            raise not_found(f"The supplier {given.code}")
        check_revision(before["revision"], given.revision, if_match)
        return _store_supplier(connection, given, caller.name, "supplier-changed", before)


def _store_supplier(
    connection: Connection, given: SupplierIn, actor: str, action: str, before: Mapping[str, Any]
) -> SupplierOut:
    content = given.model_dump(include=set(SupplierIn.model_fields))
    supply.put_supplier(connection, content | {"generated": False})
    audit.record(connection, "catalog", actor, action, f"supplier {given.code}", changed=_changed(before, content))
    return _supplier_out(supply.supplier(connection, given.code) or {})


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """What an edit changed, from what to what; nothing for something new."""
    return {name: f"{before[name]} → {value}" for name, value in after.items() if before and before[name] != value}


@router.get("/supply-terms")
def list_supply_terms(
    database: Db,
    _: Viewer,
    sku: SkuFilter = None,
    supplier: Annotated[Code | None, Query(description="Only what is bought from this supplier")] = None,
    q: Search = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[TermOut]:
    """Terms by code."""
    after = pagination.decode(cursor, str, str)
    filters = {"sku": sku, "supplier": supplier, "pattern": like(q)}
    with database.transaction() as connection:
        found = supply.terms(connection, filters, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"]])
    return Page(items=[_term_out(row) for row in kept], next_cursor=following)


def _term_out(row: Mapping[str, Any]) -> TermOut:
    return TermOut(**{**row, "location": row["location"] or None})


@router.put("/supply-terms")
def put_supply_term(database: Db, given: TermPut, caller: Planner, if_match: IfMatch = None) -> TermOut:
    """Say how a product is bought; 409 when the terms are no longer the revision that was read."""
    place = given.location or ""
    with database.transaction() as connection:
        if products.get(connection, given.sku) is None:
            raise invalid("sku", f"{given.sku} is no known product", "unknown_product")
        if supply.supplier(connection, given.supplier) is None:
            raise invalid("supplier", f"{given.supplier} is no known supplier", "unknown_supplier")
        supply.alone(connection, "supply_term", given.sku, place)
        before = supply.term(connection, given.sku, place)
        check_revision(before["revision"] if before else 0, given.revision, if_match)
        content = given.model_dump(include=set(TermIn.model_fields)) | {"location": place}
        supply.put_term(connection, content | {"generated": False})
        audit.record(
            connection, "catalog", caller.name, "supply-term-set", f"product {given.sku}", supplier=given.supplier,
            location=given.location, changed=_changed(before or {}, content),
        )  # fmt: skip
        return _term_out(supply.term(connection, given.sku, place) or {})
