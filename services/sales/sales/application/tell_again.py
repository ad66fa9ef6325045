"""`sale-recorded` made again from the ledger: every entry once, as it was told, in the order of its moment.

An entry never changes, so it is read without a lock. One that is recorded meanwhile has its own event; one that is told
by both counts once, by its id.
"""

from typing import Any

from chassis.database import Connection
from chassis.republish import Portion, TopicSource
from contracts.topics import SALE_RECORDED

from sales.application import announce
from sales.domain.columns import iso
from sales.domain.entries import written
from sales.storage import entries, ledger

PORTION = 5_000


def count_entries(connection: Connection) -> int:
    """How many entries the ledger has."""
    return int(ledger.totals(connection, None)["entries"])


def tell_entries(connection: Connection, after: Any) -> Portion:
    """Queue the entries that follow."""
    found = entries.portion(connection, after, PORTION)
    replaced = entries.replaced_by(connection, (sale for sale, _ in found))
    announce.recorded_before(connection, [(written(sale, replaced.get(sale.sale_id)), at) for sale, at in found])
    if len(found) < PORTION:
        return Portion(len(found), None)
    last = found[-1][0]
    return Portion(len(found), [iso(last.sold_at), str(last.sale_id)])


SOURCES = (TopicSource(SALE_RECORDED, count_entries, tell_entries, replaces=True),)
