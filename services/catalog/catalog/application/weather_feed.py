"""The weather feed: every location that has a latitude and a longitude is asked for, again and again, and what is told
is kept as it was issued, by the use case that a file's lines are kept by.

Each location stands for itself: its words and what became of asking are one transaction, a fault of one stops no other,
and one that fails is asked again after growing pauses. Nobody waits for it: forecasts are made with what was told. A
location is taken for the time of an asking, so that two workers ask once; what a worker that dies has taken is asked
again a little later. Told twice on a day, the first word of the day stays.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from chassis import audit
from chassis.database import Connection, Database
from chassis.logs import logger
from chassis.ports import Stop
from chassis.rounds import repeat

from catalog.application.weather import keep_weather
from catalog.domain.weather import WeatherWord
from catalog.domain.weather_feed import ENTRY, NEWS_AFTER, NotTold, WeatherQuestion, concern, days_back, next_try
from catalog.settings import Settings
from catalog.storage import attention, weather_feed

log = logger(__name__)

LOOK_SECONDS = 20.0
TAKEN = timedelta(minutes=2)
SOURCE = "weather feed"


class WeatherProvider(Protocol):
    """Somebody who tells the weather."""

    def ask(self, question: WeatherQuestion) -> Sequence[WeatherWord]:
        """The days' weather as it is told now. Raises NotTold, and nothing else."""


def standing(database: Database) -> dict[str, Any]:
    """How many locations are asked for, how many were told and fail, and those that do."""
    with database.snapshot() as connection:
        return weather_feed.standing(connection, 1) | {"faults": weather_feed.faults(connection)}


class WeatherFeed:
    """A thread of the worker. Without a provider nothing is asked, and nothing is said to fail."""

    def __init__(
        self, database: Database, settings: Settings, provider: WeatherProvider | None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._database, self._settings, self._provider, self._now = database, settings, provider, now
        self._every = timedelta(hours=settings.weather_hours)

    def run(self, stop: Stop) -> None:
        """Ask for what is due until told to stop."""
        repeat(stop, self.look, lambda asked: 0.0 if asked else LOOK_SECONDS, log, "weather_feed_waits")

    def look(self) -> bool:
        """Ask for the location that is due longest; whether there was one."""
        now = self._now()
        with self._database.transaction() as connection:
            if weather_feed.forget(connection, all_=self._provider is None):
                self._tell(connection, now)
            due = weather_feed.take(connection, now, now + TAKEN) if self._provider else None
        if due is None or self._provider is None:
            return False
        question = self._question(due, now)
        try:
            told, fault = self._provider.ask(question), None
        except NotTold as why:
            told, fault = [], why
        with self._database.transaction() as connection:
            before = weather_feed.standing(connection, NEWS_AFTER)["failing"]
            if fault is None:
                self._keep(connection, question, told)
            else:
                log.warning("weather_not_told", location=question.location, code=fault.code, why=str(fault))
                tries = due["tries"] + 1
                again = next_try(tries, now, self._every)
                weather_feed.failed(connection, question.location, now, again, tries, fault.code, str(fault))
            if fault is not None or before:
                self._tell(connection, now)
        return True

    def _question(self, due: dict[str, Any], now: datetime) -> WeatherQuestion:
        today: date = now.astimezone(self._settings.zone).date()
        back = days_back(due["told_at"], today, self._settings.zone)
        return WeatherQuestion(due["location"], float(due["latitude"]), float(due["longitude"]), today, back)

    def _keep(self, connection: Connection, question: WeatherQuestion, told: Sequence[WeatherWord]) -> None:
        new = keep_weather(connection, told, SOURCE)
        now, last = self._now(), max(word.day for word in told)
        weather_feed.told(connection, question.location, now, now + self._every, last)
        log.info("weather_told", location=question.location, days=len(told), new=new)

    def _tell(self, connection: Connection, now: datetime) -> None:
        """Bring the attention list in line, and say in the trail when it began and ended."""
        found = concern(weather_feed.standing(connection, NEWS_AFTER), self._settings.zone, now)
        is_told = attention.is_present(connection, ENTRY)
        if found is not None:
            attention.keep(connection, [found])
        elif is_told:
            attention.end(connection, [ENTRY])
        if is_told != (found is not None):
            verb = "weather-feed-back" if is_told else "weather-feed-down"
            audit.record(connection, "catalog", attention.SYSTEM, verb, SOURCE, why=found.title if found else None)
