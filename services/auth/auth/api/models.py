"""Request and response models of auth."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from contracts.types import Instant, Name
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from auth.domain.users import NAME

RoleName = Literal["viewer", "planner", "operator", "admin"]
Status = Literal["waiting", "active", "disabled"]
Scope = Literal["sales:write", "catalog:write", "read"]
Username = Annotated[str, StringConstraints(pattern=NAME)]
Password = Annotated[str, Field(min_length=1, max_length=1000)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]


_LAST_YEAR = 9998  # a later instant may leave the calendar in another time zone


def _ahead(instant: datetime) -> datetime:
    if instant.year > _LAST_YEAR or instant <= datetime.now(UTC):
        raise ValueError(f"must be in the future, and not after the year {_LAST_YEAR}")
    return instant


class Credentials(BaseModel):
    """What a person signs in with."""

    username: Annotated[str, Field(min_length=1, max_length=200)]
    password: Password
    code: Annotated[str | None, Field(max_length=40, description="Of the second factor, or a recovery code")] = None


class Registration(BaseModel):
    """Somebody who asks for access."""

    username: Username
    password: Password
    email: Email | None = None


class UserOut(BaseModel):
    """A user, as administrators and the user see it."""

    id: UUID
    username: str
    email: str | None
    role: RoleName
    status: Status
    created_at: datetime
    last_login_at: datetime | None
    second_factor: Annotated[bool, Field(description="Whether a code is asked for at sign-in")]


class UserIn(BaseModel):
    """Somebody whom an administrator lets in."""

    username: Username
    email: Email | None = None
    role: RoleName = "viewer"


class UserWithPassword(UserOut):
    """The only time that the password is shown; its owner is to change it."""

    password: str


class TokenOut(BaseModel):
    """An access token for `Authorization: Bearer`."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int


class SignedIn(TokenOut):
    """A token and whose it is."""

    user: UserOut


class Me(BaseModel):
    """The caller: a person with a role, or an API key with scopes, whose token is only given while it is active."""

    id: str
    username: str
    role: RoleName | None
    status: Status
    scopes: list[str]


class PasswordChange(BaseModel):
    """The old password proves that it is you."""

    current: Password
    new: Password


class PasswordProof(BaseModel):
    """It proves that it is you."""

    current: Password


class SecondFactorOffer(BaseModel):
    """A secret for a device that shows codes: to be typed, as an address, and as a picture's data URI."""

    secret: str
    uri: str
    picture: str


class SecondFactorCode(BaseModel):
    """What the device shows."""

    code: Annotated[str, Field(min_length=6, max_length=40)]


class RecoveryCodes(BaseModel):
    """Each signs in once without the device. The only time that they are shown."""

    codes: list[str]


class UserStanding(BaseModel):
    """What somebody may do, and whether."""

    role: RoleName
    status: Status


class UserChange(BaseModel):
    """What an administrator changes of a user."""

    role: RoleName | None = None
    status: Literal["active", "disabled"] | None = None
    was: Annotated[UserStanding | None, Field(description="What was read; 409 where it is another")] = None


class ApiKeyIn(BaseModel):
    """A key for a producer or an integration. `source` binds the sales it submits to one ce_source."""

    name: Name
    scopes: list[Scope] = Field(min_length=1, max_length=3)
    source: Name | None = None
    expires_at: Annotated[Instant, AfterValidator(_ahead)] | None = None


class ApiKeyOut(BaseModel):
    """A key, without its secret."""

    id: str
    name: str
    scopes: list[str]
    source: str | None
    role: RoleName | None = None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class ApiKeyCreated(ApiKeyOut):
    """The only time that the key itself is shown."""

    key: str


class AuditOut(BaseModel):
    """One entry of the trail. `hash` covers the entry and the one before."""

    sequence: int
    service: str
    actor: str
    action: str
    subject: str
    at: datetime
    detail: dict[str, object]
    hash: str
