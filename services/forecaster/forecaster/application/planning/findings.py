"""Looks for what needs somebody, and says what has changed since it last looked.

A finding is published when it appears, when anything of it changes, and when it is no longer so; what has been said
already is not said again. Who deals with it, and how far they are, is the attention list's business (catalog).
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis import outbox
from chassis.database import Connection, Database
from chassis.logs import logger
from chassis.rounds import repeat
from chassis.weeks import business_day, last_ended_week

from forecaster.application import announce
from forecaster.application.planning.overrides import expire_overrides
from forecaster.application.planning.quiet import listen
from forecaster.domain.anomalies import SPIKE
from forecaster.domain.causes import explained
from forecaster.domain.findings import Finding, anomalies, findings
from forecaster.domain.silences import NOTHING_QUIET, Quiet
from forecaster.settings import Settings
from forecaster.storage import accuracy, catalog, learned, live, locks, said
from forecaster.storage.running import beyond, far_off_price

log = logger(__name__)

BIAS_WEEKS, BIAS_WINDOW = 6, 13
LOOK_SECONDS, PAUSE_SECONDS = 600.0, 15.0


def look(connection: Connection, newest: date, quiet: Quiet | None = None) -> list[Finding]:
    """Find what is so now and publish what is new of it; `newest` is the last week that has ended. Of the week after it
    what is beyond all of it already is found, too; `quiet`: what is not heard now, None where that is not known."""
    heard = quiet or NOTHING_QUIET
    weeks: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in accuracy.newest_weeks(connection, newest - timedelta(days=14), newest):
        weeks[row["sku"], row["location"]].append(row)
    oldest = newest - timedelta(days=7 * (BIAS_WINDOW - 1))
    leaning = accuracy.by_series(connection, oldest, newest, BIAS_WEEKS)
    late, told = learned.changed_since_training(connection), learned.told_in_training(connection)
    running = newest + timedelta(days=7)
    odd = _unexplained(connection, anomalies(weeks, beyond(connection, running, SPIKE), newest, heard.places))
    found = findings(weeks, odd, leaning, late, newest, told, far_off_price(connection, newest, running), heard)
    now = datetime.now(UTC)
    outbox.publish(connection, [announce.anomaly_detected(row, now) for row in said.new_anomalies(connection, odd)])
    _tell(connection, found, now, listened=quiet is not None)
    return found


def _unexplained(connection: Connection, odd: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Anomalies without those that a promotion, a holiday, an event or days out of stock explain."""
    if not odd:
        return odd
    last = max(row["week"] for row in odd) + timedelta(days=6)
    inputs = catalog.training_inputs(
        connection, last, ("promotions", "events", "locations", "stock", "exclusions", "kits")
    )
    return [row for row, cause in zip(odd, explained(odd, inputs), strict=True) if cause is None]


def _tell(connection: Connection, found: Iterable[Finding], now: datetime, *, listened: bool) -> None:
    """Publish the findings that are not as they were last said, and those that are no more; silences go on until
    somebody has listened."""
    before = said.findings(connection)
    present = {finding.root: finding for finding in map(said.as_kept, found)}
    changed = [finding for root, finding in present.items() if before.get(root) != finding]
    ended = [one for root, one in before.items() if root not in present and (listened or not one.is_silence)]
    said.keep(connection, changed)
    said.forget(connection, [finding.root for finding in ended])
    silent = [finding for finding in changed if finding.is_silence and finding.root not in before]
    outbox.publish(connection, [announce.silence_detected(finding, now) for finding in silent])
    outbox.publish(connection, [announce.finding_changed(finding, now, still_so=True) for finding in changed])
    outbox.publish(connection, [announce.finding_changed(finding, now, still_so=False) for finding in ended])


class Watch:
    """A thread of the worker: looks after every publication and every ten minutes; ends overrides that run out."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._database, self._settings, self._now = database, settings, now
        self._seen, self._at, self._began = 0, float("-inf"), time.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Look until told to stop."""
        repeat(stop, self.once, lambda _: PAUSE_SECONDS, log, "watch_waits")

    def once(self, *, every: float = LOOK_SECONDS) -> bool:
        """Look if it is time, and nobody else does; whether it looked."""
        today = business_day(self._now(), self._settings.zone)
        with self._database.transaction() as connection:
            if not locks.try_alone(connection, locks.WATCH):
                return False
            expire_overrides(connection, today)
            version = live.newest_version(connection)
            if version == self._seen and time.monotonic() - self._at < every:
                return False
            newest = last_ended_week(today - timedelta(days=1), self._settings.first_weekday)
            # A worker that was away has yet to hear what came meanwhile.
            caught_up = time.monotonic() - self._began >= every
            quiet = listen(connection, self._settings, self._now(), newest) if caught_up else None
            found = look(connection, newest, quiet)
            self._seen, self._at = version, time.monotonic()
        log.info("findings_looked_for", findings=len(found))
        return True
