"""The weekly run: due when a week has ended, once a week whatever the number of workers, late rather than never.

The job table holds at most one run a (kind, week and try), so any number of schedulers may ask for it. A run that
failed or was cancelled is asked for again a few times, each after a longer pause. After an outage only the newest week
that has ended is trained: the older ones have nothing to say any more.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chassis.database import Database
from chassis.logs import logger
from chassis.rounds import repeat
from chassis.weeks import last_ended_week

from forecaster.application.training.runs import being_rewritten, queue_run
from forecaster.settings import Settings
from forecaster.storage import runs

log = logger(__name__)

LOOK_SECONDS = 20.0
TRIES = 5
PAUSE = timedelta(minutes=30)  # before the second try; twice as long before each further one


def due_as_of(now: datetime, settings: Settings) -> date:
    """The last day of the newest week whose training is due at `now`."""
    local = now.astimezone(settings.zone) - timedelta(hours=settings.train_hour)
    week = last_ended_week(local.date() - timedelta(days=1), settings.first_weekday)
    return week + timedelta(days=6)


def next_at(now: datetime, settings: Settings) -> datetime:
    """When the next weekly training falls due."""
    day = due_as_of(now, settings) + timedelta(days=8)
    return datetime.combine(day, time(settings.train_hour), settings.zone)


@dataclass(frozen=True)
class Standing:
    """Where the weekly training stands: its newest run, and when it is asked for next; None: by nobody."""

    last: dict[str, Any] | None
    next_at: datetime | None


def standing(database: Database, settings: Settings, now: datetime) -> Standing:
    """What became of the last weekly run, and when the next is due: sooner where one is to be tried again."""
    with database.snapshot() as connection:
        last = runs.newest_scheduled(connection)
        tried = runs.scheduled(connection, due_as_of(now, settings))
    if not settings.weekly_training:
        return Standing(last, None)
    again = _pause_left(tried)
    return Standing(last, next_at(now, settings) if again is None else now + max(again, timedelta()))


class WeeklySchedule:
    """A thread of the worker."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._database, self._settings, self._now = database, settings, now

    def run(self, stop: threading.Event) -> None:
        """Look every now and then until told to stop."""
        repeat(stop, self.look, lambda _: LOOK_SECONDS, log, "schedule_waits")

    def look(self) -> bool:
        """Ask for the run that is due; whether it was this call that asked."""
        as_of = due_as_of(self._now(), self._settings)
        with self._database.transaction() as connection:
            if being_rewritten(connection) or not runs.wants_run(connection, as_of):
                return False
            tried = runs.scheduled(connection, as_of)
            again = _pause_left(tried)
            if tried and (again is None or again > timedelta()):
                return False
            period = f"{as_of}/{len(tried) + 1}" if tried else as_of.isoformat()
            run_id = queue_run(
                connection, self._settings, as_of=as_of, requested_by="schedule", cause="schedule", period=period
            )
        if run_id is not None:
            log.info("weekly_training_requested", run=str(run_id), as_of=as_of.isoformat())
        return run_id is not None


def _pause_left(tried: list[dict[str, Any]]) -> timedelta | None:
    """How long after a week's runs, oldest first, the next try is due; None when there is none to come."""
    if not tried or len(tried) >= TRIES or tried[-1]["outcome"] not in ("failed", "cancelled"):
        return None
    return PAUSE * 2 ** (len(tried) - 1) - tried[-1]["ago"]  # type: ignore[no-any-return]
