"""Uploading files, previewing them, following and cancelling imports."""

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID, uuid4

from chassis import audit, jobs, pagination
from chassis.database import Connection, Database
from chassis.failures import Conflict, TooLarge, invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.security import Principal, Role, require
from contracts.types import Name
from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from sales.domain import tables
from sales.domain.lines import LineError
from sales.domain.mapping import Mapping
from sales.domain.tables import UnreadableFile
from sales.imports.job import KIND
from sales.imports.survey import notation
from sales.storage import imports

router = APIRouter(tags=["imports"])
Writer = Annotated[Principal, Depends(require(Role.PLANNER, "sales:write"))]
Reader = Annotated[Principal, Depends(require(Role.VIEWER, "read"))]
PREVIEW_ROWS = 50
PREVIEW_BYTES = 4 * 1024 * 1024


class ImportOut(BaseModel):
    """An import and how far it is. Every line ends recorded, duplicate, quarantined or rejected."""

    id: UUID
    name: str
    source: str
    status: str
    stage: str | None
    total: int | None
    done: int
    recorded: int
    duplicates: int
    quarantined: int
    rejected: int
    reasons: dict[str, int]
    rate: float | None
    seconds_left: float | None
    message: str | None
    warnings: list[str]
    shift_weeks: int
    created_by: str
    created_at: datetime
    finished_at: datetime | None


class ImportStarted(BaseModel):
    """A queued import."""

    id: UUID
    status: str


class RejectedLine(BaseModel):
    """A line that became no sale."""

    line: int
    code: str | None
    column: str | None
    message: str | None
    content: str | None


class PreviewError(BaseModel):
    """What is wrong with a line, and in which column."""

    column: str
    code: str
    message: str


class PreviewRow(BaseModel):
    """One line of the preview."""

    line: int
    values: list[str]
    errors: list[PreviewError]


class Preview(BaseModel):
    """How the file would be read."""

    columns: list[str]
    mapping: dict[str, str]
    missing: list[str]
    format: str
    delimiter: str | None
    encoding: str | None
    decimal: str
    day_first: bool
    rows: list[PreviewRow]
    warnings: list[str]


async def _received(request: Request, limit: int) -> tuple[BinaryIO, str | None, str | None]:
    """(file, its name, mapping field) of a raw or multipart body; at most `limit` bytes."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        form = await request.form()
        upload, mapping = form.get("file"), form.get("mapping")
        if not isinstance(upload, UploadFile):
            raise invalid("file", "send the file in the field `file`, or as the body", "missing")
        if (upload.size or 0) > limit:
            raise TooLarge(f"The file is larger than {limit // 1024**2} MB.", code="too_large")
        return upload.file, upload.filename, mapping if isinstance(mapping, str) else None
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=8 * 1024**2))  # noqa: SIM115 - closed by the caller
    received = 0
    async for part in request.stream():
        received += len(part)
        if received > limit:
            raise TooLarge(f"The file is larger than {limit // 1024**2} MB.", code="too_large")
        file.write(part)
    return file, None, None


def _mapping(text: str | None) -> Mapping:
    if not text:
        return Mapping()
    try:
        return Mapping.model_validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        raise invalid(".".join(["mapping", *map(str, first["loc"])]), first["msg"], first["type"]) from None


def _checked(file: BinaryIO, mapping: Mapping) -> None:
    try:
        found = notation(file, mapping, only_first=1000)
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None
    missing = found.mapping.missing()
    if missing:
        raise invalid("mapping", f"no column was found for {', '.join(missing)}; name them in `columns`", "unmapped")


def _store(database: Database, file: BinaryIO, name: str, mapping: Mapping, who: str) -> UUID:
    id_ = uuid4()
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    source = mapping.source or "import"
    with database.transaction() as connection:
        imports.create(connection, id_, name, f"file:{source}"[:200], mapping.model_dump(mode="json"), size, who)
        ordinal = 0
        while content := file.read(imports.CHUNK_BYTES):
            imports.store_chunk(connection, id_, ordinal, content)
            ordinal += 1
        jobs.submit(connection, KIND, {"import_id": str(id_)}, who, id=id_)
        audit.record(connection, "sales", who, "import-started", f"import {id_}", name=name, bytes=size)
    return id_


@router.post("/imports", status_code=202)
async def start_import(
    request: Request,
    caller: Writer,
    name: Annotated[Name, Query(description="The file's name")] = "upload",
    mapping: Annotated[str | None, Query(max_length=50_000, description="A mapping as JSON")] = None,
) -> ImportStarted:
    """Upload a CSV or Parquet file (as the body, or multipart field `file`); it is worked off as a job."""
    limit = request.app.state.settings.max_upload_mb * 1024**2
    file, filename, field = await _received(request, limit)
    with file:
        given = _mapping(mapping or field)
        await run_in_threadpool(_checked, file, given)
        id_ = await run_in_threadpool(
            _store, request.app.state.database, file, (filename or name)[:200].replace("\x00", ""), given, caller.name
        )
    return ImportStarted(id=id_, status="waiting")


@router.post("/imports/preview")
async def preview_import(
    request: Request,
    caller: Writer,
    mapping: Annotated[str | None, Query(max_length=50_000, description="A mapping as JSON")] = None,
) -> Preview:
    """How a file's first lines would be read; nothing is stored. The first megabytes of a CSV are enough."""
    limit = request.app.state.settings.max_upload_mb * 1024**2
    file, _, field = await _received(request, limit)
    with file:
        return await run_in_threadpool(_previewed, file, _mapping(mapping or field))


def _previewed(file: BinaryIO, mapping: Mapping) -> Preview:
    try:
        found = notation(file, mapping, only_first=10_000)
        first = list(islice(tables.rows(file, found.layout), PREVIEW_ROWS))
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None
    reader, missing = found.reader(), found.mapping.missing()
    shown = []
    for line, row in first:
        sale = None if missing else reader.read(line, row)
        errors = (
            [PreviewError(column=sale.column, code=sale.code, message=sale.message)]
            if isinstance(sale, LineError)
            else []
        )
        shown.append(PreviewRow(line=line, values=[row.get(name, "") for name in found.layout.headers], errors=errors))
    return Preview(
        columns=found.layout.headers, mapping=dict(found.mapping.columns), missing=list(missing),
        format=found.layout.format, delimiter=found.layout.delimiter, encoding=found.layout.encoding,
        decimal="," if found.decimal_comma else ".", day_first=found.day_first, rows=shown, warnings=found.warnings,
    )  # fmt: skip


def _shown(connection: Connection, row: dict[str, Any]) -> ImportOut:
    job = jobs.get(connection, row["id"]) or {}
    counts = imports.outcomes(connection, row["id"])
    began, done = job.get("started_at"), int(job.get("done") or 0)
    ended = job.get("finished_at") or job.get("heartbeat_at")
    seconds = (ended - began).total_seconds() if began and ended else 0
    return ImportOut(
        id=row["id"], name=row["name"], source=row["source"], status=job.get("status", "waiting"),
        stage=job.get("stage"), total=row["lines"], done=sum(counts.values()), recorded=counts.get("recorded", 0),
        duplicates=counts.get("duplicate", 0), quarantined=counts.get("quarantined", 0),
        rejected=counts.get("rejected", 0), reasons=imports.reasons(connection, row["id"]),
        rate=round(sum(counts.values()) / seconds, 1) if seconds > 0 and done else None,
        seconds_left=job.get("seconds_left"), message=job.get("message"), warnings=row["warnings"],
        shift_weeks=row["shift_weeks"], created_by=row["created_by"], created_at=row["created_at"],
        finished_at=job.get("finished_at"),
    )  # fmt: skip


@router.get("/imports")
def list_imports(request: Request, _: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[ImportOut]:
    """Imports, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with request.app.state.database.transaction() as connection:
        found = imports.page(connection, (after[0], after[1]) if after else None, limit + 1)
        kept, following = pagination.page(found, limit, lambda row: [row["created_at"], row["id"]])
        return Page(items=[_shown(connection, row) for row in kept], next_cursor=following)


def _existing(connection: Connection, id_: UUID) -> dict[str, Any]:
    row = imports.get(connection, id_)
    if row is None:
        raise not_found("This import")
    return row


@router.get("/imports/{import_id}")
def get_import(request: Request, import_id: UUID, _: Reader) -> ImportOut:
    """One import."""
    with request.app.state.database.transaction() as connection:
        return _shown(connection, _existing(connection, import_id))


@router.post("/imports/{import_id}/cancel")
def cancel_import(request: Request, import_id: UUID, caller: Writer) -> ImportOut:
    """Stop sending lines; what was recorded stays recorded."""
    with request.app.state.database.transaction() as connection:
        row = _existing(connection, import_id)
        if not jobs.cancel(connection, import_id):
            raise Conflict("This import has ended.", code="ended")
        audit.record(connection, "sales", caller.name, "import-cancelled", f"import {import_id}")
        return _shown(connection, row)


@router.get("/imports/{import_id}/errors")
def list_import_errors(
    request: Request, import_id: UUID, _: Reader, limit: Limit = 100, cursor: Cursor = None
) -> Page[RejectedLine]:
    """Lines that became no sale, in the file's order."""
    after = pagination.decode(cursor, int)
    with request.app.state.database.transaction() as connection:
        _existing(connection, import_id)
        found = imports.rejected_lines(connection, import_id, min(after[0], 2**31 - 1) if after else 0, limit + 1)
    kept, following = pagination.page([RejectedLine(**row) for row in found], limit, lambda item: [item.line])
    return Page(items=kept, next_cursor=following)


@router.get("/imports/{import_id}/errors.csv", response_class=StreamingResponse)
def export_import_errors(request: Request, import_id: UUID, _: Reader) -> StreamingResponse:
    """All rejected lines as CSV."""
    database: Database = request.app.state.database
    with database.transaction() as connection:
        _existing(connection, import_id)
    return StreamingResponse(_csv(database, import_id), media_type="text/csv")


def _csv(database: Database, import_id: UUID) -> Iterator[str]:
    yield "line,code,column,message,content\r\n"
    after = 0
    while True:
        with database.transaction() as connection:
            found = imports.rejected_lines(connection, import_id, after, 5000)
        if not found:
            return
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        for row in found:
            writer.writerow(
                [_harmless(str(row[name] or "")) for name in ("line", "code", "column", "message", "content")]
            )
        after = found[-1]["line"]
        yield buffer.getvalue()


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell[:1] else cell
