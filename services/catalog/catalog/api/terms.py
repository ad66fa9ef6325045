"""Supply terms: from whom a product comes, and how."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Search, SkuFilter, Viewer, like
from contracts.types import MAIN_LOCATION, Code, Price, Quantity, Sku
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from catalog.api.parameters import CatalogWriter, IfMatch, Revision, read_revision
from catalog.api.suppliers import Days
from catalog.application import supply as use
from catalog.storage import supply

router = APIRouter(tags=["supply"])
Amount = Annotated[Quantity, Field(ge=0)]


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
    supplier_sku: Annotated[Code | None, Field(description="What the supplier calls the product")] = None


class TermPut(TermIn):
    """The whole new terms; the revision that was read, 0 where there were none."""

    revision: Revision = None


class Bought(BaseModel):
    """A product at a location: the terms that are in force there are meant, its own or those for everywhere."""

    sku: Sku
    location: Code = MAIN_LOCATION


class TermChanges(BaseModel):
    """What changes of terms: only what is sent; null empties what may be empty."""

    supplier: Code = ""
    unit_cost: Price = Decimal(0)
    moq: Amount = Decimal(0)
    multiple: Annotated[Quantity, Field(gt=0)] = Decimal(1)
    shelf_life_days: Annotated[Days | None, Field(gt=0)] = None
    holding_rate: Annotated[Decimal, Field(ge=0, le=10, decimal_places=3)] = Decimal("0.2")
    service_level: Annotated[Decimal | None, Field(gt=0, lt=1, decimal_places=4)] = None


class TermsPatch(BaseModel):
    """The same changes for up to 1,000 products; all or none are made."""

    items: Annotated[list[Bought], Field(min_length=1, max_length=1_000)]
    changes: TermChanges
    was: Annotated[
        TermChanges | None, Field(description="What was read of what changes; 409 where another is stored")
    ] = None


class TermsChanged(BaseModel):
    """How many terms were changed: those for everywhere count once."""

    changed: int


class TermOut(TermIn):
    """Terms as they are stored."""

    name: str | None
    generated: bool
    revision: int


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
    with database.snapshot() as connection:
        found = supply.terms(connection, filters, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"]])
    return Page(items=[_term_out(row) for row in kept], next_cursor=following)


def _term_out(row: Mapping[str, Any]) -> TermOut:
    return TermOut(**{**row, "location": row["location"] or None})


@router.put("/supply-terms")
def put_supply_term(database: Db, given: TermPut, caller: CatalogWriter, if_match: IfMatch = None) -> TermOut:
    """Say how a product is bought; 409 when the terms are no longer the revision that was read."""
    content = given.model_dump(include=set(TermIn.model_fields))
    revision = read_revision(given.revision, if_match)
    return _term_out(use.put_supply_term(database, content, revision, caller.actor))


@router.patch("/supply-terms")
def change_supply_terms(database: Db, given: TermsPatch, caller: CatalogWriter) -> TermsChanged:
    """Change how many products are bought, only what is sent: the terms in force for each, which may be those for
    everywhere. Whatever else was changed meanwhile stays."""
    changes = given.changes.model_dump(exclude_unset=True)
    was = given.was.model_dump(exclude_unset=True) if given.was else {}
    items = [(item.sku, item.location) for item in given.items]
    return TermsChanged(changed=use.change_supply_terms(database, items, changes, caller.actor, was=was))
