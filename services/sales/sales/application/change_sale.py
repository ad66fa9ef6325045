"""Corrections and voids of a sale that a client names by its id: fields left out stay as they are now."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from chassis import idempotency
from chassis.database import Connection, Database
from chassis.failures import not_found
from contracts.events import SaleSubmitted

from sales.application.answers import SaleOut
from sales.application.bound_keys import only_own
from sales.application.record_sales import STATUS, Caller, enter, failure
from sales.domain.claims import Horizon, normalise
from sales.domain.sale import Refused, Sale
from sales.storage import entries, known


@dataclass(frozen=True)
class SaleChange:
    """What a correction or void says, under the client's own id if it gives one."""

    content: dict[str, Any]
    event_id: str | None = None


def change_sale(
    database: Database, sale_id: UUID, change: SaleChange, caller: Caller, horizon: Horizon, key: str | None
) -> tuple[SaleOut, int]:
    """Replace what a correction names, or say by a void that the sale never was; the answer and its status."""
    digest = idempotency.request_hash([sale_id, change.content, change.event_id])
    with database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, key, digest)
        if before:
            return SaleOut(**before["response"]), int(before["status"])
        known.arrivals_lock(connection, exclusive=True)  # before the chain's own lock, as everywhere
        first, head = _chain(connection, sale_id)
        only_own(caller.source, first.source)
        # The place has always been part of what is hashed; the one that counts now changes nothing.
        said = SaleSubmitted.model_construct(original=first.event_id, **{"location": head.location} | change.content)
        try:
            claim = normalise(said, first.source, change.event_id or str(uuid4()), horizon)
        except Refused as refused:
            raise failure(refused) from None
        answer = enter(connection, claim, caller.actor)
        idempotency.keep(connection, caller.id, key, digest, STATUS[answer.status], answer.model_dump(mode="json"))
        return answer, STATUS[answer.status]


def _chain(connection: Connection, sale_id: UUID) -> tuple[Sale, Sale]:
    """The first and the newest entry of the chain that a sale belongs to."""
    found = entries.find(connection, sale_id)
    if found is None:
        raise not_found("This sale")
    root = found.original_id or found.sale_id
    first = entries.find(connection, root)
    assert first is not None
    return first, entries.head(connection, root)
