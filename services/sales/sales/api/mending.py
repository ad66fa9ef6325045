"""What can be done about an import that has ended: mend its failed lines and run them again, or take it back whole."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Viewer
from chassis.security import Principal, Role, require
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from sales.application import follow_import, mend_import, undo_import
from sales.application.import_answers import ImportOut, KeptEntry, LineCells, MendOut
from sales.domain.claims import Horizon
from sales.storage import undoing

router = APIRouter(tags=["imports"])
Writer = Annotated[Principal, Depends(require(Role.PLANNER, "sales:write"))]


class MendIn(BaseModel):
    """Corrected cells of failed lines. Without lines all failed lines are run again as they are.

    `dry_run`: only say how the lines would read.
    """

    lines: list[LineCells] = Field(default_factory=list, max_length=1000)
    dry_run: bool = False


@router.post("/imports/{import_id}/mend", status_code=202)
def mend_import_lines(request: Request, database: Db, import_id: UUID, given: MendIn, caller: Writer) -> MendOut:
    """Correct failed lines in place and run them again; `GET /imports/{id}` says in `mend` how far that is.

    May be repeated: no line is recorded twice.
    """
    changed = {one.line: one.cells for one in given.lines}
    horizon = Horizon(request.app.state.settings.zone, datetime.now(UTC))
    if given.dry_run:
        return mend_import.check_lines(database, import_id, changed, horizon)
    return mend_import.mend_lines(database, import_id, changed, caller.actor, caller.source, horizon)


@router.post("/imports/{import_id}/mend/cancel")
def cancel_mend(database: Db, import_id: UUID, caller: Writer) -> ImportOut:
    """Stop running failed lines again; what was recorded stays recorded."""
    return mend_import.cancel_mend(database, import_id, caller.actor, caller.source)


@router.post("/imports/{import_id}/undo", status_code=202)
def undo_whole_import(database: Db, import_id: UUID, caller: Writer) -> ImportOut:
    """Take a whole import back: its sales are voided, what waits is withdrawn, what is still on its way is refused.

    Products that were made and stock that was counted by the file stay. `undo` says how far it is. May be repeated,
    also after a cancel: it goes on. The file may be imported again afterwards, as if it had never come.
    """
    return undo_import.undo_import(database, import_id, caller.actor, caller.source)


@router.post("/imports/{import_id}/undo/cancel")
def cancel_undo(database: Db, import_id: UUID, caller: Writer) -> ImportOut:
    """Stop taking it back; what was voided stays so."""
    return undo_import.cancel_undo(database, import_id, caller.actor, caller.source)


@router.get("/imports/{import_id}/kept")
def list_kept_entries(
    database: Db, import_id: UUID, _: Viewer, limit: Limit = 100, cursor: Cursor = None
) -> Page[KeptEntry]:
    """Entries of an import that its undo leaves as they are, in the file's order: somebody has corrected them since, or
    they correct or void others. Correct or void these by hand."""
    after = pagination.decode(cursor, int)
    with database.snapshot() as connection:
        follow_import.existing(connection, import_id)
        found = undoing.kept_entries(connection, import_id, min(after[0], 2**31 - 1) if after else -1, limit + 1)
    kept, following = pagination.page([KeptEntry(**row) for row in found], limit, lambda item: [item.line])
    return Page(items=kept, next_cursor=following)
