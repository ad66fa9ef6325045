"""Claims that wait, which may be withdrawn, and claims that were refused."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Viewer
from chassis.security import Principal, Role, require
from contracts.types import Text
from fastapi import APIRouter, Depends, Query

from sales.api.models import RejectedSale, WaitingSale, WithdrawIn
from sales.application import withdraw_claim as withdrawing
from sales.storage import refusals, waiting

router = APIRouter(tags=["sales"])
Writer = Annotated[Principal, Depends(require(Role.PLANNER, "sales:write"))]


@router.get("/sales/quarantine")
def list_quarantine(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[WaitingSale]:
    """Claims that wait for a product, a location or their original."""
    after = pagination.decode(cursor, UUID)
    with database.snapshot() as connection:
        found = waiting.page(connection, after[0] if after else None, limit + 1)
    kept, following = pagination.page([WaitingSale(**row) for row in found], limit, lambda item: [item.id])
    return Page(items=kept, next_cursor=following)


@router.post("/sales/quarantine/{sale_id}/withdraw", status_code=204)
def withdraw_claim(database: Db, sale_id: UUID, given: WithdrawIn, caller: Writer) -> None:
    """A claim that waits is to wait no more: it is refused (`withdrawn`), and its id is free again."""
    withdrawing.withdraw_claim(database, sale_id, given.reason, caller.actor, caller.source)


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
