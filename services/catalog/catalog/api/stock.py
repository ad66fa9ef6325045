"""Stock: levels, counts, adjustments, movements, and the sums that `almanac verify` compares."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, LocationFilter, Search, SkuFilter, Viewer, like
from contracts.types import MAIN_LOCATION, Code, Name, Quantity, Sku, Text
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from catalog.api.goods import Stored
from catalog.api.parameters import CatalogWriter, PastInstant
from catalog.application import stock as use
from catalog.domain.stock import Goods
from catalog.storage import stock

router = APIRouter(tags=["stock"])


class StockOut(BaseModel):
    """What is on hand of a counted series: the count plus what moved since."""

    sku: str
    location: str
    name: str | None = None
    category: str | None = None
    on_hand: Decimal
    counted: Decimal
    counted_at: datetime
    moved: Decimal
    updated_at: datetime


class CountIn(BaseModel):
    """What somebody counted. Without a time: now."""

    sku: Sku
    location: Code = MAIN_LOCATION
    quantity: Quantity
    counted_at: PastInstant | None = None


class CountsIn(BaseModel):
    """Up to 10,000 counts; all or none are stored."""

    items: Annotated[list[CountIn], Field(min_length=1, max_length=10_000)]


class AdjustmentIn(BaseModel):
    """A change of stock that is no sale: shrinkage (negative), a find (positive)."""

    sku: Sku
    location: Code = MAIN_LOCATION
    quantity: Quantity
    at: PastInstant | None = None
    reason: Text


class MovementOut(BaseModel):
    """Something that moved stock, or a count."""

    id: str
    kind: str
    sku: str
    location: str
    at: datetime
    quantity: Decimal
    reason: str | None
    actor: str


class StockTotals(BaseModel):
    """The sums of sales' effects on stock, to compare with the ledger's."""

    entries: int
    movements: int
    units: Decimal
    amount: Decimal


@router.get("/stock")
def list_stock(
    database: Db,
    _: Viewer,
    sku: SkuFilter = None,
    location: LocationFilter = None,
    category: Annotated[Name | None, Query(description="Only this category")] = None,
    q: Search = None,
    negative: Annotated[bool | None, Query(description="Only what is below zero (or not)")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[StockOut]:
    """What is on hand of every counted series."""
    after = pagination.decode(cursor, str, str)
    filters = {"sku": sku, "location": location, "category": category, "pattern": like(q)}
    with database.snapshot() as connection:
        found = stock.page(connection, filters, negative, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"]])
    return Page(items=[StockOut(**row) for row in kept], next_cursor=following)


@router.get("/stock/totals")
def get_stock_totals(database: Db, _: Viewer) -> StockTotals:
    """The sums of all sales' effects."""
    with database.snapshot() as connection:
        return StockTotals(**stock.totals(connection))


@router.post("/stock/counts", status_code=201)
def count_stock(database: Db, given: CountsIn, caller: CatalogWriter) -> Stored:
    """Store counts; what is on hand starts from the last one of each series."""
    counts = [(Goods(item.sku, item.location, item.quantity), item.counted_at) for item in given.items]
    return Stored(stored=use.count_stock(database, counts, caller.actor))


@router.post("/stock/adjustments", status_code=201)
def adjust_stock(database: Db, given: AdjustmentIn, caller: CatalogWriter) -> Stored:
    """Change what is on hand, with a reason."""
    goods = Goods(given.sku, given.location, given.quantity)
    use.adjust_stock(database, goods, given.at, given.reason, caller.actor)
    return Stored(stored=1)


@router.get("/stock/{sku}/movements")
def list_stock_movements(
    database: Db,
    sku: Annotated[Sku, Path()],
    _: Viewer,
    location: LocationFilter = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[MovementOut]:
    """Everything that moved a product's stock, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, str)
    with database.snapshot() as connection:
        found = stock.movements(connection, sku, location, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["at"], row["id"]])
    return Page(items=[MovementOut(**row) for row in kept], next_cursor=following)
