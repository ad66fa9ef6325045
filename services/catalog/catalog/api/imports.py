"""Files of a shop but its sales: products, prices, stock counts, suppliers, terms, receipts, promotions, and what is
held for customers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis import pagination, uploads
from chassis.failures import invalid
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Viewer
from chassis.reading.own import FAULT
from contracts.types import Name
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from catalog.api.parameters import CatalogWriter, Config
from catalog.application.imports import follow, mend, preview, run
from catalog.application.imports.answers import (
    KindName,
    RefusedLine,
    ShopImportOut,
    ShopImportStarted,
    ShopMendIn,
    ShopMendOut,
    ShopPreview,
    faults_of,
)
from catalog.application.imports.kind import ShopSettings
from catalog.domain.imports.columns import ShopMapping
from catalog.settings import Settings
from catalog.storage import imports

router = APIRouter(tags=["shop imports"])
MappingText = Annotated[str | None, Query(max_length=50_000, description="A mapping as JSON")]


@router.post("/shop-imports/{kind}", status_code=202)
async def start_shop_import(
    request: Request,
    kind: KindName,
    caller: CatalogWriter,
    name: Annotated[Name, Query(description="The file's name")] = "upload",
    mapping: MappingText = None,
) -> ShopImportStarted:
    """Upload a CSV or Parquet file (as the body, or multipart field `file`); it is worked off as a job.

    What the file says already changes nothing. Unknown products are errors, but in a file of products.
    """
    upload = await uploads.received(request, request.app.state.settings.max_upload_mb * 1024**2)
    with upload.file:
        given, called = _mapping(mapping or upload.mapping), (upload.name or name)[:200].replace("\x00", "")
        state = request.app.state
        id_ = await run_in_threadpool(
            run.submit_import, state.database, _business(state.settings), upload.file, kind, called, given, caller.actor
        )
    return ShopImportStarted(id=id_, status="waiting")


@router.post("/shop-imports/{kind}/preview")
async def preview_shop_import(
    request: Request, kind: KindName, caller: CatalogWriter, mapping: MappingText = None
) -> ShopPreview:  # fmt: skip
    """How a file would be taken, by every rule of its import; nothing is stored. Send all of it."""
    settings = request.app.state.settings
    upload = await uploads.received(request, settings.max_upload_mb * 1024**2)
    with upload.file:
        given = _mapping(mapping or upload.mapping)
        return await run_in_threadpool(
            preview.preview_import, request.app.state.database, _business(settings), upload.file, kind, given,
            caller.actor,
        )  # fmt: skip


def _business(settings: Settings) -> ShopSettings:
    return ShopSettings(settings.zone, settings.currency)


def _mapping(text: str | None) -> ShopMapping | None:
    if not text:
        return None
    try:
        return ShopMapping.model_validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        raise invalid(".".join(["mapping", *map(str, first["loc"])]), first["msg"], first["type"]) from None


@router.get("/shop-imports")
def list_shop_imports(
    database: Db, _: Viewer, kind: KindName | None = None, limit: Limit = 50, cursor: Cursor = None
) -> Page[ShopImportOut]:
    """Imports, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with database.snapshot() as connection:
        found = imports.page(connection, kind, (after[0], after[1]) if after else None, limit + 1)
        kept, following = pagination.page(found, limit, lambda row: [row["created_at"], row["id"]])
        return Page(items=[follow.shown(connection, row) for row in kept], next_cursor=following)


@router.get("/shop-imports/{import_id}")
def get_shop_import(database: Db, import_id: UUID, _: Viewer) -> ShopImportOut:
    """One import."""
    with database.snapshot() as connection:
        return follow.shown(connection, follow.existing(connection, import_id))


@router.post("/shop-imports/{import_id}/cancel")
def cancel_shop_import(database: Db, import_id: UUID, caller: CatalogWriter) -> ShopImportOut:
    """Write no further line; what was written stays."""
    return follow.cancel_import(database, import_id, caller.actor)


@router.post("/shop-imports/{import_id}/undo")
def undo_shop_import(database: Db, settings: Config, import_id: UUID, caller: CatalogWriter) -> ShopImportOut:
    """Take back what the import wrote, as far as nobody has changed it since; 409 where its kind cannot be undone."""
    return follow.undo_import(database, settings.zone, import_id, caller.actor)


@router.post("/shop-imports/{import_id}/mend")
def mend_shop_import(
    database: Db, settings: Config, import_id: UUID, given: ShopMendIn, caller: CatalogWriter
) -> ShopMendOut:
    """Correct refused lines in place and take them, without the file; lines of one delivery are taken together.

    Without lines all refused lines are judged again as they are. May be repeated: nothing is taken twice.
    """
    changed = {one.line: one.cells for one in given.lines}
    if given.dry_run:
        return mend.check_lines(database, settings.zone, import_id, changed)
    return mend.mend_lines(database, settings.zone, import_id, changed, caller.actor)


@router.get("/shop-imports/{import_id}/errors")
def list_shop_import_errors(
    database: Db, import_id: UUID, _: Viewer, limit: Limit = 100, cursor: Cursor = None
) -> Page[RefusedLine]:
    """Lines that changed nothing since something is wrong with them, cell by cell, in the file's order."""
    after = pagination.decode(cursor, int)
    with database.snapshot() as connection:
        follow.existing(connection, import_id)
        found = imports.refused(connection, import_id, min(after[0], 2**31 - 1) if after else 0, limit + 1)
    for row in found:
        (row["cells"] or {}).pop(FAULT, None)
    items = [RefusedLine(errors=faults_of(row["line"], row.pop("faults")), **row) for row in found]
    kept, following = pagination.page(items, limit, lambda item: [item.line])
    return Page(items=kept, next_cursor=following)
