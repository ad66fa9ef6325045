"""Counting ledger entries into the weekly history: each once, whatever is delivered how often."""

from collections.abc import Iterable

from chassis.database import Connection
from contracts.lean import LeanSale

from forecaster.domain.history import WeekClock, WeeklySum
from forecaster.storage import demand, locks


def count_sales(connection: Connection, clock: WeekClock, sales: Iterable[LeanSale]) -> dict[str, str]:
    """Add the effects of the entries that are new; why which entry (by id) cannot be counted."""
    locks.share(connection, locks.HISTORY)
    weekly, refused = WeeklySum(clock), {}
    # Only what can be read is remembered: a refused entry must count when it is redriven.
    readable: dict[str, LeanSale] = {}
    for sale in sales:
        if sale.sale_id in readable:
            continue
        try:
            weekly.add(sale)
        except ValueError as error:
            refused[sale.sale_id] = str(error)
        else:
            readable[sale.sale_id] = sale
    if seen := demand.remember(connection, readable):
        weekly = WeeklySum(clock)
        for sale_id, sale in readable.items():
            if sale_id not in seen:
                weekly.add(sale)
    demand.add(connection, weekly)
    return refused
