"""Files come in: to be imported, or to be looked at first."""

from datetime import UTC, datetime
from typing import Annotated

from chassis import uploads
from chassis.failures import invalid
from chassis.parameters import IdempotencyKey
from chassis.security import Principal, Role, require
from contracts.types import Name
from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from sales.application import preview_import as previewing
from sales.application.import_answers import ImportStarted, Preview
from sales.application.record_sales import Caller
from sales.application.submit_import import submit_import
from sales.domain.claims import Horizon
from sales.domain.mapping import Mapping

router = APIRouter(tags=["imports"])
Writer = Annotated[Principal, Depends(require(Role.PLANNER, "sales:write"))]


@router.post("/imports", status_code=202)
async def start_import(
    request: Request,
    caller: Writer,
    name: Annotated[Name, Query(description="The file's name")] = "upload",
    mapping: Annotated[str | None, Query(max_length=50_000, description="A mapping as JSON")] = None,
    idempotency_key: IdempotencyKey = None,
) -> ImportStarted:
    """Upload a CSV or Parquet file (as the body, or multipart field `file`); it is worked off as a job.

    A mapping that says something of the columns is kept: the next file of the same columns that comes without one is
    read by it. `{}` refuses that.
    """
    limit = request.app.state.settings.max_upload_mb * 1024**2
    file, filename, field = await uploads.received(request, limit)
    with file:
        given = _mapping(mapping or field)
        called = (filename or name)[:200].replace("\x00", "")
        state, who = request.app.state, Caller(caller.id, caller.actor, caller.source)
        return await run_in_threadpool(
            submit_import, state.database, file, called, given, who, _horizon(request), state.settings.currency,
            idempotency_key,
        )  # fmt: skip


@router.post("/imports/preview")
async def preview_import(
    request: Request,
    caller: Writer,
    mapping: Annotated[str | None, Query(max_length=50_000, description="A mapping as JSON")] = None,
) -> Preview:
    """How a file would be read, by every rule of its import; nothing is stored. Send all of it."""
    limit = request.app.state.settings.max_upload_mb * 1024**2
    file, _, field = await uploads.received(request, limit)
    with file:
        given = _mapping(mapping or field)
        return await run_in_threadpool(
            previewing.preview_import, request.app.state.database, file, given, _horizon(request),
            request.app.state.settings.currency, caller.source,
        )  # fmt: skip


def _horizon(request: Request) -> Horizon:
    return Horizon(request.app.state.settings.zone, datetime.now(UTC))


def _mapping(text: str | None) -> Mapping | None:
    if not text:
        return None
    try:
        return Mapping.model_validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        raise invalid(".".join(["mapping", *map(str, first["loc"])]), first["msg"], first["type"]) from None
