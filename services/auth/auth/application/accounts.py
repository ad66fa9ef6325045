"""Accounts: asking for one, letting people in, changing what they may; each told to the trail."""

from typing import Any
from uuid import UUID

from chassis import audit
from chassis.database import Database
from chassis.failures import Conflict, invalid

from auth.application.proving import prove
from auth.domain import passwords
from auth.domain.throttle import Throttle
from auth.domain.users import User
from auth.storage import second_factors, sessions, users


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
    with database.transaction() as connection:
        prove(connection, throttle, user_id, username, current, address)
        users.change(connection, user_id, password_hash=passwords.hashed(new))
        sessions.revoke_user(connection, user_id)
        audit.record(connection, "auth", username, "password-changed", f"user {user_id}")


def create_user(database: Database, username: str, email: str | None, role: str, actor: str) -> tuple[User, str]:
    """Let somebody in without their asking: (the user, who is active, and their first password). Raises Conflict."""
    password = passwords.invented()
    password_hash = passwords.hashed(password)
    with database.transaction() as connection:
        user = users.create(connection, username, email, password_hash, role, "active")
        audit.record(connection, "auth", actor, "user-created", f"user {user.id}", username=username, role=role)
    return user, password


def reset_password(database: Database, user_id: UUID, actor: str) -> tuple[User, str]:
    """Replace a password that was lost: (the user, the new password). All sessions end."""
    password = passwords.invented()
    password_hash = passwords.hashed(password)
    with database.transaction() as connection:
        user = users.existing(connection, user_id)
        users.change(connection, user_id, password_hash=password_hash)
        sessions.revoke_user(connection, user_id)
        audit.record(connection, "auth", actor, "password-reset", f"user {user_id}")
    return user, password


def let_in(database: Database, username: str) -> str:
    """An active administrator of that name, made or restored by whoever holds the machine: the new password. A second
    factor is taken away, and all sessions end."""
    password = passwords.invented()
    password_hash = passwords.hashed(password)
    with database.transaction() as connection:
        found = users.credentials(connection, username)
        if found is None:
            user = users.create(connection, username, None, password_hash, "admin", "active")
        else:
            user = users.change(connection, found[0].id, password_hash=password_hash, role="admin", status="active")
            second_factors.remove(connection, user.id)
            sessions.revoke_user(connection, user.id)
        audit.record(connection, "auth", "command line", "let-in", f"user {user.id}", username=user.username)
    return password


def approve_user(database: Database, user_id: UUID, actor: str) -> User:
    """Let a waiting user in."""
    with database.transaction() as connection:
        user = users.existing(connection, user_id)
        if user.status == "disabled":
            raise Conflict("This user is disabled; set the status to active instead.", code="disabled")
        changed = users.change(connection, user_id, status="active")
        audit.record(connection, "auth", actor, "user-approved", f"user {user_id}")
    return changed


def change_user(
    database: Database, user_id: UUID, values: dict[str, Any], actor: str, *, was: dict[str, Any] | None = None
) -> User:
    """Change role or status; the last active administrator stays one. Who loses rights is signed out. One who is no
    longer what they `was` when they were read is left to whoever changed them."""
    with database.transaction() as connection:
        others = users.other_active_admins(connection, user_id)
        user = users.existing(connection, user_id, lock=True)
        user.must_still_be(was)
        loses = not user.administers_after(values)
        if user.role == "admin" and user.active and loses and not others:
            raise Conflict("Somebody has to stay administrator.", code="last_admin")
        changed = users.change(connection, user_id, **values) if values else user
        if loses:
            sessions.revoke_user(connection, user_id)
        audit.record(connection, "auth", actor, "user-changed", f"user {user_id}", **values)
    return changed
