"""Projects `sale-recorded` into weekly demand: each ledger entry once, whatever is delivered how often."""

from collections.abc import Sequence
from typing import cast

from chassis.consumer import Batch, Delivery
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
        entries: dict[str, Delivery] = {}
        for delivery in batch.deliveries:
            entries.setdefault(_sale(delivery).sale_id, delivery)
        seen = demand.remember(connection, list(entries))
        weekly = WeeklySum(self._clock)
        for number, delivery in enumerate(entries.values()):
            if number in seen:
                continue
            try:
                weekly.add(_sale(delivery))
            except ValueError as error:
                batch.reject(delivery, "bad_payload", str(error))
        demand.add(connection, weekly.cells())


def _sale(delivery: Delivery) -> LeanSale:
    return cast(LeanSale, delivery.event)
