"""Suppliers, and the lead times that count of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Viewer
from contracts.types import Code, Name
from fastapi import APIRouter
from pydantic import BaseModel, Field

from catalog.api.parameters import CatalogWriter, IfMatch, Revision, read_revision
from catalog.application import supply as use
from catalog.domain import planning
from catalog.storage import supply

router = APIRouter(tags=["supply"])
Days = Annotated[Decimal, Field(ge=0, le=3650, decimal_places=1)]


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


@router.get("/suppliers")
def list_suppliers(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SupplierOut]:
    """Suppliers by code."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
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
def create_supplier(database: Db, given: SupplierIn, caller: CatalogWriter) -> SupplierOut:
    """Create a supplier; 409 when its code is taken."""
    return _supplier_out(use.create_supplier(database, _content(given), caller.actor))


@router.put("/suppliers")
def put_supplier(database: Db, given: SupplierPut, caller: CatalogWriter, if_match: IfMatch = None) -> SupplierOut:
    """Change the supplier whose code the body names; 409 when it is no longer the revision that was read."""
    revision = read_revision(given.revision, if_match)
    return _supplier_out(use.put_supplier(database, _content(given), revision, caller.actor))


def _content(given: SupplierIn) -> dict[str, Any]:
    return given.model_dump(include=set(SupplierIn.model_fields))
