"""Events and handlers for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from chassis import inbox
from chassis.consumer import Batch
from chassis.database import Connection
from chassis.event_log import Record
from contracts import topics
from contracts.envelope import Event, encode, new_event
from contracts.events import SaleSubmitted
from contracts.topics import Topic
from sqlalchemy import text


def sale(number: int = 1, quantity: str = "1", id: str | None = None) -> Event:
    """A till's claim."""
    payload = SaleSubmitted(
        sku=f"SKU-{number}", quantity=Decimal(quantity), unit_price=Decimal("2.5"),
        sold_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
    )  # fmt: skip
    return new_event(payload, "till", id=id or str(uuid4()))


def record(event: Event, offset: int = 0, partition: int = 0) -> Record:
    """The event as it lies in the log."""
    key, headers, value = encode(event)
    return Record(event.topic, partition, offset, key, headers, value, 1_767_600_000_000)


def garbage(offset: int = 0, value: bytes | None = b"{") -> Record:
    """A record that is no event."""
    return Record("sale-submitted", 0, offset, b"k", [("ce_type", b"sale-submitted")], value, 1_767_600_000_000)


class Totals:
    """Adds quantities up, once an event: the effect is not idempotent by itself."""

    name = "totals"
    topics: Sequence[Topic] = (topics.SALE_SUBMITTED,)

    def apply(self, connection: Connection, batch: Batch) -> None:
        ids = {inbox.identity(delivery.event): delivery.event for delivery in batch.deliveries}
        for id_ in inbox.unseen(connection, self.name, ids):
            self.effect(connection, id_, ids[id_])

    def effect(self, connection: Connection, id_: UUID, event: Event) -> None:
        assert isinstance(event.payload, SaleSubmitted)
        values = {"id": id_, "units": event.payload.quantity}
        connection.execute(text("INSERT INTO effect VALUES (:id, :units)"), values)
        connection.execute(text("UPDATE total SET units = units + :units"), values)
