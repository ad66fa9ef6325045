"""Usual sales into the ledger: all of a batch that need no second look, at the price of a COPY.

Nothing is looked up before: the ledger's primary key says whether a sale was there. What it refuses, and what is not
known or waits, is left to `ledger.record`, which tells a repetition from a conflict.
"""

from collections.abc import Sequence, Set
from datetime import UTC, datetime

import psycopg2
from chassis import binary, outbox
from chassis.database import Connection
from contracts.events import SaleRecorded
from sqlalchemy import text

from sales.domain.claims import iso
from sales.events.usual import UsualSale
from sales.storage import entries, import_lines, ledger, waiting


def record(
    connection: Connection, sales: Sequence[UsualSale], others: Set[str], latest: datetime
) -> Sequence[UsualSale]:
    """Record what can be; answers what is left to be judged one by one. `others`: ids that the batch holds beside.

    Call with the arrivals lock held.
    """
    ready, left = _known(connection, sales, latest)
    ids = {sale.sale_id for sale in ready}
    if len(ids) < len(ready) or not ids.isdisjoint(others) or not ids.isdisjoint(sale.sale_id for sale in left):
        return sales  # which of two with one id comes first decides, and only the long way knows
    if not ready or waiting.holds_any(connection, ids):
        return sales
    now = datetime.now(UTC)
    if not _insert(connection, ready, now):
        stored = entries.stored(connection, ids)
        left = [*left, *(sale for sale in ready if sale.sale_id in stored)]
        ready = [sale for sale in ready if sale.sale_id not in stored]
        if not _insert(connection, ready, now):  # another process has recorded one since
            return sales
    _publish(connection, ready, now)
    import_lines.note(connection, ready, "recorded")
    if waiting.any_for_sales(connection):
        ledger.release(connection, [f"sale:{sale.sale_id}" for sale in ready])
    return left


def _known(
    connection: Connection, sales: Sequence[UsualSale], latest: datetime
) -> tuple[list[UsualSale], list[UsualSale]]:
    """Those of known products and locations that do not lie ahead, and the others."""
    skus = list({sale.place.sku for sale in sales})
    found = connection.execute(text("SELECT sku FROM known_product WHERE sku = ANY(:skus)"), {"skus": skus})
    known = set(found.scalars())
    places = set(connection.execute(text("SELECT code FROM known_location")).scalars())
    last = iso(latest)  # instants in UTC are ordered as their texts
    good = {place for place in {sale.place for sale in sales} if place.sku in known and place.location in places}
    ready = [sale for sale in sales if sale.place in good and sale.at <= last]
    return ready, [] if len(ready) == len(sales) else [s for s in sales if s.place not in good or s.at > last]


def _insert(connection: Connection, sales: Sequence[UsualSale], now: datetime) -> bool:
    """Add them; whether none of them was there."""
    at = binary.instant(binary.micros(now))
    # In one order everywhere, so that two processes with the same sales wait for each other, not in a circle.
    rows = sorted([sale.row for sale in sales])
    savepoint = connection.begin_nested()
    try:
        binary.copy(connection, "sale", entries.COLUMNS, [row + at for row in rows])
    except psycopg2.errors.UniqueViolation:
        savepoint.rollback()
        return False
    savepoint.commit()
    return True


def _publish(connection: Connection, sales: Sequence[UsualSale], now: datetime) -> None:
    rest = f',"recorded_at":"{iso(now)[:-6]}Z"}}'
    outbox.publish_written(
        connection, entries.TOPIC, "sales", SaleRecorded.VERSION, [sale.place.key for sale in sales],
        [sale.sale_id for sale in sales], [sale.type for sale in sales], [sale.content + rest for sale in sales],
    )  # fmt: skip
