"""Claims that wait, and claims that were refused."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.security import Principal, Role, require
from contracts.types import Text
from fastapi import APIRouter, Depends, Query, Request

from sales.api.models import RejectedSale, WaitingSale
from sales.storage import refusals, waiting

router = APIRouter(tags=["sales"])
Reader = Annotated[Principal, Depends(require(Role.VIEWER, "read"))]


@router.get("/sales/quarantine")
def list_quarantine(request: Request, _: Reader, limit: Limit = 100, cursor: Cursor = None) -> Page[WaitingSale]:
    """Claims that wait for a product, a location or their original."""
    after = pagination.decode(cursor, UUID)
    with request.app.state.database.snapshot() as connection:
        found = waiting.page(connection, after[0] if after else None, limit + 1)
    kept, following = pagination.page([WaitingSale(**row) for row in found], limit, lambda item: [item.id])
    return Page(items=kept, next_cursor=following)


@router.get("/sales/rejected")
def list_rejected(
    request: Request,
    _: Reader,
    source: Annotated[Text | None, Query()] = None,
    import_id: UUID | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[RejectedSale]:
    """Refused claims, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with request.app.state.database.snapshot() as connection:
        found = refusals.page(connection, source, import_id, (after[0], after[1]) if after else None, limit + 1)
    items = [RejectedSale(**row) for row in found]
    kept, following = pagination.page(items, limit, lambda item: [item.rejected_at, item.id])
    return Page(items=kept, next_cursor=following)
