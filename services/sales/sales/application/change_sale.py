"""Corrections and voids of a sale that a client names by its id: fields left out stay as they are now."""

from typing import Any
from uuid import UUID, uuid4

from chassis.database import Connection, Database
from chassis.failures import not_found
from contracts.events import SaleSubmitted

from sales.application.answers import SaleOut
from sales.application.bound_keys import only_own
from sales.application.record_sales import Caller, enter, failure
from sales.domain.claims import Horizon, normalise
from sales.domain.sale import Refused, Sale
from sales.storage import entries, known


def correct_sale(
    database: Database, sale_id: UUID, content: dict[str, Any], event_id: str | None, caller: Caller,
    horizon: Horizon,
) -> SaleOut:  # fmt: skip
    """Replace what `content` names."""
    return _change(database, sale_id, {"kind": "correction", **content}, event_id, caller, horizon)


def void_sale(
    database: Database, sale_id: UUID, reason: str | None, event_id: str | None, caller: Caller, horizon: Horizon
) -> SaleOut:
    """Say that a sale never was."""
    return _change(database, sale_id, {"kind": "void", "reference": reason}, event_id, caller, horizon)


def _change(
    database: Database, sale_id: UUID, content: dict[str, Any], event_id: str | None, caller: Caller,
    horizon: Horizon,
) -> SaleOut:  # fmt: skip
    with database.transaction() as connection:
        known.arrivals_lock(connection, exclusive=True)  # before the chain's own lock, as everywhere
        first, head = _chain(connection, sale_id)
        only_own(caller.source, first.source)
        # The place has always been part of what is hashed; the one that counts now changes nothing.
        said = SaleSubmitted.model_construct(original=first.event_id, **{"location": head.location} | content)
        try:
            claim = normalise(said, first.source, event_id or str(uuid4()), horizon)
        except Refused as refused:
            raise failure(refused) from None
        return enter(connection, claim, caller.actor)


def _chain(connection: Connection, sale_id: UUID) -> tuple[Sale, Sale]:
    """The first and the newest entry of the chain that a sale belongs to."""
    found = entries.find(connection, sale_id)
    if found is None:
        raise not_found("This sale")
    root = found.original_id or found.sale_id
    first = entries.find(connection, root)
    assert first is not None
    return first, entries.head(connection, root)
