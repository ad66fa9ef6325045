"""What to move before buying: kept by the worker, and always what the decisions of the live run say now.

Guarantee: a page is that of the decisions it is read beside. What is kept of a product whose decisions changed since is
not read: it is worked out again for the page, until the worker has done so.
"""

from collections.abc import Sequence
from typing import Any

from chassis.database import Connection

from catalog.domain.transfers import StockTransfer, order_key, transfers
from catalog.storage import runs
from catalog.storage import transfers as kept

BATCH = 5000  # marks that are worked out at once


def keep(connection: Connection) -> bool:
    """Work out some of what is due, and keep it; whether there was anything. By one worker at a time."""
    taken = kept.take_due(connection, BATCH)
    for run, skus in taken.items():
        kept.keep(connection, run, skus, transfers(kept.decided(connection, run, skus)))
    return bool(taken)


def page(connection: Connection, after: Sequence[Any] | None, limit: int) -> list[StockTransfer]:
    """Transfers of the live run, what saves most first, after a key; read in one snapshot."""
    run = runs.live(connection)
    if run is None:
        return []
    due = kept.due(connection, run)
    fresh = transfers(kept.decided(connection, run, due)) if due else []
    fresh = [each for each in fresh if after is None or order_key(each) > tuple(after)]
    return sorted([*kept.page(connection, run, due, after, limit), *fresh], key=order_key)[:limit]
