"""An API key: what a producer or an integration signs in with. Only a digest of its secret is kept."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from auth.domain import tokens


class ApiKey(BaseModel):
    """A key without its secret. `source` binds the sales it submits to one ce_source.

    One with a `role` may what people of that role may: only the launcher has one made.
    """

    id: str
    name: str
    scopes: list[str]
    source: str | None
    role: str | None = None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def subject(self) -> UUID:
        """Who a token made from the key belongs to."""
        return UUID(int=int(tokens.digest(self.id)[:32], 16))

    @property
    def claims(self) -> dict[str, str | None]:
        """What a token made from the key says of it."""
        said = {"username": f"key:{self.name}", "scopes": " ".join(self.scopes), "source": self.source}
        return said | ({"role": self.role} if self.role else {})


def new_id() -> str:
    """A key's public part: no `_`, which ends it, and no `-`."""
    return tokens.new_secret()[:12].replace("_", "x").replace("-", "y")
