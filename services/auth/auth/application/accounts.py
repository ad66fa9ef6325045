"""Accounts: asking for one, letting people in, changing what they may; each told to the trail."""

from typing import Any
from uuid import UUID

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import Conflict, invalid, not_found

from auth.domain import passwords
from auth.domain.throttle import Throttle
from auth.domain.users import User
from auth.storage import sessions, users


def register(
    database: Database, throttle: Throttle, username: str, password: str, email: str | None, address: str
) -> User:
    """Ask for access: a viewer, who waits for an administrator's approval. Raises Throttled, Invalid, Conflict."""
    throttle.register(address)
    _must_be_strong(password, username, "password")
    password_hash = passwords.hashed(password)
    with database.transaction() as connection:
        user = users.create(connection, username, email, password_hash, "viewer", "waiting")
        audit.record(connection, "auth", user.username, "register", f"user {user.id}")
    return user


def _must_be_strong(password: str, username: str, field: str) -> None:
    weak = passwords.weakness(password, username)
    if weak:
        raise invalid(field, weak, "weak_password")


def change_password(
    database: Database, throttle: Throttle, user_id: UUID, username: str, current: str, new: str, address: str
) -> None:
    """Change the own password; all sessions end. Raises Throttled, Invalid."""
    _must_be_strong(new, username, "new")
    throttle.attempt(username, address)
    with database.transaction() as connection:
        if not passwords.matches(users.password_hash(connection, user_id), current):
            throttle.failed(username, address)
            raise invalid("current", "is wrong", "wrong_password")
        users.change(connection, user_id, password_hash=passwords.hashed(new))
        sessions.revoke_user(connection, user_id)
        audit.record(connection, "auth", username, "password-changed", f"user {user_id}")


def approve_user(database: Database, user_id: UUID, actor: str) -> User:
    """Let a waiting user in."""
    with database.transaction() as connection:
        user = _existing(connection, user_id)
        if user.status == "disabled":
            raise Conflict("This user is disabled; set the status to active instead.", code="disabled")
        changed = users.change(connection, user_id, status="active")
        audit.record(connection, "auth", actor, "user-approved", f"user {user_id}")
    return changed


def change_user(database: Database, user_id: UUID, values: dict[str, Any], actor: str) -> User:
    """Change role or status; the last active administrator stays one. Who loses rights is signed out."""
    with database.transaction() as connection:
        others = users.other_active_admins(connection, user_id)
        user = _existing(connection, user_id)
        loses = not user.administers_after(values)
        if user.role == "admin" and user.active and loses and not others:
            raise Conflict("Somebody has to stay administrator.", code="last_admin")
        changed = users.change(connection, user_id, **values) if values else user
        if loses:
            sessions.revoke_user(connection, user_id)
        audit.record(connection, "auth", actor, "user-changed", f"user {user_id}", **values)
    return changed


def _existing(connection: Connection, user_id: UUID) -> User:
    user = users.get(connection, user_id)
    if user is None:
        raise not_found("This user")
    return user
