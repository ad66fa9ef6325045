"""What the ledger tells the world: entries recorded, claims refused. Each in the transaction of its deed.

What is told has been validated on its way in, so the events of entries are put together without their models; a test
holds them to what the models write.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from chassis import outbox
from chassis.database import Connection
from contracts.envelope import new_event
from contracts.events import SaleFate, SaleRecorded, SaleRejected

from sales.domain.columns import instant
from sales.domain.entries import Entry, told, told_again
from sales.domain.sale import Refusal, Sale

TOPIC = SaleRecorded.TOPIC.name


def recorded(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Queue `sale-recorded`, in this order."""
    outbox.publish_written(
        connection, TOPIC, "sales", SaleRecorded.VERSION, [entry.key for entry in entries],
        [entry.sale_id for entry in entries], [entry.type for entry in entries], told(entries, instant(now)),
    )  # fmt: skip


def recorded_before(connection: Connection, entries: Sequence[tuple[Entry, datetime]]) -> None:
    """Queue `sale-recorded` of entries that were recorded at these moments, again."""
    outbox.publish_written(
        connection, TOPIC, "sales", SaleRecorded.VERSION, [entry.key for entry, _ in entries],
        [entry.sale_id for entry, _ in entries], [entry.type for entry, _ in entries],
        [told_again(entry, instant(at)) for entry, at in entries],
    )  # fmt: skip


def refused(connection: Connection, refusals: Sequence[Refusal]) -> None:
    """Queue `sale-rejected`."""
    outbox.publish(connection, (new_event(_event(refusal), "sales") for refusal in refusals))


def fates(connection: Connection, told: Sequence[SaleFate]) -> None:
    """Queue `sale-fate`."""
    outbox.publish(connection, (new_event(fate, "sales") for fate in told))


def waiting_or_repeated(connection: Connection, waiting: Iterable[tuple[Sale, str]], repeated: Iterable[Sale]) -> None:
    """Tell of claims that wait, and of those that came again; lines of files come again by the thousand, untold."""
    told = [_fate(sale, fate="waiting", waiting_for=what[:500]) for sale, what in waiting]
    told += [_fate(sale, fate="duplicate") for sale in repeated if sale.import_id is None]
    fates(connection, told)


def _fate(sale: Sale, **said: Any) -> SaleFate:
    return SaleFate.model_construct(source=sale.source, event_id=sale.event_id, sale_id=sale.sale_id, **said)


def _event(refusal: Refusal) -> SaleRejected:
    sale = refusal.sale
    return SaleRejected(
        source=sale.source[:500], event_id=sale.event_id, code=refusal.code, message=refusal.message[:500],
        field=refusal.field, sku=sale.sku, location=sale.location, import_id=sale.import_id, line=sale.line,
        submitted={name: str(value) for name, value in refusal.submitted.items()},
    )  # fmt: skip
