"""Recording, correcting and voiding sales."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import anyio
from chassis.database import Database
from chassis.parameters import IdempotencyKey
from chassis.security import Principal, Role, require
from contracts.events import SaleSubmitted
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from sales.api.models import BulkIn, CorrectionIn, SaleIn, VoidIn
from sales.application import change_sale
from sales.application import record_sales as recording
from sales.application.answers import BulkError, BulkOut, SaleOut
from sales.application.change_sale import SaleChange
from sales.application.record_sales import Caller, Offer
from sales.domain.claims import Horizon
from sales.storage import codes, known

router = APIRouter(tags=["sales"])
Writer = Annotated[Principal, Depends(require(Role.PLANNER, "sales:write"))]
LOOKS = (0.05, 0.1, 0.2, 0.3, 0.35, 0.5, 0.5)  # seconds between looks for a product that may be on its way
MOST_LOOKING = 50
_looking = anyio.Semaphore(MOST_LOOKING)


def _horizon(request: Request) -> Horizon:
    return Horizon(request.app.state.settings.zone, datetime.now(UTC))


def _caller(who: Principal) -> Caller:
    return Caller(who.id, who.actor, who.source)


def _offer(given: SaleIn, index: int = 0) -> Offer:
    content = {name: getattr(given, name) for name in SaleSubmitted.model_fields if name in SaleIn.model_fields}
    return Offer(SaleSubmitted.model_construct(**content), given.id, given.product_id, index)


async def _wait_for_product(database: Database, sku: str | None) -> None:
    """A product made a moment ago is on its way here; a client that reads its own writes need not know that.

    No thread is held meanwhile. Where many wait already, the sale is left to wait in quarantine, which loses nothing.
    """
    if sku is None or await run_in_threadpool(_known, database, sku) or _looking.value == 0:
        return
    async with _looking:
        for seconds in LOOKS:
            await anyio.sleep(seconds)
            if await run_in_threadpool(_known, database, sku):
                return


def _known(database: Database, sku: str) -> bool:
    with database.snapshot() as connection:
        return bool(known.skus(connection, [sku]) or codes.decided(connection, [sku]))


@router.post("/sales", status_code=201, responses={200: {"model": SaleOut}, 202: {"model": SaleOut}})
async def record_sale(
    request: Request, response: Response, given: SaleIn, caller: Writer, idempotency_key: IdempotencyKey = None
) -> SaleOut:
    """Record a sale, return, correction or void. 200: it was there already; 202: it waits for its product.

    Without `sold_at` a sale or return happened now.
    """
    database: Database = request.app.state.database
    await _wait_for_product(database, given.sku)
    answer, response.status_code = await run_in_threadpool(
        recording.record_sale, database, _offer(given), _caller(caller), _horizon(request), idempotency_key,
        given.model_dump(mode="json"),
    )  # fmt: skip
    return answer


@router.post("/sales/bulk")
def record_sales(request: Request, given: BulkIn, caller: Writer, idempotency_key: IdempotencyKey = None) -> BulkOut:
    """Record up to 10,000 sales; valid ones are recorded, the others listed with index and field."""
    offers: list[Offer] = []
    errors: list[BulkError] = []
    for index, item in enumerate(given.items):
        try:
            offers.append(_offer(SaleIn.model_validate(item), index))
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            errors.append(BulkError(index=index, field=field, code=first["type"], message=first["msg"]))
    database: Database = request.app.state.database
    return recording.record_sales(
        database, offers, errors, _caller(caller), _horizon(request), idempotency_key, given.items
    )  # fmt: skip


@router.post("/sales/{sale_id}/void", status_code=201, responses={200: {"model": SaleOut}})
def void_sale(
    request: Request, response: Response, sale_id: UUID, given: VoidIn, caller: Writer,
    idempotency_key: IdempotencyKey = None,
) -> SaleOut:  # fmt: skip
    """Say that a sale never was."""
    content = {"kind": "void", "reference": given.reason}
    return _change(request, response, sale_id, SaleChange(content, given.id), caller, idempotency_key)


@router.post("/sales/{sale_id}/correct", status_code=201, responses={200: {"model": SaleOut}, 202: {"model": SaleOut}})
def correct_sale(
    request: Request, response: Response, sale_id: UUID, given: CorrectionIn, caller: Writer,
    idempotency_key: IdempotencyKey = None,
) -> SaleOut:  # fmt: skip
    """Replace a sale's content; what is left out stays as it is. 202: it waits for its product or location."""
    content = {"kind": "correction", **given.model_dump(exclude={"id"}, exclude_none=True)}
    return _change(request, response, sale_id, SaleChange(content, given.id), caller, idempotency_key)


def _change(
    request: Request, response: Response, sale_id: UUID, change: SaleChange, caller: Principal, key: str | None
) -> SaleOut:
    database: Database = request.app.state.database
    answer, response.status_code = change_sale.change_sale(
        database, sale_id, change, _caller(caller), _horizon(request), key
    )
    return answer
