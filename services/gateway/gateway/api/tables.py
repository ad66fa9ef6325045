"""Lists as files."""

from collections.abc import Iterator
from typing import IO, Annotated

from chassis.parameters import Viewer
from chassis.problems import Problem
from chassis.security import bearer
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import StringConstraints

from gateway.api.callers import too_many
from gateway.api.refusals import passed_on
from gateway.application.narrowing import OwnerRefused
from gateway.application.shares import Full
from gateway.application.tables import Left, Tables

router = APIRouter(tags=["system"])
_CHUNK = 64 * 1024
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Column = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_PRINTABLE)]


@router.get("/api/table.csv", response_class=StreamingResponse)
async def get_table(
    request: Request,
    caller: Viewer,
    of: Annotated[
        str,
        Query(
            max_length=2000,
            pattern=_PRINTABLE,
            description="A list of this API with its filters and order, from /api on",
        ),
    ],
    column: Annotated[
        list[Column],
        Query(min_length=1, max_length=60, description="A field of its rows, after a colon its name in the file"),
    ],
) -> StreamingResponse:
    """All rows of any list as CSV, with `X-Rows` of them: as many as the filters leave, or a problem, never a part. Of
    one caller a file at a time: the next waits."""
    state = request.app.state
    held: Tables = state.tables
    try:
        async with state.files.place(caller.id):
            rows, file = await held.write(of, column, bearer(request), request.is_disconnected)
    except Full:
        raise too_many("files") from None
    except OwnerRefused as refused:
        raise passed_on(refused) from None
    except Left:
        raise Problem(400, "The request ended early.", code="disconnected") from None
    return StreamingResponse(_parts(file), media_type="text/csv", headers={"X-Rows": str(rows)})


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(_CHUNK):
            yield part
