"""Stock: levels, counts, adjustments, movements, and the sums that `almanac verify` compares."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from chassis import audit, pagination
from chassis.pagination import Cursor, Limit, Page
from contracts.types import Sku
from fastapi import APIRouter, Path, Query

from catalog.api.models import AdjustmentIn, CountsIn, MovementOut, StockOut, StockTotals, Stored
from catalog.api.parameters import Db, LocationFilter, Planner, SkuFilter, Viewer
from catalog.api.products import known_products
from catalog.storage import places, stock

router = APIRouter(tags=["stock"])


@router.get("/stock")
def list_stock(
    database: Db,
    _: Viewer,
    sku: SkuFilter = None,
    location: LocationFilter = None,
    negative: Annotated[bool | None, Query(description="Only what is below zero (or not)")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[StockOut]:
    """What is on hand of every counted series."""
    after = pagination.decode(cursor, str, str)
    with database.transaction() as connection:
        found = stock.page(
            connection, {"sku": sku, "location": location}, negative, (after[0], after[1]) if after else None, limit + 1
        )
    kept, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"]])
    return Page(items=[StockOut(**row) for row in kept], next_cursor=following)


@router.get("/stock/totals")
def get_stock_totals(database: Db, _: Viewer) -> StockTotals:
    """The sums of all sales' effects."""
    with database.snapshot() as connection:
        return StockTotals(**stock.totals(connection))


@router.post("/stock/counts", status_code=201)
def count_stock(database: Db, given: CountsIn, caller: Planner) -> Stored:
    """Store counts; what is on hand starts from the last one of each series."""
    now = datetime.now(UTC)
    with database.transaction() as connection:
        stock.lock(connection, exclusive=True)
        known_products(connection, [item.sku for item in given.items])
        places.ensure(connection, {item.location for item in given.items})
        entries = [
            stock.Entry(
                uuid4(), "count", item.sku, item.location, item.quantity, item.counted_at or now, None, caller.name
            )
            for item in given.items
        ]
        stock.enter(connection, entries)
        audit.record(connection, "catalog", caller.name, "stock-counted", f"{len(entries)} counts")
    return Stored(stored=len(given.items))


@router.post("/stock/adjustments", status_code=201)
def adjust_stock(database: Db, given: AdjustmentIn, caller: Planner) -> Stored:
    """Change what is on hand, with a reason."""
    with database.transaction() as connection:
        stock.lock(connection, exclusive=True)
        known_products(connection, [given.sku])
        at = given.at or datetime.now(UTC)
        entry = stock.Entry(
            uuid4(), "adjustment", given.sku, given.location, given.quantity, at, given.reason, caller.name
        )
        stock.enter(connection, [entry])
        audit.record(
            connection, "catalog", caller.name, "stock-adjusted", f"product {given.sku}",
            quantity=str(given.quantity), reason=given.reason,
        )  # fmt: skip
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
    with database.transaction() as connection:
        found = stock.movements(connection, sku, location, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["at"], row["id"]])
    return Page(items=[MovementOut(**row) for row in kept], next_cursor=following)
