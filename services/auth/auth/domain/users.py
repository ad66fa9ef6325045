"""A user: somebody who may sign in once an administrator has approved them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.failures import Conflict, NotAllowed
from pydantic import BaseModel

NAME = r"^[A-Za-z0-9][A-Za-z0-9._@+-]{1,63}$"


class User(BaseModel):
    """A person who may sign in, once active."""

    id: UUID
    username: str
    email: str | None = None
    role: str
    status: str
    created_at: datetime
    last_login_at: datetime | None = None
    second_factor: bool = False

    @property
    def active(self) -> bool:
        """Whether the person may use the system."""
        return self.status == "active"

    def must_be_active(self) -> None:
        """Raises NotAllowed for who waits or is disabled."""
        if self.status == "waiting":
            raise NotAllowed("An administrator has to approve this account first.", code="awaiting_approval")
        if not self.active:
            raise NotAllowed("This account is disabled.", code="disabled")

    def must_still_be(self, was: dict[str, Any] | None) -> None:
        """Raises Conflict where somebody else has changed them since they were read as that."""
        if was and (was["role"], was["status"]) != (self.role, self.status):
            raise Conflict(f"{self.username} was changed meanwhile: {self.role}, {self.status} now.", code="stale_user")

    def administers_after(self, values: dict[str, Any]) -> bool:
        """Whether the changed columns leave or make an active administrator."""
        return bool(values.get("role", "admin") == "admin" and values.get("status", "active") == "active")
