"""Counting ledger entries into the weekly history: each once, whatever is delivered how often."""

from collections.abc import Sequence
from typing import NamedTuple

from chassis.database import Connection
from contracts.lean import LeanSale

from forecaster.domain.history import WeekClock, WeeklySum
from forecaster.domain.silences import hours_of
from forecaster.storage import demand, heard, inbox, locks


class LedgerRecord(NamedTuple):
    """An entry and where its record lies."""

    sale: LeanSale
    topic: str
    partition: int
    offset: int


class Uncountable(NamedTuple):
    """Why a record cannot be counted."""

    code: str
    message: str


def count_sales(connection: Connection, clock: WeekClock, records: Sequence[LedgerRecord]) -> dict[int, Uncountable]:
    """Add the effects of the entries that are new; which records (by place) cannot be counted, and why."""
    locks.share(connection, locks.HISTORY)
    old, refused = _judged_by_place(connection, records)
    weekly = WeeklySum(clock)
    # Only what can be read is remembered: a refused entry must count when it is redriven.
    readable: dict[str, LeanSale] = {}
    for place, (sale, *_) in enumerate(records):
        if place in old or sale.sale_id in readable:
            continue
        try:
            weekly.add(sale)
        except ValueError as error:
            refused[place] = Uncountable("bad_payload", str(error))
        else:
            readable[sale.sale_id] = sale
    if seen := inbox.remember(connection, readable):
        weekly = WeeklySum(clock)
        for sale_id, sale in readable.items():
            if sale_id not in seen:
                weekly.add(sale)
    demand.add(connection, weekly)
    heard.add(connection, hours_of(sale for sale_id, sale in readable.items() if sale_id not in seen))
    inbox.add_counted(connection, len(readable) - len(seen))
    return refused


def _judged_by_place(
    connection: Connection, records: Sequence[LedgerRecord]
) -> tuple[set[int], dict[int, Uncountable]]:
    """The entries older than the inbox remembers (see storage.inbox); and which of them cannot be judged at all."""
    since = inbox.since(connection)
    if since is None:
        return set(), {}
    first = since.isoformat()
    old = {place for place, record in enumerate(records) if record.sale.recorded_at < first}
    told_before = {place for place in old if records[place].sale.republished}
    if old == told_before:
        return old, {}
    offsets = demand.offsets(connection)
    message = f"recorded before {first}, so it may have been counted already: a replay counts it exactly"
    return old, {
        place: Uncountable("too_old", message)
        for place in old - told_before
        for _, topic, partition, offset in [records[place]]
        if offset >= offsets.get(topic, {}).get(str(partition), 0)
    }
