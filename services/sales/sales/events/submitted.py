"""`sale-submitted`, what producers and files claim, into the ledger."""

from collections.abc import Callable, Sequence, Set
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.consumer import Batch, Delivery
from chassis.database import Connection
from contracts import topics
from contracts.events import SaleSubmitted, sale_id
from contracts.topics import Topic

from sales.application.bound_keys import foreign_to_imports
from sales.application.take_batch import take_batch
from sales.domain.claims import Horizon, normalise, refused
from sales.domain.entries import UsualEntry
from sales.domain.sale import Refusal, Refused, Sale
from sales.events.claimed_sources import other_source
from sales.events.wire import decode_claim


class SubmittedSales:
    """Consumes claims."""

    name = "ledger"
    topics: Sequence[Topic] = (topics.SALE_SUBMITTED,)

    def __init__(self, zone: ZoneInfo, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._zone, self._now = zone, now

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Record what can be recorded; the rest is refused with its reason."""
        horizon = Horizon(self._zone, self._now())
        sales, others = _divided(batch)
        if _reject_foreign_lines(connection, batch, sales, others):
            sales, others = _divided(batch)
        take_batch(
            connection, sales, {str(sale_id(d.event.source, d.event.id)) for d in others}, horizon.latest,
            changes=any(getattr(d.event.payload, "kind", None) in ("correction", "void") for d in others),
            judge=lambda left: _judged(batch, left, horizon),
        )  # fmt: skip


def _divided(batch: Batch) -> tuple[list[UsualEntry], list[Delivery]]:
    """The batch's usual sales, and whatever else it holds."""
    sales: list[Any] = [delivery.event for delivery in batch.deliveries]
    if all(sale.__class__ is UsualEntry for sale in sales):
        return sales, []
    return (
        [sale for sale in sales if isinstance(sale, UsualEntry)],
        [delivery for delivery in batch.deliveries if not isinstance(delivery.event, UsualEntry)],
    )


def _reject_foreign_lines(
    connection: Connection, batch: Batch, sales: Sequence[UsualEntry], others: Sequence[Delivery]
) -> bool:
    """Lines of a file are its import's: what names another's, or none that is there, was made up. Whether any was."""
    named = {(sale.import_id, sale.source) for sale in sales if sale.import_id}
    named |= {of for delivery in others if (of := _import_of(delivery.event))}
    foreign = foreign_to_imports(connection, named) if named else ()
    for delivery in batch.deliveries if foreign else ():
        if _import_of(delivery.event) in foreign:
            fault = other_source(delivery.event.source)
            batch.reject(delivery, fault.code, str(fault))
    if foreign:
        batch.deliveries = [delivery for delivery in batch.deliveries if _import_of(delivery.event) not in foreign]
    return bool(foreign)


def _import_of(event: Any) -> tuple[UUID, str] | None:
    claim = event if isinstance(event, UsualEntry) else event.payload
    import_id = getattr(claim, "import_id", None)
    return None if import_id is None else (import_id, event.source)


def _judged(batch: Batch, left: Set[str], horizon: Horizon) -> tuple[list[Sale], list[Refusal]]:
    """What must go the long way, in the order in which it came: of two with one id the first is the one that counts."""
    claims: list[Sale] = []
    refusals: list[Refusal] = []
    for delivery in batch.deliveries:
        event: Any = delivery.event
        if isinstance(event, UsualEntry):
            if event.sale_id not in left:
                continue
            event = decode_claim(delivery.record.headers, delivery.record.value)
        if not isinstance(event.payload, SaleSubmitted):
            batch.reject(delivery, "wrong_type", f"{event.type} does not belong into sale-submitted")
            continue
        submitted = event.payload
        try:
            claims.append(normalise(submitted, event.source, event.id, horizon))
        except Refused as reason:
            refusals.append(refused(submitted, event.source, event.id, reason))
    return claims, refusals
