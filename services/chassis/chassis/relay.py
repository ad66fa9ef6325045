"""The outbox relay: sends rows in order of their id and deletes a row only when the log has acknowledged it.

One leader a service (a transaction-scoped advisory lock; a leader that hangs loses its connection after ten
seconds). Rows are deleted by their exact ids, never by a watermark: ids are not committed in order.
"""

import threading
import time
from dataclasses import dataclass

from contracts.envelope import header_list
from sqlalchemy import text

from chassis import metrics
from chassis.database import Connection, Database, is_transient
from chassis.log import LogProducer, LogUnavailable, Outgoing
from chassis.logs import logger

log = logger(__name__)

LEADER_LOCK = 0x0A17  # advisory locks are per database, so the schema's id is mixed in
BATCH = 5000


@dataclass(frozen=True)
class Pace:
    """Seconds to wait after a round: right after a full one, after some rows, after none, after a fault."""

    full: float = 0.0
    busy: float = 0.01
    idle: float = 0.05
    fault: float = 1.0
    follower: float = 1.0


class Relay:
    """Moves committed outbox rows to the log. Run `run_once` in a loop, or `run` in a thread."""

    def __init__(self, database: Database, producer: LogProducer, *, batch: int = BATCH, pace: Pace = Pace()) -> None:
        self._database, self._producer, self._batch, self._pace = database, producer, batch, pace
        self.last_round = time.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Relay until told to stop. Faults that can pass are retried for ever."""
        while not stop.is_set():
            try:
                sent = self.run_once()
            except Exception as error:
                if not (is_transient(error) or isinstance(error, LogUnavailable)):
                    raise
                log.warning("relay_waits", error=str(error).splitlines()[0])
                stop.wait(self._pace.fault)
                continue
            finally:
                self.last_round = time.monotonic()
            stop.wait(self._wait(sent))

    def _wait(self, sent: int | None) -> float:
        if sent is None:
            return self._pace.follower
        if sent >= self._batch:
            return self._pace.full
        return self._pace.busy if sent else self._pace.idle

    def run_once(self) -> int | None:
        """Send one batch; the number of rows delivered, or None when another process leads."""
        with self._database.transaction() as connection:
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10s'"))
            if not self._lead(connection):
                metrics.OUTBOX_LEADER.set(0)
                return None
            metrics.OUTBOX_LEADER.set(1)
            return self._move(connection)

    def _lead(self, connection: Connection) -> bool:
        locked = connection.execute(
            text("SELECT pg_try_advisory_xact_lock(:lock, current_schema()::regnamespace::oid::int)"),
            {"lock": LEADER_LOCK},
        )
        return bool(locked.scalar())

    def _move(self, connection: Connection) -> int:
        found = connection.execute(
            text(
                "SELECT id, topic, key, event_id, type, source, version, payload, traceparent, created_at"
                " FROM outbox ORDER BY id LIMIT :batch"
            ),
            {"batch": self._batch},
        ).all()
        if not found:
            metrics.OUTBOX_AGE.set(0)
            return 0
        metrics.OUTBOX_AGE.set(max(0.0, time.time() - found[0].created_at.timestamp()))
        outgoing = [
            Outgoing(
                row.topic, row.key.encode(),
                header_list(
                    row.event_id, row.type, row.source, row.created_at.isoformat(), row.version, row.traceparent
                ),
                row.payload.encode(), row.id,
            )
            for row in found
        ]  # fmt: skip
        return self._deliver(connection, outgoing)

    def _deliver(self, connection: Connection, outgoing: list[Outgoing]) -> int:
        delivered: list[int] = []
        failed: list[Exception] = []

        def report(token: int, error: Exception | None) -> None:
            if error is None:
                delivered.append(token)
            else:
                failed.append(error)

        self._producer.send(outgoing, report)
        if delivered:
            connection.execute(text("DELETE FROM outbox WHERE id = ANY(:ids)"), {"ids": delivered})
            metrics.OUTBOX_SENT.labels("all").inc(len(delivered))
        if failed:
            log.warning("relay_undelivered", rows=len(failed), error=str(failed[0]))
        return len(delivered)
