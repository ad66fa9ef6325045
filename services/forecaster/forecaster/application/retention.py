"""Forgetting, within bounds that docs/operations.md states: ids of sales, and forecasts of superseded runs."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from chassis.database import Database
from chassis.event_log import LogUnavailable
from chassis.kafka import KafkaTopics
from chassis.logs import logger
from chassis.rounds import repeat
from chassis.weeks import business_day
from contracts.topics import SALE_RECORDED

from forecaster.settings import Settings
from forecaster.storage import demand, inbox, locks, superseded

log = logger(__name__)

SUPERSEDED_DAYS = 35  # what was live on which day is read to the day for so long, and any run can be reproduced
ACCURACY_WEEKS = 104 + 26  # the widest window that accuracy is asked for, and the longest horizon before it
GO_BACK = 10  # publications that one can always go back to
EVERY_SECONDS, FIRST_SECONDS, PAUSE_SECONDS = 3600.0, 300.0, 0.2
SETTLED = timedelta(days=1)


def forget_sales(database: Database, settled: Mapping[int, int], today: date, topic: str = SALE_RECORDED.name) -> int:
    """Forget the ids of sales counted before the inbox's window; how many.

    `settled`: the offsets, by partition, of what the log had a day ago. As long as any of that is not counted, a record
    of an entry that was counted long ago may still lie ahead: nothing is forgotten.
    """
    with database.transaction() as connection:
        counted = demand.offsets(connection).get(topic, {})
        if any(counted.get(str(partition), 0) < offset for partition, offset in settled.items()):
            return 0
        locks.alone(connection, locks.HISTORY)  # a batch under way still counts on what it read of the window
        inbox.move_window(connection, today)
    total = 0
    while True:
        with database.transaction() as connection:
            locks.share(connection, locks.HISTORY)  # a replay that repairs the inbox does so alone
            gone = inbox.forget(connection)
        total += gone
        if gone < inbox.BATCH:
            return total
        time.sleep(PAUSE_SECONDS)


def prune_forecasts(database: Database, now: datetime) -> int:
    """Drop the forecasts of runs that were superseded long ago; of how many runs. One transaction a run."""
    before, oldest = now - timedelta(days=SUPERSEDED_DAYS), now.date() - timedelta(weeks=ACCURACY_WEEKS)
    for count in range(10_000):
        with database.transaction() as connection:
            locks.share(connection, locks.LIVE)  # nobody makes the run live meanwhile
            run_id = superseded.next_run(connection, before, oldest, GO_BACK)
            if run_id is None:
                return count
            superseded.prune(connection, run_id)
    return 10_000


class Forgetting:
    """A thread of the worker. Two workers that do it at once do no harm: each row goes once."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._database, self._settings, self._now = database, settings, now

    def run(self, stop: threading.Event) -> None:
        """Look every now and then until told to stop."""
        stop.wait(FIRST_SECONDS)
        repeat(stop, self.once, lambda _: EVERY_SECONDS, log, "forgetting_waits", LogUnavailable)

    def once(self) -> None:
        """Forget what may be forgotten now."""
        now = self._now()
        a_day_ago = int((now - SETTLED).timestamp() * 1000)
        found = KafkaTopics(self._settings.kafka_bootstrap_servers).offsets_at(SALE_RECORDED.name, a_day_ago)
        settled = {partition: offset for (_, partition), offset in found.items()}
        sales = forget_sales(self._database, settled, business_day(now, self._settings.zone))
        runs = prune_forecasts(self._database, now)
        log.info("forgotten", sales=sales, runs=runs)
