"""The weekly digest by mail: once a week to whom the settings name, tried again where the mail server is away.

A row a week is held while its letter is sent, so that two workers send it once. A worker that dies between the server's
yes and its own note sends it again; the letter's Message-ID is the week's, by which mail programs know a second copy.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis import audit
from chassis.database import Database
from chassis.failures import Conflict, Unavailable
from chassis.logs import logger
from chassis.ports import Stop
from chassis.rounds import repeat

from catalog.application.post import NotSent, send
from catalog.domain.digest import Letter, due_at, due_week, write
from catalog.settings import Settings
from catalog.storage import digests

log = logger(__name__)

LOOK_SECONDS = 20.0
TRIES = 6
PAUSE = timedelta(minutes=5)  # before the second try; twice as long before each further one
LATE = timedelta(days=2)  # an older week's digest is nobody's news


@dataclass(frozen=True)
class DigestStanding:
    """Whether a digest is sent, to how many, when next, and what became of the last; `last` has week, tries,
    tried_at, sent_at, readers and error."""

    readers: int
    next_at: datetime | None
    last: dict[str, Any] | None


@dataclass(frozen=True)
class DigestPosted:
    """To how many readers a digest went, and what went wrong."""

    readers: int
    error: str | None


def standing(database: Database, settings: Settings, now: datetime) -> DigestStanding:
    """Where the digest stands."""
    with database.snapshot() as connection:
        last = digests.newest(connection)
    if not settings.readers:
        return DigestStanding(0, None, last)
    week = due_week(now, settings.zone, settings.first_weekday, settings.digest_hour)
    following = due_at(week + timedelta(days=7), settings.zone, settings.digest_hour)
    if last and last["week"] == week and not last["sent_at"] and last["tries"] < TRIES:
        following = max(now, _next_try(last))
    return DigestStanding(len(settings.readers), following, last)


def compose(database: Database, settings: Settings, now: datetime) -> tuple[Letter, date]:
    """The digest as it would be sent now, and its week."""
    today = now.astimezone(settings.zone).date()
    with database.snapshot() as connection:
        found = digests.figures(connection, today, settings.timezone)
    week = due_week(now, settings.zone, settings.first_weekday, settings.digest_hour)
    url = settings.public_url.rstrip("/")
    return write(found, week, language=settings.digest_language, currency=settings.currency, url=url), week


def send_now(database: Database, settings: Settings, actor: str) -> DigestPosted:
    """Send the digest at once, whatever was sent before. For whoever sets it up: the week's own is sent
    none the less."""
    if not settings.readers:
        raise Conflict("No digest is set up: ALMANAC_SMTP_URL, ALMANAC_MAIL_FROM and ALMANAC_DIGEST_TO name the mail"
                       " server, the sender and the readers.", code="no_digest")  # fmt: skip
    letter, _ = compose(database, settings, datetime.now(UTC))
    try:
        refused = send(settings.smtp_url.get_secret_value(), settings.mail_from, settings.readers, letter)
    except NotSent as fault:
        raise Unavailable(f"The mail server did not take it: {fault}", code="mail_server") from None
    with database.transaction() as connection:
        audit.record(connection, "catalog", actor, "digest-sent", "digest", readers=len(settings.readers))
    return DigestPosted(len(settings.readers) - len(refused), _refusal(refused))


class DigestSchedule:
    """A thread of the worker."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._database, self._settings, self._now = database, settings, now

    def run(self, stop: Stop) -> None:
        """Look every now and then until told to stop."""
        repeat(stop, self.look, lambda _: LOOK_SECONDS, log, "digest_waits")

    def look(self) -> bool:
        """Send the digest that is due; whether it was sent now."""
        settings, now = self._settings, self._now()
        if not settings.readers:
            return False
        week = due_week(now, settings.zone, settings.first_weekday, settings.digest_hour)
        if now - due_at(week, settings.zone, settings.digest_hour) > LATE:
            return False
        with self._database.transaction() as connection:
            row = digests.begin(connection, week)
            if row is None or row["sent_at"] or row["tries"] >= TRIES or (row["tries"] and now < _next_try(row)):
                return False
            done = self._post(settings.readers, now)
            digests.tried(connection, week, now, readers=done.readers, error=done.error)
        return done.readers > 0

    def _post(self, readers: Sequence[str], now: datetime) -> DigestPosted:
        letter, week = compose(self._database, self._settings, now)
        try:
            refused = send(self._settings.smtp_url.get_secret_value(), self._settings.mail_from, readers, letter,
                           name=f"digest-{week}")  # fmt: skip
        except NotSent as fault:
            log.warning("digest_not_sent", week=str(week), error=str(fault))
            return DigestPosted(0, str(fault))
        log.info("digest_sent", week=str(week), readers=len(readers) - len(refused), refused=len(refused))
        return DigestPosted(len(readers) - len(refused), _refusal(refused))


def _refusal(refused: Sequence[str]) -> str | None:
    """A reader whom the server refuses is told of, and not tried again: the others would get it twice."""
    return f"refused: {', '.join(refused)}"[:300] if refused else None


def _next_try(row: dict[str, Any]) -> datetime:
    tried: datetime = row["tried_at"]
    pause: timedelta = PAUSE * 2 ** (row["tries"] - 1)
    return tried + pause
