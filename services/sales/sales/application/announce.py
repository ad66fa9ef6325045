"""What the ledger tells the world: entries recorded, claims refused. Each in the transaction of its deed.

What is told has been validated on its way in, so the events of entries are put together without their models; a test
holds them to what the models write.
"""

from collections.abc import Sequence
from datetime import datetime

from chassis import outbox
from chassis.database import Connection
from contracts.envelope import new_event
from contracts.events import SaleRecorded, SaleRejected

from sales.domain.columns import instant
from sales.domain.entries import Entry, told
from sales.domain.sale import Refusal

TOPIC = SaleRecorded.TOPIC.name


def recorded(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Queue `sale-recorded`, in this order."""
    outbox.publish_written(
        connection, TOPIC, "sales", SaleRecorded.VERSION, [entry.key for entry in entries],
        [entry.sale_id for entry in entries], [entry.type for entry in entries], told(entries, instant(now)),
    )  # fmt: skip


def refused(connection: Connection, refusals: Sequence[Refusal]) -> None:
    """Queue `sale-rejected`."""
    outbox.publish(connection, (new_event(_event(refusal), "sales") for refusal in refusals))


def _event(refusal: Refusal) -> SaleRejected:
    sale = refusal.sale
    return SaleRejected(
        source=sale.source[:500], event_id=sale.event_id, code=refusal.code, message=refusal.message[:500],
        field=refusal.field, sku=sale.sku, location=sale.location, import_id=sale.import_id, line=sale.line,
        submitted={name: str(value) for name, value in refusal.submitted.items()},
    )  # fmt: skip
