"""Parameters that several routes share: bounded, so that whatever passes can be asked of the database."""

from datetime import UTC, date, datetime
from typing import Annotated

from chassis.database import Database
from chassis.security import Principal, Role, require
from chassis.weeks import business_day
from contracts.types import Code, Sku
from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator, StringConstraints

from forecaster.settings import Settings

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


def _storable(day: date) -> date:
    if not 1970 <= day.year <= 2200:
        raise ValueError("must be between 1970 and 2200")
    return day


Day = Annotated[date, AfterValidator(_storable)]
SkuFilter = Annotated[Sku | None, Query(description="Only this product")]
LocationFilter = Annotated[Code | None, Query(description="Only this location")]
Search = Annotated[
    str | None, StringConstraints(max_length=100, pattern=_PRINTABLE), Query(description="Part of the name or code")
]
ProductKey = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_PRINTABLE), Path()]

Viewer = Annotated[Principal, Depends(require(Role.VIEWER, "read"))]
Planner = Annotated[Principal, Depends(require(Role.PLANNER))]
Operator = Annotated[Principal, Depends(require(Role.OPERATOR))]


def database(request: Request) -> Database:
    """The service's database."""
    found: Database = request.app.state.database
    return found


def settings(request: Request) -> Settings:
    """The service's settings."""
    found: Settings = request.app.state.settings
    return found


Db = Annotated[Database, Depends(database)]
Config = Annotated[Settings, Depends(settings)]


def today(given: Settings) -> date:
    """The business's calendar day."""
    return business_day(datetime.now(UTC), given.zone)


def like(search: str | None) -> str | None:
    """A LIKE pattern for a part of a text."""
    if search is None:
        return None
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
