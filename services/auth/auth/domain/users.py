"""A user: somebody who may sign in once an administrator has approved them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.failures import NotAllowed
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

    def administers_after(self, values: dict[str, Any]) -> bool:
        """Whether the changed columns leave or make an active administrator."""
        return bool(values.get("role", "admin") == "admin" and values.get("status", "active") == "active")
