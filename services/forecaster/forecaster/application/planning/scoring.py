"""Keeps the sums of accuracy fresh, so that no reader sums weeks anew that somebody could have summed before."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chassis.database import Database
from chassis.logs import logger
from chassis.rounds import repeat
from chassis.weeks import last_ended_week, yesterday

from forecaster.settings import Settings
from forecaster.storage import accuracy_totals, locks

log = logger(__name__)

WEEKS = 104  # the widest window that accuracy is asked for
PAUSE_SECONDS = 10.0
RESTS = 4  # times as long as it summed


class Scoring:
    """A thread of the worker: one process sums at a time, a transaction a week, and rests after each: a week whose
    sales go on arriving late takes no more than its share of a core."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._database, self._settings, self._now = database, settings, now

    def run(self, stop: threading.Event) -> None:
        """Sum what is out of date until told to stop."""
        repeat(stop, self.once, lambda took: RESTS * took if took else PAUSE_SECONDS, log, "scoring_waits")

    def once(self) -> float:
        """Sum a week that is out of date; the seconds that it took, 0 where there was none or another is at it."""
        started = time.monotonic()
        newest = last_ended_week(yesterday(self._settings.zone, self._now()), self._settings.first_weekday)
        oldest = newest - timedelta(weeks=WEEKS - 1)
        with self._database.transaction() as connection:
            if not locks.try_alone(connection, locks.SCORING):
                return 0.0
            weeks = accuracy_totals.outdated(connection, oldest, newest)
            if not weeks:
                return 0.0
            accuracy_totals.keep(connection, weeks[0])
            accuracy_totals.forget(connection, oldest)
        log.debug("accuracy_summed", week=str(weeks[0]))
        return time.monotonic() - started
