"""Projects `sale-recorded` into weekly demand."""

from collections.abc import Sequence
from typing import cast

from chassis.consumer import Batch
from chassis.database import Connection
from contracts import topics
from contracts.lean import LeanSale
from contracts.topics import Topic

from forecaster.application.history import count_sales
from forecaster.domain.history import WeekClock
from forecaster.storage import demand


class HistoryHandler:
    """The ledger's sale ids are its inbox; its offsets are kept with its effects (see `demand.HISTORY`)."""

    name = demand.HISTORY
    topics: Sequence[Topic] = (topics.SALE_RECORDED,)

    def __init__(self, clock: WeekClock) -> None:
        self._clock = clock

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Count the batch's entries; one that cannot be read becomes a dead letter."""
        sales = [cast(LeanSale, delivery.event) for delivery in batch.deliveries]
        refused = count_sales(connection, self._clock, sales)
        if refused:
            for delivery, sale in zip(batch.deliveries, sales, strict=True):
                if sale.sale_id in refused:
                    batch.reject(delivery, "bad_payload", refused[sale.sale_id])
