"""Following and cancelling imports, and the lines that became no sale."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis import pagination
from chassis.database import Database
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Viewer
from chassis.security import Principal, Role, require
from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from sales.application import follow_import
from sales.application.import_answers import ImportOut, RejectedLine
from sales.storage import imports

router = APIRouter(tags=["imports"])
Writer = Annotated[Principal, Depends(require(Role.PLANNER, "sales:write"))]
_LINES = 5000  # of a file of errors that are read at once


@router.get("/imports")
def list_imports(database: Db, _: Viewer, limit: Limit = 50, cursor: Cursor = None) -> Page[ImportOut]:
    """Imports, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.snapshot() as connection:
        found = imports.page(connection, (after[0], after[1]) if after else None, limit + 1)
        kept, following = pagination.page(found, limit, lambda row: [row["created_at"], row["id"]])
        return Page(items=[follow_import.shown(connection, row) for row in kept], next_cursor=following)


@router.get("/imports/{import_id}")
def get_import(database: Db, import_id: UUID, _: Viewer) -> ImportOut:
    """One import."""
    with database.snapshot() as connection:
        return follow_import.shown(connection, follow_import.existing(connection, import_id))


@router.post("/imports/{import_id}/cancel")
def cancel_import(database: Db, import_id: UUID, caller: Writer) -> ImportOut:
    """Stop sending lines; what was recorded stays recorded."""
    return follow_import.cancel_import(database, import_id, caller.actor, caller.source)


@router.get("/imports/{import_id}/errors")
def list_import_errors(
    database: Db, import_id: UUID, _: Viewer, limit: Limit = 100, cursor: Cursor = None
) -> Page[RejectedLine]:
    """Lines that became no sale, in the file's order, with their cells: `POST /imports/{id}/mend` corrects them."""
    after = pagination.decode(cursor, int)
    with database.snapshot() as connection:
        row = follow_import.existing(connection, import_id)
        found = follow_import.failed(connection, row, min(after[0], 2**31 - 1) if after else 0, limit + 1)
    kept, following = pagination.page(found, limit, lambda item: [item.line])
    return Page(items=kept, next_cursor=following)


@router.get("/imports/{import_id}/errors.csv", response_class=StreamingResponse)
def export_import_errors(database: Db, import_id: UUID, _: Viewer) -> StreamingResponse:
    """All rejected lines as CSV."""
    with database.snapshot() as connection:
        names = follow_import.columns(follow_import.existing(connection, import_id))
    return StreamingResponse(_csv(database, import_id, names), media_type="text/csv")


def _csv(database: Database, import_id: UUID, names: dict[str, str]) -> Iterator[str]:
    yield "line,code,column,message,content\r\n"
    after: int | None = 0
    while after is not None:
        with database.snapshot() as connection:
            after, lines = imports.rejected_csv(connection, import_id, after, _LINES, names)
        yield lines
