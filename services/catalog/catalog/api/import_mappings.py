"""Mappings that are kept by the kind and the columns of the files they were given for."""

from typing import Annotated

from chassis import pagination, saved_mappings
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Planner, Viewer
from fastapi import APIRouter, Path

from catalog.application.imports import kept_mappings
from catalog.application.imports.answers import SavedShopMapping

router = APIRouter(tags=["shop imports"])
Fingerprint = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("/shop-imports/mappings")
def list_shop_mappings(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[SavedShopMapping]:
    """Mappings that were given, by which files of the same kind and columns are read that come without one."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
        found = saved_mappings.page(connection, after[0] if after else "", limit + 1)
    items = [SavedShopMapping.model_validate(row) for row in found]
    kept, following = pagination.page(items, limit, lambda item: [item.fingerprint])
    return Page(items=kept, next_cursor=following)


@router.delete("/shop-imports/mappings/{fingerprint}", status_code=204)
def forget_shop_mapping(database: Db, fingerprint: Fingerprint, caller: Planner) -> None:
    """Forget a mapping: files of the kind and these columns are read as any."""
    kept_mappings.forget(database, fingerprint, caller.actor)
