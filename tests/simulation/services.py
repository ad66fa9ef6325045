"""The handlers of the simulated services: projections are the services' own, the storage is simulated."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import inbox
from chassis.consumer import Batch
from chassis.event_log import Outgoing, Record
from contracts import topics
from contracts.envelope import Event, encode
from contracts.events import ProductChanged, SaleRecorded, SaleSubmitted, sale_id
from contracts.events.sales import Replaced
from contracts.lean import LeanSale, decode_sale
from contracts.topics import Topic
from forecaster.domain.history import WeekClock, WeeklySum

from tests.simulation.store import Transaction

HISTORY_LOCK = ("lock", "history")
RECORDED_AT = datetime.fromisoformat("2026-01-05T12:00:00+00:00")


def outgoing(event: Event) -> Outgoing:
    """The event as an outbox row."""
    key, headers, value = encode(event)
    return Outgoing(event.topic, key, headers, value, 0)


class LedgerRow(NamedTuple):
    """A row of the ledger."""

    sku: str
    location: str
    quantity: Decimal
    amount: Decimal
    kind: str
    successor: UUID | None = None


def record(transaction: Transaction, event: Event) -> str:
    """Record a claim in the ledger, once, and publish it; what became of it."""
    claim = cast(SaleSubmitted, event.payload)
    id_ = sale_id(event.source, event.id)
    if not transaction.insert("claim", id_, claim):
        return "duplicate"
    if claim.original is None:
        _enter(transaction, id_, event, None, None)
        waiting = transaction.get("waiting", id_) or ()
        for late in waiting:
            _replace(transaction, late)
        return "recorded"
    original = sale_id(event.source, claim.original)
    transaction.lock(("original", original))
    return _replace(transaction, event)


def _replace(transaction: Transaction, event: Event) -> str:
    claim = cast(SaleSubmitted, event.payload)
    assert claim.original is not None
    original = sale_id(event.source, claim.original)
    found: LedgerRow | None = transaction.get("sale", original)
    if found is None:
        transaction.put("waiting", original, (*(transaction.get("waiting", original) or ()), event))
        return "quarantined"
    if found.successor is not None:
        transaction.insert("refused", sale_id(event.source, event.id))
        return "refused"
    transaction.put("sale", original, found._replace(successor=sale_id(event.source, event.id)))
    _enter(transaction, sale_id(event.source, event.id), event, original, found)
    return "recorded"


def _enter(transaction: Transaction, id_: UUID, event: Event, original: UUID | None, old: LedgerRow | None) -> None:
    claim = cast(SaleSubmitted, event.payload)
    if original is None:
        transaction.lock(("original", id_))
    quantity = claim.quantity or Decimal(0)
    amount = quantity * Decimal("1.5")
    sku = claim.sku or (old.sku if old else "")
    transaction.insert("sale", id_, LedgerRow(sku, claim.location, quantity, amount, claim.kind))
    sold_at = claim.sold_at or RECORDED_AT
    replaces = None if old is None else Replaced.model_construct(
        sku=old.sku, location=old.location, quantity=old.quantity, amount=old.amount, sold_at=RECORDED_AT
    )  # fmt: skip
    payload = SaleRecorded.model_construct(
        sale_id=id_, source=event.source, event_id=event.id, kind=claim.kind, sku=sku, location=claim.location,
        quantity=quantity, unit_price=Decimal("1.5"), amount=amount, sold_at=sold_at, recorded_at=RECORDED_AT,
        reference=None, original_id=original, replaces=replaces,
    )  # fmt: skip
    transaction.publish(outgoing(Event(str(id_), "sales", RECORDED_AT, payload)))


def edit(transaction: Transaction, product: int) -> None:
    """Change a product under its row's lock, as the catalog does, and publish its whole state."""
    transaction.lock(("product", product))
    revision = (transaction.get("product", product) or 0) + 1
    transaction.put("product", product, revision)
    payload = ProductChanged.model_construct(
        product_id=UUID(int=product), sku=f"P{product}", name=f"revision {revision}", revision=revision
    )
    key, headers, value = encode(Event(f"{product}-{revision}", "catalog", RECORDED_AT, payload))
    transaction.publish(Outgoing("product-changed", key, headers, value, 0))


class SalesHandler:
    """`sale-submitted` into the ledger."""

    name = "submissions"
    topics: Sequence[Topic] = (topics.SALE_SUBMITTED,)

    def apply(self, connection: Transaction, batch: Batch) -> None:
        for delivery in batch.deliveries:
            record(connection, delivery.event)


class SimulatedHistory:
    """`sale-recorded` into weekly demand, as the forecaster does it."""

    name = "history"
    topics: Sequence[Topic] = (topics.SALE_RECORDED,)
    decode = staticmethod(decode_sale)

    def __init__(self) -> None:
        self._clock = WeekClock(ZoneInfo("UTC"), 0)

    def apply(self, connection: Transaction, batch: Batch) -> None:
        connection.share(HISTORY_LOCK)
        entries = {cast(LeanSale, delivery.event).sale_id: delivery for delivery in batch.deliveries}
        weekly = WeeklySum(self._clock)
        for id_ in sorted(entries):
            if connection.insert("seen", id_):
                weekly.add(cast(LeanSale, entries[id_].event))
        for cell, total in sorted(weekly.cells()):
            connection.add("week", tuple(cell), int(total.units * 1000))


class SimulatedStock:
    """`sale-recorded` into stock: the effect is not idempotent by itself, the inbox makes it so."""

    name = "stock"
    topics: Sequence[Topic] = (topics.SALE_RECORDED,)

    def apply(self, connection: Transaction, batch: Batch) -> None:
        events = {inbox.identity(delivery.event): delivery.event for delivery in batch.deliveries}
        moved: dict[str, int] = {}
        for id_ in sorted(events):
            if self.unseen(connection, id_):
                for effect in cast(SaleRecorded, events[id_].payload).effects():
                    moved[effect.sku] = moved.get(effect.sku, 0) - int(effect.units * 1000)
        for sku in sorted(moved):
            connection.add("stock", sku, moved[sku])

    def unseen(self, connection: Transaction, id_: UUID) -> bool:
        """Remember the id; whether it is new."""
        return connection.insert("inbox", (self.name, id_))


class Shadow:
    """What a replay builds beside the live history."""

    def __init__(self) -> None:
        self._weekly, self._seen = WeeklySum(WeekClock(ZoneInfo("UTC"), 0)), set[str]()

    def add(self, found: Record) -> None:
        """Apply a record once."""
        sale = decode_sale(found.headers, found.value)
        if sale.sale_id not in self._seen:
            self._seen.add(sale.sale_id)
            self._weekly.add(sale)

    def rows(self) -> dict[tuple[object, ...], int]:
        """The history it amounts to."""
        return {tuple(cell): int(total.units * 1000) for cell, total in self._weekly.cells()}
