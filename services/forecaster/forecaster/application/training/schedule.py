"""The weekly run: due when a week has ended, once a week whatever the number of workers, late rather than never.

The job table holds at most one run a (kind, week), so any number of schedulers may ask for it. After an outage
only the newest week that has ended is trained: the older ones have nothing to say any more.
"""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from chassis.database import Database, is_transient
from chassis.logs import logger
from chassis.weeks import last_ended_week

from forecaster.application.training.runs import queue_run
from forecaster.settings import Settings
from forecaster.storage import runs

log = logger(__name__)

LOOK_SECONDS = 20.0


def due_as_of(now: datetime, settings: Settings) -> date:
    """The last day of the newest week whose training is due at `now`."""
    local = now.astimezone(settings.zone) - timedelta(hours=settings.train_hour)
    week = last_ended_week(local.date() - timedelta(days=1), settings.first_weekday)
    return week + timedelta(days=6)


class WeeklySchedule:
    """A thread of the worker."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._database, self._settings, self._now = database, settings, now

    def run(self, stop: threading.Event) -> None:
        """Look every now and then until told to stop."""
        while not stop.is_set():
            try:
                self.look()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("schedule_waits", error=str(error).splitlines()[0])
            stop.wait(LOOK_SECONDS)

    def look(self) -> bool:
        """Ask for the run that is due; whether it was this call that asked."""
        as_of = due_as_of(self._now(), self._settings)
        with self._database.transaction() as connection:
            if not runs.wants_run(connection, as_of):
                return False
            run_id = queue_run(
                connection, self._settings, as_of=as_of, requested_by="schedule", cause="schedule",
                period=as_of.isoformat(),
            )  # fmt: skip
        if run_id is not None:
            log.info("weekly_training_requested", run=str(run_id), as_of=as_of.isoformat())
        return run_id is not None
