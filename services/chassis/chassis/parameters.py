"""What routes of several services ask for, and who may read: bounded, so that whatever passes can be asked of the
database, and the same everywhere."""

from typing import Annotated

from contracts.types import Code, Sku, Text
from contracts.types import Day as Day  # so that a route finds here all that it asks for
from fastapi import Depends, Header, Path, Query, Request
from pydantic import StringConstraints

from chassis.database import Database
from chassis.security import Principal, Role, require

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


SkuFilter = Annotated[Sku | None, Query(description="Only this product")]
LocationFilter = Annotated[Code | None, Query(description="Only this location")]
Search = Annotated[
    str | None, StringConstraints(max_length=100, pattern=_PRINTABLE), Query(description="Part of the name or code")
]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_PRINTABLE), Path()]
IdempotencyKey = Annotated[
    Annotated[Text, StringConstraints(min_length=1)] | None,
    Header(description="Repeat a request safely: the first answer is given again"),
]

Viewer = Annotated[Principal, Depends(require(Role.VIEWER, "read"))]
Planner = Annotated[Principal, Depends(require(Role.PLANNER))]
Operator = Annotated[Principal, Depends(require(Role.OPERATOR))]


async def database(request: Request) -> Database:  # not sync: that would take a thread for it
    """The service's database."""
    found: Database = request.app.state.database
    return found


Db = Annotated[Database, Depends(database)]


def like(search: str | None) -> str | None:
    """A LIKE pattern for a part of a text."""
    if search is None:
        return None
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
