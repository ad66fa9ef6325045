"""Prices and their history."""

from datetime import date

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, SkuFilter, Viewer
from contracts.types import Code, Price, Sku
from fastapi import APIRouter
from pydantic import BaseModel

from catalog.api.parameters import CatalogWriter
from catalog.application import pricing
from catalog.storage import prices

router = APIRouter(tags=["catalog"])


class PriceIn(BaseModel):
    """A price from a day on, at one location or everywhere."""

    sku: Sku
    location: Code | None = None
    price: Price
    valid_from: Day


class PriceOut(PriceIn):
    """A price of the history, and who set it."""

    set_by: str


@router.get("/prices")
def list_prices(
    database: Db, _: Viewer, sku: SkuFilter = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[PriceOut]:
    """The history of prices."""
    after = pagination.decode(cursor, str, str, date.fromisoformat)
    with database.snapshot() as connection:
        found = prices.page(connection, sku, (after[0], after[1], after[2]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"] or "", row["valid_from"]])
    return Page(items=[PriceOut(**row) for row in kept], next_cursor=following)


@router.post("/prices", status_code=201)
def set_price(database: Db, given: PriceIn, caller: CatalogWriter) -> PriceOut:
    """Set a price from a day on; the same day again replaces it."""
    pricing.set_price(database, **dict(given), actor=caller.actor)
    return PriceOut(**given.model_dump(), set_by=caller.actor)
