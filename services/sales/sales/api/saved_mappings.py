"""Mappings that are kept by the columns of the files they were given for."""

from typing import Annotated

from chassis import pagination, saved_mappings
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Planner, Viewer
from fastapi import APIRouter, Path

from sales.application import saved_mappings as saving
from sales.application.saved_mappings import SavedMapping

router = APIRouter(tags=["imports"])
Fingerprint = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("/sales/import-mappings")
def list_saved_mappings(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SavedMapping]:
    """Mappings that were given, by which files of the same columns are read that come without one."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
        found = saved_mappings.page(connection, after[0] if after else "", limit + 1)
    items = [SavedMapping.model_validate(row) for row in found]
    kept, following = pagination.page(items, limit, lambda item: [item.fingerprint])
    return Page(items=kept, next_cursor=following)


@router.delete("/sales/import-mappings/{fingerprint}", status_code=204)
def forget_saved_mapping(database: Db, fingerprint: Fingerprint, caller: Planner) -> None:
    """Forget a mapping: files of these columns are read as any."""
    saving.forget(database, fingerprint, caller.actor)
