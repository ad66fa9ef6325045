"""Categories: no table of their own, but what products say."""

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Viewer
from fastapi import APIRouter
from pydantic import BaseModel

from catalog.storage import products

router = APIRouter(tags=["products"])


class CategoryOut(BaseModel):
    """A category, and how many products that are sold are of it."""

    category: str
    products: int


@router.get("/categories")
def list_categories(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[CategoryOut]:
    """Categories of what is sold, by name."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
        found = products.categories(connection, after[0] if after else "", limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["category"]])
    return Page(items=[CategoryOut(**row) for row in kept], next_cursor=following)
