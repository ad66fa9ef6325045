"""Projects `sale-recorded` into weekly demand."""

from collections.abc import Sequence
from typing import cast

from chassis.consumer import Batch
from chassis.database import Connection
from contracts import topics
from contracts.lean import LeanSale
from contracts.topics import Topic

from forecaster.application.history import LedgerRecord, count_sales
from forecaster.domain.history import WeekClock
from forecaster.storage import demand


class HistoryHandler:
    """The ledger's sale ids are its inbox; its offsets are kept with its effects (see `demand.HISTORY`)."""

    name = demand.HISTORY
    topics: Sequence[Topic] = (topics.SALE_RECORDED,)

    def __init__(self, clock: WeekClock) -> None:
        self._clock = clock

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Count the batch's entries; one that cannot be counted becomes a dead letter."""
        records = [
            LedgerRecord(cast(LeanSale, event), record.topic, record.partition, record.offset)
            for event, record in batch.deliveries
        ]
        for place, refused in count_sales(connection, self._clock, records).items():
            batch.reject(batch.deliveries[place], refused.code, refused.message)
