"""Projects `sale-recorded` into weekly demand: each ledger entry once, whatever is delivered how often."""

from collections.abc import Sequence
from typing import Any

from chassis.consumer import Batch
from chassis.database import Connection
from contracts import topics
from contracts.topics import Topic

from forecaster.domain.history import WeekClock, WeeklySum
from forecaster.events.lean import LeanSale
from forecaster.storage import demand, locks


class HistoryHandler:
    """The ledger's sale ids are its inbox; its offsets are kept with its effects (see `demand.HISTORY`)."""

    name = demand.HISTORY
    topics: Sequence[Topic] = (topics.SALE_RECORDED,)

    def __init__(self, clock: WeekClock) -> None:
        self._clock = clock

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Add the effects of the entries that are new."""
        locks.share(connection, locks.HISTORY)
        weekly = WeeklySum(self._clock)
        # Only what can be read is remembered: a rejected entry must count when it is redriven.
        readable: dict[str, LeanSale] = {}
        for delivery in batch.deliveries:
            sale: Any = delivery.event  # a LeanSale
            if sale.sale_id in readable:
                continue
            try:
                weekly.add(sale)
            except ValueError as error:
                batch.reject(delivery, "bad_payload", str(error))
            else:
                readable[sale.sale_id] = sale
        if seen := demand.remember(connection, readable):
            weekly = WeeklySum(self._clock)
            for sale_id, sale in readable.items():
                if sale_id not in seen:
                    weekly.add(sale)
        demand.add(connection, weekly)
