"""Users as stored."""

from typing import Any
from uuid import UUID, uuid4

from chassis.database import Connection, rows, scalar
from chassis.failures import Conflict, not_found
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from auth.domain.users import User

_COLUMNS = (
    "id, username, email, role, status, created_at, last_login_at, EXISTS (SELECT FROM second_factor"
    " WHERE user_id = app_user.id AND confirmed_at IS NOT NULL) AS second_factor"
)


def create(
    connection: Connection, username: str, email: str | None, password_hash: str, role: str, status: str
) -> User:
    """Add a user. Raises Conflict when the name is taken, in whatever case."""
    try:
        made = connection.execute(
            text(
                "INSERT INTO app_user (id, username, email, password_hash, role, status)"
                f" VALUES (:id, :username, :email, :hash, :role, :status) RETURNING {_COLUMNS}"
            ),
            {
                "id": uuid4(), "username": username, "email": email, "hash": password_hash, "role": role,
                "status": status,
            },
        )  # fmt: skip
    except IntegrityError:
        raise Conflict("This user name is taken.", code="name_taken") from None
    return User.model_validate(dict(made.mappings().one()))


def credentials(connection: Connection, username: str) -> tuple[User, str] | None:
    """(user, password hash) by name."""
    found = rows(
        connection,
        f"SELECT {_COLUMNS}, password_hash FROM app_user WHERE lower(username) = lower(:name)",
        name=username,
    )
    return (User.model_validate(found[0]), found[0]["password_hash"]) if found else None


def get(connection: Connection, user_id: UUID) -> User | None:
    """A user by id."""
    found = rows(connection, f"SELECT {_COLUMNS} FROM app_user WHERE id = :id", id=user_id)
    return User.model_validate(found[0]) if found else None


def existing(connection: Connection, user_id: UUID, *, lock: bool = False) -> User:
    """A user by id, with `lock` unchanged by others until the transaction ends. Raises NotFound."""
    if lock:
        connection.execute(text("SELECT FROM app_user WHERE id = :id FOR UPDATE"), {"id": user_id})
    found = get(connection, user_id)
    if found is None:
        raise not_found("This user")
    return found


def password_hash(connection: Connection, user_id: UUID) -> str | None:
    """The stored hash of a user."""
    found: str | None = scalar(connection, "SELECT password_hash FROM app_user WHERE id = :id", id=user_id)
    return found


def page(connection: Connection, after: str, limit: int) -> list[User]:
    """Users by name, after the name `after`."""
    found = rows(
        connection,
        f"SELECT {_COLUMNS} FROM app_user WHERE lower(username) > :after ORDER BY lower(username) LIMIT :limit",
        after=after, limit=limit,
    )  # fmt: skip
    return [User.model_validate(row) for row in found]


def change(connection: Connection, user_id: UUID, **values: Any) -> User:
    """Set columns of a user who is there. Names are ours, never input."""
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    changed = text(f"UPDATE app_user SET {assignments} WHERE id = :id RETURNING {_COLUMNS}")
    return User.model_validate(dict(connection.execute(changed, {"id": user_id, **values}).mappings().one()))


def exist(connection: Connection) -> bool:
    """Whether there is any user."""
    return bool(scalar(connection, "SELECT EXISTS (SELECT 1 FROM app_user)"))


def other_active_admins(connection: Connection, user_id: UUID) -> int:
    """Active administrators beside this one; locks them, so that two cannot demote each other at once."""
    found = connection.execute(
        text("SELECT id FROM app_user WHERE role = 'admin' AND status = 'active' ORDER BY id FOR UPDATE")
    ).scalars()
    return sum(1 for id_ in found if id_ != user_id)
