"""Mappings that are kept by the columns of the files they were given for."""

from chassis import saved_mappings
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Planner, Viewer
from chassis.saved_mappings import Fingerprint
from fastapi import APIRouter

from sales.application.saved_mappings import SavedMapping

router = APIRouter(tags=["imports"])


@router.get("/sales/import-mappings")
def list_saved_mappings(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SavedMapping]:
    """Mappings that were given, by which files of the same columns are read that come without one."""
    return saved_mappings.page(database, SavedMapping, limit, cursor)


@router.delete("/sales/import-mappings/{fingerprint}", status_code=204)
def forget_saved_mapping(database: Db, fingerprint: Fingerprint, caller: Planner) -> None:
    """Forget a mapping: files of these columns are read as any."""
    saved_mappings.forget(database, "sales", fingerprint, caller.actor)
