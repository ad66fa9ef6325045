"""Who may call what is for administrators."""

from typing import Annotated
from uuid import UUID

from chassis.failures import NotAllowed
from chassis.security import Principal, Role, require
from fastapi import Depends

Admin = Annotated[Principal, Depends(require(Role.ADMIN))]


def person(caller: Principal, what: str) -> UUID:
    """Who calls, where it is not a key, which has no such thing. Raises NotAllowed."""
    if caller.is_key:
        raise NotAllowed(f"An API key has no {what}.", code="forbidden")
    return UUID(caller.id)
