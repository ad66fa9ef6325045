"""Recording, changing and reading sales."""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from chassis import audit, idempotency, pagination
from chassis.database import Connection, Database
from chassis.failures import Conflict, Failure, FieldError, Invalid, invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.security import Principal, Role, require
from contracts.types import Code, Sku, Text
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import ValidationError

from sales.api.models import (
    BulkError,
    BulkIn,
    BulkOut,
    CorrectionIn,
    LedgerTotals,
    RejectedSale,
    SaleIn,
    SaleOut,
    VoidIn,
    WaitingSale,
    WeeklySales,
)
from sales.domain.claims import Claim, Clock, Refused, Submission, normalise
from sales.storage import ledger, queries, refusals, waiting
from sales.storage.ledger import Outcome

router = APIRouter(tags=["sales"])
Writer = Annotated[Principal, Depends(require(Role.PLANNER, "sales:write"))]
Reader = Annotated[Principal, Depends(require(Role.VIEWER, "read"))]
IdempotencyKey = Annotated[Text | None, Header(description="Repeat a request safely: the first answer is given again")]
REST = "rest"
PRODUCT_WAIT_SECONDS = 2.0


def _clock(request: Request) -> Clock:
    return Clock(request.app.state.settings.zone, datetime.now(UTC))


def _source(caller: Principal) -> str:
    return caller.source or REST


def _claim(connection: Connection, given: SaleIn, source: str, clock: Clock, index: str = "") -> Claim:
    sku = given.sku
    if given.product_id is not None:
        sku = queries.sku_of(connection, given.product_id)
        if sku is None or (given.sku and given.sku != sku):
            raise invalid(f"{index}product_id", "is no known product, or another than `sku`", "unknown_product")
    sold_at = given.sold_at
    moment = None
    if sold_at is not None:
        try:
            moment = clock.business_moment(sold_at)
        except (OverflowError, ValueError):
            raise invalid(f"{index}sold_at", "is outside of what can be recorded", "date_out_of_range") from None
    submitted = Submission(
        kind=given.kind, sku=sku, location=given.location, quantity=given.quantity, unit_price=given.unit_price,
        sold_at=moment, original=given.original, reference=given.reference, import_id=None, line=None,
    )  # fmt: skip
    return normalise(submitted, source, given.id or str(uuid4()), clock)


def _shown(connection: Connection, claim: Claim, outcome: Outcome) -> SaleOut:
    if claim.sale_id in outcome.quarantined:
        return SaleOut(
            id=claim.sale_id, status="quarantined", waiting_for=outcome.quarantined[claim.sale_id], source=claim.source,
            event_id=claim.event_id, kind=claim.kind, sku=claim.sku, location=claim.location, quantity=claim.quantity,
            unit_price=claim.unit_price, amount=None, sold_at=claim.sold_at,
        )  # fmt: skip
    stored = queries.get(connection, claim.sale_id)
    if stored is None:
        raise not_found("This sale")
    return SaleOut(**stored, status="duplicate" if outcome.duplicates else "recorded")


def _refuse(code: str, field: str, message: str) -> Failure:
    kind = Conflict if code in ("identity_conflict", "already_voided") else Invalid
    return kind(f"{field}: {message}", code=code, errors=[FieldError(field=field, message=message, code=code)])


def _wait_for_product(database: Database, sku: str | None) -> None:
    """A product made a moment ago is on its way here; a client that reads its own writes need not know that."""
    deadline = time.monotonic() + PRODUCT_WAIT_SECONDS
    while sku is not None:
        with database.transaction() as connection:
            if queries.known(connection, sku) or time.monotonic() > deadline:
                return
        time.sleep(0.1)


def _record_one(request: Request, claim: Claim, caller: Principal, key: str | None, body: Any) -> tuple[SaleOut, int]:
    digest = idempotency.request_hash(body)
    database: Database = request.app.state.database
    with database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, key, digest)
        if before:
            return SaleOut(**before["response"]), int(before["status"])
        outcome = ledger.record(connection, [claim])
        if not outcome.rejected:
            answer = _shown(connection, claim, outcome)
            status = {"recorded": 201, "duplicate": 200, "quarantined": 202}[answer.status]
            if answer.status != "duplicate":
                audit.record(connection, "sales", caller.name, f"{claim.kind}-recorded", f"sale {claim.sale_id}")
            idempotency.keep(connection, caller.id, key, digest, status, answer.model_dump(mode="json"))
            return answer, status
        # A refusal over REST is told to the caller and stores nothing.
        connection.rollback()
    refusal = outcome.rejected[0]
    raise _refuse(refusal.code, refusal.field, refusal.message)


@router.post("/sales", status_code=201, responses={200: {"model": SaleOut}, 202: {"model": SaleOut}})
def record_sale(
    request: Request, response: Response, given: SaleIn, caller: Writer, idempotency_key: IdempotencyKey = None
) -> SaleOut:
    """Record a sale, return, correction or void. 200: it was there already; 202: it waits for its product."""
    database: Database = request.app.state.database
    _wait_for_product(database, given.sku)
    with database.transaction() as connection:
        try:
            claim = _claim(connection, given, _source(caller), _clock(request))
        except Refused as refused:
            raise _refuse(refused.code, refused.field, refused.message) from None
    answer, response.status_code = _record_one(request, claim, caller, idempotency_key, given.model_dump(mode="json"))
    return answer


@router.post("/sales/bulk")
def record_sales(request: Request, given: BulkIn, caller: Writer, idempotency_key: IdempotencyKey = None) -> BulkOut:
    """Record up to 10,000 sales; valid ones are recorded, the others listed with index and field."""
    clock, source = _clock(request), _source(caller)
    claims: list[Claim] = []
    places: dict[UUID, int] = {}
    errors: list[BulkError] = []
    digest = idempotency.request_hash(given.items) if idempotency_key else ""
    with request.app.state.database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, idempotency_key, digest)
        if before:
            return BulkOut(**before["response"])
        for index, item in enumerate(given.items):
            try:
                claim = _claim(connection, SaleIn.model_validate(item), source, clock)
                claims.append(claim)
                places.setdefault(claim.sale_id, index)
            except ValidationError as wrong:
                first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
                field = ".".join(str(part) for part in first["loc"])
                errors.append(BulkError(index=index, field=field, code=first["type"], message=first["msg"]))
            except Refused as refused:
                errors.append(BulkError(index=index, field=refused.field, code=refused.code, message=refused.message))
            except Invalid as problem:
                fault = problem.errors[0]
                errors.append(BulkError(index=index, field=fault.field, code=fault.code, message=fault.message))
        outcome = ledger.record(connection, claims)
        errors += [
            BulkError(index=places.get(r.sale_id, 0), field=r.field, code=r.code, message=r.message)
            for r in outcome.rejected
        ]
        counts = outcome.counts()
        answer = BulkOut(
            recorded=counts["recorded"], duplicates=counts["duplicates"], quarantined=counts["quarantined"],
            rejected=len(errors), errors=sorted(errors, key=lambda error: error.index),
        )  # fmt: skip
        audit.record(connection, "sales", caller.name, "sales-recorded", "bulk", recorded=answer.recorded)
        idempotency.keep(connection, caller.id, idempotency_key, digest, 200, answer.model_dump(mode="json"))
    return answer


def _change(request: Request, sale_id: UUID, caller: Principal, event_id: str | None, **content: Any) -> SaleOut:
    database: Database = request.app.state.database
    with database.transaction() as connection:
        stored = queries.get(connection, sale_id)
        if stored is None:
            raise not_found("This sale")
        root = queries.get(connection, stored["original_id"]) if stored["original_id"] else stored
        assert root is not None
        given = SaleIn(
            original=root["event_id"], id=event_id, **{"location": stored["location"]} | content,
        )  # fmt: skip
        try:
            claim = _claim(connection, given, root["source"], _clock(request))
        except Refused as refused:
            raise _refuse(refused.code, refused.field, refused.message) from None
    return _record_one(request, claim, caller, None, None)[0]


@router.post("/sales/{sale_id}/void", status_code=201)
def void_sale(request: Request, sale_id: UUID, given: VoidIn, caller: Writer) -> SaleOut:
    """Say that a sale never was."""
    return _change(request, sale_id, caller, given.id, kind="void", reference=given.reason)


@router.post("/sales/{sale_id}/correct", status_code=201)
def correct_sale(request: Request, sale_id: UUID, given: CorrectionIn, caller: Writer) -> SaleOut:
    """Replace a sale's content."""
    content = given.model_dump(exclude={"id"}, exclude_none=True)
    return _change(request, sale_id, caller, given.id, kind="correction", **content)


@router.get("/sales")
def list_sales(
    request: Request,
    _: Reader,
    sku: Annotated[Sku | None, Query()] = None,
    location: Annotated[Code | None, Query()] = None,
    source: Annotated[Text | None, Query()] = None,
    kind: Annotated[Text | None, Query()] = None,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[SaleOut]:
    """The ledger, newest first; `from` and `to` are business days, both included."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    filters = {"sku": sku, "location": location, "source": source, "kind": kind, **_period(request, since, until)}
    with request.app.state.database.transaction() as connection:
        found = queries.page(connection, filters, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page([SaleOut(**row) for row in found], limit, lambda sale: [sale.sold_at, sale.id])
    return Page(items=kept, next_cursor=following)


def _period(request: Request, since: date | None, until: date | None) -> dict[str, datetime | None]:
    zone = request.app.state.settings.zone
    try:
        return {
            "since": queries.day_start(since, zone) if since else None,
            "until": queries.day_start(until + timedelta(days=1), zone) if until else None,
        }
    except (OverflowError, ValueError):
        raise invalid("from", "is outside of what can be recorded", "date_out_of_range") from None


@router.get("/sales/weekly")
def list_weekly_sales(
    request: Request,
    _: Reader,
    sku: Annotated[Sku | None, Query()] = None,
    location: Annotated[Code | None, Query()] = None,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[WeeklySales]:
    """Weekly sums of what counts, newest week first."""
    settings = request.app.state.settings
    after = pagination.decode(cursor, date.fromisoformat, str, str)
    filters = {"sku": sku, "location": location, **_period(request, since, until)}
    with request.app.state.database.transaction() as connection:
        found = queries.weekly(
            connection, settings.zone, settings.first_weekday, filters,
            (after[0], after[1], after[2]) if after else None, limit + 1,
        )  # fmt: skip
    kept, following = pagination.page(
        [WeeklySales(**row) for row in found], limit, lambda item: [item.week, item.sku, item.location]
    )
    return Page(items=kept, next_cursor=following)


@router.get("/sales/totals")
def get_ledger_totals(request: Request, _: Reader, source: Annotated[Text | None, Query()] = None) -> LedgerTotals:
    """What counts, to compare with every projection."""
    with request.app.state.database.snapshot() as connection:
        found = queries.totals(connection, source)
    return LedgerTotals(**found | {"units": Decimal(found["units"]), "amount": Decimal(found["amount"])})


@router.get("/sales/quarantine")
def list_quarantine(request: Request, _: Reader, limit: Limit = 100, cursor: Cursor = None) -> Page[WaitingSale]:
    """Claims that wait for a product, a location or their original."""
    after = pagination.decode(cursor, UUID)
    with request.app.state.database.transaction() as connection:
        found = waiting.page(connection, after[0] if after else None, limit + 1)
    items = [
        WaitingSale(
            id=row["sale_id"], waiting_for=row["waiting_for"], source=row["source"], event_id=row["event_id"],
            sku=row["claim"]["sku"], location=row["claim"]["location"], since=row["since"],
        )
        for row in found
    ]  # fmt: skip
    kept, following = pagination.page(items, limit, lambda item: [item.id])
    return Page(items=kept, next_cursor=following)


@router.get("/sales/rejected")
def list_rejected(
    request: Request,
    _: Reader,
    source: Annotated[Text | None, Query()] = None,
    import_id: UUID | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[RejectedSale]:
    """Refused claims, newest first."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with request.app.state.database.transaction() as connection:
        found = refusals.page(connection, source, import_id, (after[0], after[1]) if after else None, limit + 1)
    items = [RejectedSale(id=row.pop("sale_id"), **row) for row in found]
    kept, following = pagination.page(items, limit, lambda item: [item.rejected_at, item.id])
    return Page(items=kept, next_cursor=following)


@router.get("/sales/{sale_id}")
def get_sale(request: Request, sale_id: UUID, _: Reader) -> SaleOut:
    """One entry of the ledger."""
    with request.app.state.database.transaction() as connection:
        stored = queries.get(connection, sale_id)
    if stored is None:
        raise not_found("This sale")
    return SaleOut(**stored)
