"""Parameters and types that several routes share: bounded, so that whatever passes can be stored and asked for."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from chassis.failures import invalid
from chassis.security import Principal, Role, require
from contracts.types import Instant, Name, Segment, Text, at_most
from fastapi import Depends, Header, Query
from fastapi import Request as HttpRequest
from pydantic import AfterValidator, Field

from catalog.application.once import Request
from catalog.settings import Settings

MOST_ATTRIBUTES = 50  # of a product, or a location


def _past(moment: datetime) -> datetime:
    if moment > datetime.now(UTC) + timedelta(minutes=5):
        raise ValueError("lies in the future")
    if moment.year < 1970:
        raise ValueError("must not be before 1970")
    return moment


Revision = Annotated[int | None, Field(ge=0, le=2**31 - 1, description="The revision that was read")]
Attributes = Annotated[dict[Name, Text], Field(max_length=MOST_ATTRIBUTES), at_most(MOST_ATTRIBUTES)]
PastInstant = Annotated[Instant, AfterValidator(_past)]
IfMatch = Annotated[
    str | None, Header(max_length=40, description="The revision that was read; a 409 when it is no longer the newest")
]

SegmentFilter = Annotated[Segment | None, Query(description="Only this class")]

CatalogWriter = Annotated[Principal, Depends(require(Role.PLANNER, "catalog:write"))]
# Decisions about money are people's: no key makes them, whatever its scopes.
Person = Annotated[Principal, Depends(require(Role.PLANNER))]


async def settings(request: HttpRequest) -> Settings:
    """The service's settings."""
    found: Settings = request.app.state.settings
    return found


Config = Annotated[Settings, Depends(settings)]


def read_revision(body: int | None, header: str | None) -> int | None:
    """The revision that the caller read, from the body or from If-Match, which counts more."""
    if header is None:
        return body
    text = header.strip().removeprefix("W/").strip('"')
    if not text.isdigit() or len(text) > 9:
        raise invalid("If-Match", "must be a revision", "bad_revision")
    return int(text)


def asked(caller: Principal, key: str | None, status: int, *content: Any) -> Request:
    """A deed that is asked for once: by whom, under which key, with which content."""
    return Request(caller.id, key, list(content), status)
