"""Classes of what sells: ABC by revenue, XYZ by variation."""

from typing import Annotated, Literal

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, LocationFilter, Search, SkuFilter, Viewer, like
from fastapi import APIRouter, Query
from pydantic import BaseModel

from catalog.api.decided_lists import key_of
from catalog.api.parameters import SegmentFilter
from catalog.domain.segments import SERVICE_LEVELS
from catalog.storage import segments

router = APIRouter(tags=["replenishment"])
Sort = Literal["sku", "-sku", "revenue", "-revenue", "share", "-share", "variation", "-variation"]


class SegmentOut(BaseModel):
    """A series' class, its service level, and what put it there."""

    sku: str
    location: str
    segment: str
    revenue: float
    share_before: float
    variation: float | None
    service_level: float


@router.get("/segments")
def list_segments(
    database: Db,
    _: Viewer,
    sku: SkuFilter = None,
    location: LocationFilter = None,
    segment: SegmentFilter = None,
    q: Search = None,
    sort: Annotated[Sort, Query()] = "sku",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[SegmentOut]:
    """ABC by revenue and XYZ by variation over the last 26 weeks with sales."""
    after = pagination.decode(cursor, str if sort.endswith("sku") else float, str, str)
    filters = {"sku": sku, "location": location, "segment": segment, "pattern": like(q)}
    with database.snapshot() as connection:
        found = segments.page(connection, filters, sort, after, limit + 1)
    kept, following = pagination.page(found, limit, key_of)
    items = [SegmentOut(**row, service_level=SERVICE_LEVELS[row["segment"]]) for row in kept]
    return Page(items=items, next_cursor=following)
