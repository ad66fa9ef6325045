"""Claims that wait, and claims that were refused."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Viewer
from contracts.types import Text
from fastapi import APIRouter, Query

from sales.api.models import RejectedSale, WaitingSale
from sales.storage import refusals, waiting

router = APIRouter(tags=["sales"])


@router.get("/sales/quarantine")
def list_quarantine(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[WaitingSale]:
    """Claims that wait for a product, a location or their original."""
    after = pagination.decode(cursor, UUID)
    with database.snapshot() as connection:
        found = waiting.page(connection, after[0] if after else None, limit + 1)
    kept, following = pagination.page([WaitingSale(**row) for row in found], limit, lambda item: [item.id])
    return Page(items=kept, next_cursor=following)


@router.get("/sales/rejected")
def list_rejected(
    database: Db,
    _: Viewer,
    source: Annotated[Text | None, Query()] = None,
    import_id: UUID | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[RejectedSale]:
    """Refused claims, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.snapshot() as connection:
        found = refusals.page(connection, source, import_id, (after[0], after[1]) if after else None, limit + 1)
    items = [RejectedSale(**row) for row in found]
    kept, following = pagination.page(items, limit, lambda item: [item.rejected_at, item.id])
    return Page(items=kept, next_cursor=following)
