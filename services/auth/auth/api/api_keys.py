"""API keys: for administrators."""

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db
from contracts.types import Text
from fastapi import APIRouter

from auth.api.callers import Admin
from auth.api.models import ApiKeyCreated, ApiKeyIn, ApiKeyOut
from auth.application import api_keys as application
from auth.storage import api_keys

router = APIRouter(tags=["administration"])


@router.get("/api-keys")
def list_api_keys(database: Db, _: Admin, limit: Limit = 100, cursor: Cursor = None) -> Page[ApiKeyOut]:
    """All keys, without their secrets."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
        found = api_keys.page(connection, after[0] if after else "", limit + 1)
    kept, following = pagination.page(found, limit, lambda key: [key.id])
    return Page(items=[ApiKeyOut(**key.model_dump()) for key in kept], next_cursor=following)


@router.post("/api-keys", status_code=201)
def create_api_key(database: Db, given: ApiKeyIn, caller: Admin) -> ApiKeyCreated:
    """Make a key; this is the only time that it is shown."""
    key, shown = application.create_api_key(database, caller.actor, **dict(given))
    return ApiKeyCreated(**key.model_dump(), key=shown)


@router.delete("/api-keys/{key_id}", status_code=204)
def revoke_api_key(database: Db, key_id: Text, caller: Admin) -> None:
    """Revoke a key; tokens made from it end within five minutes."""
    application.revoke_api_key(database, key_id, caller.actor)
