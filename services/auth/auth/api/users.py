"""Users: for administrators."""

from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db
from fastapi import APIRouter

from auth.api.callers import Admin
from auth.api.models import UserChange, UserIn, UserOut, UserWithPassword
from auth.application import accounts
from auth.storage import users

router = APIRouter(tags=["administration"])


@router.get("/users")
def list_users(database: Db, _: Admin, limit: Limit = 100, cursor: Cursor = None) -> Page[UserOut]:
    """All users by name."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
        found = users.page(connection, after[0] if after else "", limit + 1)
    kept, following = pagination.page(found, limit, lambda user: [user.username.lower()])
    return Page(items=[UserOut(**user.model_dump()) for user in kept], next_cursor=following)


@router.post("/users", status_code=201)
def create_user(database: Db, given: UserIn, caller: Admin) -> UserWithPassword:
    """Let somebody in; their first password is told once."""
    user, password = accounts.create_user(database, given.username, given.email, given.role, caller.actor)
    return UserWithPassword(**user.model_dump(), password=password)


@router.post("/users/{user_id}/password")
def reset_password(database: Db, user_id: UUID, caller: Admin) -> UserWithPassword:
    """Give somebody a new password, told once; all their sessions end."""
    user, password = accounts.reset_password(database, user_id, caller.actor)
    return UserWithPassword(**user.model_dump(), password=password)


@router.post("/users/{user_id}/approve")
def approve_user(database: Db, user_id: UUID, caller: Admin) -> UserOut:
    """Let a waiting user in."""
    user = accounts.approve_user(database, user_id, caller.actor)
    return UserOut(**user.model_dump())


@router.patch("/users/{user_id}")
def change_user(database: Db, user_id: UUID, given: UserChange, caller: Admin) -> UserOut:
    """Change role or status; the last active administrator stays one."""
    values = given.model_dump(exclude_none=True, exclude={"was"})
    was = given.was.model_dump() if given.was else None
    user = accounts.change_user(database, user_id, values, caller.actor, was=was)
    return UserOut(**user.model_dump())
