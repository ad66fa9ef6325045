"""Bounded retention: which rows a table may forget, how old they must be, why that is safe; swept a little at a time.

- A row goes by its own time and age only, never by a count, so that a promise of so many days is kept under any load.
- Rows go in small batches, each a transaction of its own that waits for no lock: consumers and requests go on.
- One process of a service sweeps at a time; what went is counted (`almanac_retention_rows_total`) and logged.

An inbox must remember an event for as long as the log can deliver it again: for the topic's retention, and for the
segment that retention removes only as a whole. A consumer of topics that are kept for ever, or compacted, may be
rebuilt from their beginning at any time: its inbox is never swept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from contracts.topics import Topic
from sqlalchemy import text

from chassis import metrics
from chassis.database import Database
from chassis.logs import logger
from chassis.ports import Clock, Stop, SystemClock
from chassis.rounds import repeat

log = logger(__name__)

SWEEP_LOCK = 0x0A18  # advisory locks are per database, so the schema's id is mixed in
EVERY_SECONDS = 3600
FIRST_SECONDS = 60  # a worker that starts has better things to do
PAUSE_SECONDS = 0.2
# What the log may hold longer than a topic's retention says: a segment (segment.ms, 7 days) goes as a whole when its
# newest record is old enough. As much again for consumers and relays that were away.
SEGMENT = timedelta(days=7)
MARGIN = 2 * SEGMENT


@dataclass(frozen=True)
class Sweep:
    """Rows of `table` that satisfy `where` go once `column`, a timestamptz, is older than `keep`; `reason` says why.

    `table`, `column` and `where` are ours, never user input.
    """

    table: str
    column: str
    keep: timedelta
    reason: str
    where: str = "true"
    batch: int = 5000


COMMON_SWEEPS = (
    Sweep(
        "idempotency_key", "created_at", timedelta(days=7),
        "a request is retried with its Idempotency-Key within 24 hours, the promise, or not at all",
    ),
    Sweep(
        "dead_letter", "settled_at", timedelta(days=90),
        "who redrove or discarded which record is looked up for a quarter; open letters stay until they are settled",
        "status <> 'open'",
    ),
)  # fmt: skip


def finished_jobs(unless: str = "false") -> Sweep:
    """The sweep of a service's jobs; a job that `unless` holds for stays, since another table tells of it."""
    reason = "a job's end is looked up for a year, and its period (a week) does not come again"
    ended = f"status IN ('succeeded', 'failed', 'cancelled') AND NOT ({unless})"
    return Sweep("job", "finished_at", timedelta(days=400), reason, ended)


def remembered(topics: Iterable[Topic]) -> timedelta | None:
    """How long an inbox must remember what came from these topics; None: for ever."""
    kept = [None if topic.compacted or topic.retention_ms < 0 else topic.retention_ms for topic in topics]
    finite = [milliseconds for milliseconds in kept if milliseconds is not None]
    return timedelta(milliseconds=max(finite)) + MARGIN if finite and len(finite) == len(kept) else None


def inboxes(consumers: Iterable[tuple[str, Sequence[Topic]]]) -> list[Sweep]:
    """The sweep of each consumer's share of the inbox, as long as its topics let it be."""
    found = []
    for name, topics in consumers:
        keep = remembered(topics)
        if keep is not None:
            quoted = name.replace("'", "''")
            reason = f"the log cannot deliver {', '.join(topic.name for topic in topics)} of that age again"
            found.append(Sweep("inbox", "seen_at", keep, reason, f"consumer = '{quoted}'"))
    return found


class Retention:
    """Sweeps a service's tables, now and then, for as long as the process lives."""

    def __init__(self, database: Database, sweeps: Sequence[Sweep], clock: Clock = SystemClock()) -> None:
        self._database, self._sweeps, self._clock = database, sweeps, clock

    def run(self, stop: Stop) -> None:
        """Sweep until told to stop. While the database is away nothing is swept."""
        stop.wait(FIRST_SECONDS)
        repeat(stop, lambda: self.sweep(stop), lambda _: EVERY_SECONDS, log, "retention_waits")

    def sweep(self, stop: Stop) -> int:
        """One round: everything that may go now; how many rows went. Ends early where another process sweeps."""
        total = 0
        for sweep in self._sweeps:
            before = datetime.fromtimestamp(self._clock.time(), UTC) - sweep.keep
            went = 0
            while not stop.is_set():
                some = self._delete(sweep, before)
                if some is None:
                    return total
                went += some
                if some < sweep.batch:
                    break
                stop.wait(PAUSE_SECONDS)
            total += went
            if went:
                log.info("retention", table=sweep.table, rows=went, older_than=before.isoformat(), reason=sweep.reason)
        return total

    def _delete(self, sweep: Sweep, before: datetime) -> int | None:
        """A batch in a transaction of its own; None while another process sweeps."""
        with self._database.transaction() as connection:
            locked = connection.execute(
                text("SELECT pg_try_advisory_xact_lock(:lock, current_schema()::regnamespace::oid::int)"),
                {"lock": SWEEP_LOCK},
            )
            if not locked.scalar():
                return None
            done = connection.execute(
                text(
                    f"DELETE FROM {sweep.table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {sweep.table}"
                    f" WHERE {sweep.column} < :before AND ({sweep.where}) LIMIT :batch FOR UPDATE SKIP LOCKED))"
                ),
                {"before": before, "batch": sweep.batch},
            )
        metrics.RETENTION_ROWS.labels(sweep.table).inc(done.rowcount)
        return done.rowcount
