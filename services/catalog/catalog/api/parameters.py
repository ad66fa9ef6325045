"""Parameters and types that several routes share: bounded, so that whatever passes can be stored and asked for."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from chassis.database import Database
from chassis.failures import invalid
from chassis.security import Principal, Role, require
from contracts.types import Code, Instant, Sku, Text
from fastapi import Depends, Header, Path, Query
from fastapi import Request as HttpRequest
from pydantic import AfterValidator, Field, StringConstraints

from catalog.application.once import Request
from catalog.settings import Settings

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


def _storable(day: date) -> date:
    if not 1970 <= day.year <= 2200:
        raise ValueError("must be between 1970 and 2200")
    return day


def _past(moment: datetime) -> datetime:
    if moment > datetime.now(UTC) + timedelta(minutes=5):
        raise ValueError("lies in the future")
    if moment.year < 1970:
        raise ValueError("must not be before 1970")
    return moment


Day = Annotated[date, AfterValidator(_storable)]
Revision = Annotated[int | None, Field(ge=0, le=2**31 - 1, description="The revision that was read")]
PastInstant = Annotated[Instant, AfterValidator(_past)]
SkuFilter = Annotated[Sku | None, Query(description="Only this product")]
LocationFilter = Annotated[Code | None, Query(description="Only this location")]
Search = Annotated[
    str | None, StringConstraints(max_length=100, pattern=_PRINTABLE), Query(description="Part of the name or code")
]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_PRINTABLE), Path()]
IfMatch = Annotated[
    str | None, Header(max_length=40, description="The revision that was read; a 409 when it is no longer the newest")
]
IdempotencyKey = Annotated[Text | None, Header(description="Repeat a request safely: the first answer is given again")]

Viewer = Annotated[Principal, Depends(require(Role.VIEWER, "read"))]
Planner = Annotated[Principal, Depends(require(Role.PLANNER, "catalog:write"))]


def database(request: HttpRequest) -> Database:
    """The service's database."""
    found: Database = request.app.state.database
    return found


def settings(request: HttpRequest) -> Settings:
    """The service's settings."""
    found: Settings = request.app.state.settings
    return found


Db = Annotated[Database, Depends(database)]
Config = Annotated[Settings, Depends(settings)]


def like(search: str | None) -> str | None:
    """A LIKE pattern for a part of a text."""
    if search is None:
        return None
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


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
