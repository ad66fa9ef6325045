"""Mappings that are kept by the kind and the columns of the files they were given for."""

from chassis import saved_mappings
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Planner, Viewer
from chassis.saved_mappings import Fingerprint
from fastapi import APIRouter

from catalog.application.imports.answers import SavedShopMapping

router = APIRouter(tags=["shop imports"])


@router.get("/shop-imports/mappings")
def list_shop_mappings(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SavedShopMapping]:
    """Mappings that were given, by which files of the same kind and columns are read that come without one."""
    return saved_mappings.page(database, SavedShopMapping, limit, cursor)


@router.delete("/shop-imports/mappings/{fingerprint}", status_code=204)
def forget_shop_mapping(database: Db, fingerprint: Fingerprint, caller: Planner) -> None:
    """Forget a mapping: files of the kind and these columns are read as any."""
    saved_mappings.forget(database, "catalog", fingerprint, caller.actor)
