"""Users, API keys and the audit trail: for administrators."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis import audit, pagination
from chassis.database import rows
from chassis.failures import Conflict, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.security import Principal, Role, require
from contracts.types import Text
from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import text

from auth.api.models import ApiKeyCreated, ApiKeyIn, ApiKeyOut, AuditOut, UserChange, UserOut
from auth.domain import tokens
from auth.storage import sessions, users

router = APIRouter(tags=["administration"])
Admin = Annotated[Principal, Depends(require(Role.ADMIN))]
_KEY_COLUMNS = "id, name, scopes, source, created_by, created_at, expires_at, last_used_at, revoked_at"


@router.get("/users")
def list_users(request: Request, _: Admin, limit: Limit = 100, cursor: Cursor = None) -> Page[UserOut]:
    """All users by name."""
    after = pagination.decode(cursor, str)
    with request.app.state.database.transaction() as connection:
        found = users.page(connection, after[0] if after else "", limit + 1)
    kept, following = pagination.page(found, limit, lambda user: [user.username.lower()])
    return Page(items=[UserOut(**user.model_dump()) for user in kept], next_cursor=following)


@router.post("/users/{user_id}/approve")
def approve_user(request: Request, user_id: UUID, caller: Admin) -> UserOut:
    """Let a waiting user in."""
    with request.app.state.database.transaction() as connection:
        user = users.get(connection, user_id)
        if user is None:
            raise not_found("This user")
        if user.status == "disabled":
            raise Conflict("This user is disabled; set the status to active instead.", code="disabled")
        changed = users.change(connection, user_id, status="active")
        audit.record(connection, "auth", caller.name, "user-approved", f"user {user_id}")
    assert changed is not None
    return UserOut(**changed.model_dump())


@router.patch("/users/{user_id}")
def change_user(request: Request, user_id: UUID, given: UserChange, caller: Admin) -> UserOut:
    """Change role or status; the last active administrator stays one."""
    values = given.model_dump(exclude_none=True)
    with request.app.state.database.transaction() as connection:
        others = users.other_active_admins(connection, user_id)
        user = users.get(connection, user_id)
        if user is None:
            raise not_found("This user")
        loses = values.get("role", "admin") != "admin" or values.get("status", "active") != "active"
        if user.role == "admin" and user.status == "active" and loses and not others:
            raise Conflict("Somebody has to stay administrator.", code="last_admin")
        changed = users.change(connection, user_id, **values) if values else user
        if loses:
            sessions.revoke_user(connection, user_id)
        audit.record(connection, "auth", caller.name, "user-changed", f"user {user_id}", **values)
    assert changed is not None
    return UserOut(**changed.model_dump())


@router.get("/api-keys")
def list_api_keys(request: Request, _: Admin, limit: Limit = 100, cursor: Cursor = None) -> Page[ApiKeyOut]:
    """All keys, without their secrets."""
    after = pagination.decode(cursor, str)
    with request.app.state.database.transaction() as connection:
        found = rows(
            connection,
            f"SELECT {_KEY_COLUMNS} FROM api_key WHERE id > :after ORDER BY id LIMIT :limit",
            after=after[0] if after else "", limit=limit + 1,
        )  # fmt: skip
    kept, following = pagination.page([ApiKeyOut(**row) for row in found], limit, lambda key: [key.id])
    return Page(items=kept, next_cursor=following)


@router.post("/api-keys", status_code=201)
def create_api_key(request: Request, given: ApiKeyIn, caller: Admin) -> ApiKeyCreated:
    """Make a key; this is the only time that it is shown."""
    key_id, secret = tokens.new_secret()[:12].replace("_", "x").replace("-", "y"), tokens.new_secret()
    with request.app.state.database.transaction() as connection:
        made = rows(
            connection,
            "INSERT INTO api_key (id, name, digest, scopes, source, created_by, expires_at)"
            f" VALUES (:id, :name, :digest, :scopes, :source, :who, :expires) RETURNING {_KEY_COLUMNS}",
            id=key_id, name=given.name, digest=tokens.digest(secret), scopes=list(given.scopes), source=given.source,
            who=caller.name, expires=given.expires_at,
        )  # fmt: skip
        audit.record(connection, "auth", caller.name, "api-key-created", f"api key {key_id}", scopes=list(given.scopes))
    return ApiKeyCreated(**made[0], key=tokens.api_key(key_id, secret))


@router.delete("/api-keys/{key_id}", status_code=204)
def revoke_api_key(request: Request, key_id: Text, caller: Admin) -> None:
    """Revoke a key; tokens made from it end within five minutes."""
    with request.app.state.database.transaction() as connection:
        done = connection.execute(
            text("UPDATE api_key SET revoked_at = COALESCE(revoked_at, now()) WHERE id = :id"), {"id": key_id}
        )
        if not done.rowcount:
            raise not_found("This API key")
        audit.record(connection, "auth", caller.name, "api-key-revoked", f"api key {key_id}")


@router.get("/audit")
def list_audit(
    request: Request,
    _: Admin,
    actor: Annotated[Text | None, Query()] = None,
    action: Annotated[Text | None, Query()] = None,
    service: Annotated[Text | None, Query()] = None,
    since: datetime | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[AuditOut]:
    """The trail, newest first."""
    after = pagination.decode(cursor, int)
    with request.app.state.database.transaction() as connection:
        found = rows(
            connection,
            "SELECT sequence, service, actor, action, subject, at, detail, hash FROM audit_entry"
            " WHERE sequence < :before AND (CAST(:actor AS text) IS NULL OR actor = :actor)"
            " AND (CAST(:action AS text) IS NULL OR action = :action)"
            " AND (CAST(:service AS text) IS NULL OR service = :service)"
            " AND (CAST(:since AS timestamptz) IS NULL OR at >= :since) ORDER BY sequence DESC LIMIT :limit",
            before=min(after[0], 2**62) if after else 2**62, actor=actor, action=action, service=service, since=since,
            limit=limit + 1,
        )  # fmt: skip
    kept, following = pagination.page([AuditOut(**row) for row in found], limit, lambda entry: [entry.sequence])
    return Page(items=kept, next_cursor=following)
