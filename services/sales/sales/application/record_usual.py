"""Usual sales into the ledger: all of a batch that need no second look, at the price of a COPY.

Nothing is looked up before: the ledger's primary key says whether a sale was there. What it refuses, and what is not
known or waits, is left to `application.record`, which tells a repetition from a conflict.
"""

from collections.abc import Sequence, Set
from datetime import UTC, datetime

from chassis.database import Connection

from sales.application import announce
from sales.application.record import release
from sales.domain.columns import iso
from sales.domain.entries import UsualEntry
from sales.storage import entries, import_lines, imports, known, waiting


def record_usual(
    connection: Connection, sales: Sequence[UsualEntry], others: Set[str], latest: datetime
) -> Sequence[UsualEntry]:
    """Record what can be; answers what is left to be judged one by one. `others`: ids that the batch holds beside.

    Call with the arrivals lock held.
    """
    ready, left = _known(connection, sales, latest)
    ids = {sale.sale_id for sale in ready}
    if len(ids) < len(ready) or not ids.isdisjoint(others) or not ids.isdisjoint(sale.sale_id for sale in left):
        return sales  # which of two with one id comes first decides, and only the long way knows
    if not ready or waiting.holds_any(connection, ids):
        return sales
    if imports.undone(connection, {sale.import_id for sale in ready if sale.import_id}):
        return sales  # the long way refuses their lines
    now = datetime.now(UTC)
    if not entries.add(connection, ready, now):
        stored = entries.stored(connection, ids)
        left = [*left, *(sale for sale in ready if sale.sale_id in stored)]
        ready = [sale for sale in ready if sale.sale_id not in stored]
        if not entries.add(connection, ready, now):  # another process has recorded one since
            return sales
    announce.recorded(connection, ready, now)
    import_lines.note(connection, ready, "recorded")
    if waiting.any_for_sales(connection):
        release(connection, [f"sale:{sale.sale_id}" for sale in ready])
    return left


def _known(
    connection: Connection, sales: Sequence[UsualEntry], latest: datetime
) -> tuple[list[UsualEntry], list[UsualEntry]]:
    """Those of known products and locations that do not lie ahead, and the others."""
    series = {sale.series for sale in sales}
    skus, places = known.skus(connection, {one.sku for one in series}), known.locations(connection)
    last = iso(latest)  # instants in UTC are ordered as their texts
    good = {one for one in series if one.sku in skus and one.location in places}
    ready = [sale for sale in sales if sale.series in good and sale.sold_at <= last]
    return ready, [] if len(ready) == len(sales) else [s for s in sales if s.series not in good or s.sold_at > last]
