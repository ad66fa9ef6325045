"""Sales that a client records over REST, one or many: recorded, repeated, waiting, or refused with the field at fault.

A refusal over REST is told to the caller and stores nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import msgspec
from chassis import audit, idempotency
from chassis.database import Connection, Database
from chassis.failures import Conflict, Failure, FieldError, Invalid, invalid, not_found
from contracts.events import SaleSubmitted, sale_id

from sales.application.answers import BulkError, BulkOut, SaleOut
from sales.application.record import Outcome, record
from sales.domain.claims import Horizon, normalise
from sales.domain.sale import Refused, Sale, amount
from sales.domain.sources import REST
from sales.storage import entries, known, ledger

STATUS = {"recorded": 201, "duplicate": 200, "quarantined": 202}


@dataclass(frozen=True)
class Caller:
    """Who records: `actor` for the audit trail, `source` if a key is bound to one."""

    id: str
    actor: str
    source: str | None = None


@dataclass(frozen=True)
class Offer:
    """A sale as a client gives it: `event_id` is its own, kept over retries; `product_id` may stand for the sku."""

    content: SaleSubmitted
    event_id: str | None = None
    product_id: UUID | None = None
    index: int = 0


def record_sale(
    database: Database, offer: Offer, caller: Caller, horizon: Horizon, key: str | None, body: Any
) -> tuple[SaleOut, int]:
    """Record a sale, return, correction or void; the answer and its status. Raises a Failure when it is refused."""
    digest = idempotency.request_hash(body)
    with database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, key, digest)
        if before:
            return SaleOut(**before["response"]), int(before["status"])
        answer = enter(connection, _claimed(connection, offer, caller, horizon), caller.actor)
        status = STATUS[answer.status]
        idempotency.keep(connection, caller.id, key, digest, status, answer.model_dump(mode="json"))
        return answer, status


def record_sales(
    database: Database, offers: Sequence[Offer], errors: Sequence[BulkError], caller: Caller, horizon: Horizon,
    key: str | None, body: Any,
) -> BulkOut:  # fmt: skip
    """Record what can be recorded of many; `errors` tells of those that could not even be read."""
    digest = idempotency.request_hash(body) if key else ""
    with database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, key, digest)
        if before:
            return BulkOut(**before["response"])
        answer = _enter_all(connection, offers, errors, caller, horizon)
        audit.record(connection, "sales", caller.actor, "sales-recorded", "bulk", recorded=answer.recorded)
        idempotency.keep(connection, caller.id, key, digest, 200, answer.model_dump(mode="json"))
    return answer


def _enter_all(
    connection: Connection, offers: Sequence[Offer], errors: Sequence[BulkError], caller: Caller, horizon: Horizon
) -> BulkOut:
    claims: list[Sale] = []
    places: dict[tuple[UUID, UUID], list[int]] = {}
    told = list(errors)
    for offer in offers:
        try:
            claim = _claimed(connection, offer, caller, horizon)
        except Invalid as problem:
            told += [BulkError(index=offer.index, **fault.model_dump()) for fault in problem.errors]
            continue
        claims.append(claim)
        places.setdefault((claim.sale_id, claim.content_hash), []).append(offer.index)
    outcome = record(connection, claims)
    for refusal in outcome.rejected:
        if at := places.get((refusal.sale.sale_id, refusal.sale.content_hash)):  # else it waited: its claimer is told
            told.append(BulkError(index=at.pop(0), field=refusal.field, code=refusal.code, message=refusal.message))
    counts = outcome.counts()
    return BulkOut(
        recorded=counts["recorded"], duplicates=counts["duplicates"], quarantined=counts["quarantined"],
        rejected=len(told), errors=sorted(told, key=lambda error: error.index),
    )  # fmt: skip


def enter(connection: Connection, claim: Sale, actor: str) -> SaleOut:
    """Record a claim and leave a trail. Raises a Failure when it is refused: then nothing may be committed."""
    outcome = record(connection, [claim])
    if outcome.rejected:
        refusal = outcome.rejected[0]
        raise failure(Refused(refusal.code, refusal.field, refusal.message))
    answer = _answer(connection, claim, outcome)
    if answer.status != "duplicate":
        audit.record(connection, "sales", actor, f"{claim.kind}-recorded", f"sale {claim.sale_id}")
    return answer


def failure(reason: Refused) -> Failure:
    """A refusal as its caller is told."""
    kind = Conflict if reason.code in ("identity_conflict", "already_voided") else Invalid
    fault = FieldError(field=reason.field, message=reason.message, code=reason.code)
    return kind(f"{reason.field}: {reason.message}", code=reason.code, errors=[fault])


def _claimed(connection: Connection, offer: Offer, caller: Caller, horizon: Horizon) -> Sale:
    """The claim of an offer. Raises Invalid."""
    content, source, event_id = offer.content, caller.source or REST, offer.event_id or str(uuid4())
    said: dict[str, Any] = {}
    if offer.product_id is not None:
        sku = known.sku_of(connection, offer.product_id)
        if sku is None or (content.sku and content.sku != sku):
            raise invalid("product_id", "is no known product, or another than `sku`", "unknown_product")
        said["sku"] = sku
    if content.sold_at is None and content.kind in ("sale", "return"):
        # Now, but of a sale that is here already its own moment: a retry must not differ from what it repeats.
        before = entries.moment_of(connection, sale_id(source, event_id)) if offer.event_id else None
        said["sold_at"] = before or horizon.now
    try:
        return normalise(content.model_copy(update=said) if said else content, source, event_id, horizon)
    except Refused as reason:
        raise failure(reason) from None


def _answer(connection: Connection, claim: Sale, outcome: Outcome) -> SaleOut:
    if claim.sale_id in outcome.quarantined:
        said = msgspec.structs.asdict(claim)
        if claim.quantity is not None and claim.unit_price is not None:
            said["amount"] = amount(claim.quantity, claim.unit_price)
        return SaleOut(
            id=claim.sale_id, status="quarantined", waiting_for=outcome.quarantined[claim.sale_id], **said
        )  # fmt: skip
    stored = ledger.get(connection, claim.sale_id)
    if stored is None:
        raise not_found("This sale")
    return SaleOut(**stored, status="duplicate" if outcome.duplicates else "recorded")
