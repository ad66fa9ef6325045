"""The audit trail: for administrators."""

from datetime import datetime
from typing import Annotated

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Search, like
from contracts.types import WRITTEN_OUT, Text
from fastapi import APIRouter, Query

from auth.api.callers import Admin
from auth.api.models import AuditOut
from auth.storage import trail

router = APIRouter(tags=["administration"])


@router.get("/audit")
def list_audit(
    database: Db,
    _: Admin,
    actor: Annotated[Text | None, Query()] = None,
    action: Annotated[Text | None, Query()] = None,
    service: Annotated[Text | None, Query()] = None,
    since: Annotated[datetime | None, WRITTEN_OUT, Query()] = None,
    q: Search = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[AuditOut]:
    """The trail, newest first."""
    after = pagination.decode(cursor, int)
    with database.snapshot() as connection:
        found = trail.page(
            connection, after[0] if after else None, limit + 1,
            actor=actor, action=action, service=service, since=since, q=like(q),
        )  # fmt: skip
    kept, following = pagination.page(found, limit, lambda entry: [entry.sequence])
    return Page(items=[AuditOut(**entry.model_dump()) for entry in kept], next_cursor=following)
