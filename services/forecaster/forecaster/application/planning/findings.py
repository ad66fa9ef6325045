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
from chassis.database import Connection, Database, is_transient
from chassis.logs import logger
from chassis.weeks import business_day, last_ended_week

from forecaster.application import announce
from forecaster.application.planning.overrides import expire_overrides
from forecaster.domain.findings import Finding, findings
from forecaster.settings import Settings
from forecaster.storage import accuracy, live, locks, said

log = logger(__name__)

BIAS_WEEKS, BIAS_WINDOW = 6, 13
LOOK_SECONDS, PAUSE_SECONDS = 600.0, 15.0


def look(connection: Connection, newest: date) -> list[Finding]:
    """Find what is so now and publish what is new of it; `newest` is the last week that has ended."""
    weeks: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in accuracy.newest_weeks(connection, newest - timedelta(days=14), newest):
        weeks[row["sku"], row["location"]].append(row)
    oldest = newest - timedelta(days=7 * (BIAS_WINDOW - 1))
    leaning = accuracy.by_series(connection, oldest, newest, BIAS_WEEKS)
    late, told = live.changed_since_training(connection), live.told_in_training(connection)
    found, odd = findings(weeks, leaning, late, newest, told)
    now = datetime.now(UTC)
    outbox.publish(connection, [announce.anomaly_detected(row, now) for row in said.new_anomalies(connection, odd)])
    _tell(connection, found, now)
    return found


def _tell(connection: Connection, found: Iterable[Finding], now: datetime) -> None:
    """Publish the findings that are not as they were last said, and those that are no more."""
    before = said.findings(connection)
    present = {finding.root: finding for finding in map(said.as_kept, found)}
    changed = [finding for root, finding in present.items() if before.get(root) != finding]
    ended = [finding for root, finding in before.items() if root not in present]
    said.keep(connection, changed)
    said.forget(connection, [finding.root for finding in ended])
    outbox.publish(connection, [announce.finding_changed(finding, now, still_so=True) for finding in changed])
    outbox.publish(connection, [announce.finding_changed(finding, now, still_so=False) for finding in ended])


class Watch:
    """A thread of the worker: looks after every publication and every ten minutes; ends overrides that run out."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._database, self._settings, self._now = database, settings, now
        self._seen, self._at = 0, float("-inf")

    def run(self, stop: threading.Event) -> None:
        """Look until told to stop."""
        while not stop.is_set():
            try:
                self.once()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("watch_waits", error=str(error).splitlines()[0])
            stop.wait(PAUSE_SECONDS)

    def once(self, *, every: float = LOOK_SECONDS) -> bool:
        """Look if it is time, and nobody else does; whether it looked."""
        today = business_day(self._now(), self._settings.zone)
        with self._database.transaction() as connection:
            if not locks.try_alone(connection, locks.WATCH):
                return False
            expire_overrides(connection, today)
            version = live.newest_version(connection)
            if version == 0 or (version == self._seen and time.monotonic() - self._at < every):
                return False
            found = look(connection, last_ended_week(today - timedelta(days=1), self._settings.first_weekday))
            self._seen, self._at = version, time.monotonic()
        log.info("findings_looked_for", findings=len(found))
        return True
