"""The outbox relay: sends rows in order of their id and deletes a row only when the log has acknowledged it.

One leader a service. Rows are deleted by their exact ids, never by a watermark: ids are not committed in order. A
row that holds many events is deleted when all of them are acknowledged; until then all of them are sent again.
"""

import time
from collections import Counter
from dataclasses import dataclass

from chassis import metrics
from chassis.database import Database
from chassis.event_log import LogProducer, LogUnavailable, Outgoing
from chassis.logs import logger
from chassis.outbox import PostgresOutbox
from chassis.ports import Clock, OutboxRound, OutboxStore, Stop, SystemClock

log = logger(__name__)

BATCH = 500  # rows, of one or of `outbox.PACKED` events each


@dataclass(frozen=True)
class Pace:
    """Seconds to wait after a round: a full one, one while rows have come within `calm`, any other, after a fault."""

    full: float = 0.0
    busy: float = 0.01
    idle: float = 0.05
    calm: float = 1.0
    fault: float = 1.0
    follower: float = 1.0


class Relay:
    """Moves committed outbox rows to the log. Run `run_once` in a loop, or `run` in a thread."""

    def __init__(
        self, store: OutboxStore | Database, producer: LogProducer, *, batch: int = BATCH, pace: Pace = Pace(),
        clock: Clock = SystemClock(),
    ) -> None:  # fmt: skip
        self._store: OutboxStore = PostgresOutbox(store) if isinstance(store, Database) else store
        self._producer, self._batch, self._pace, self._clock = producer, batch, pace, clock
        self.last_round = time.monotonic()
        self._sent_at = float("-inf")

    def run(self, stop: Stop) -> None:
        """Relay until told to stop. Faults that can pass are retried for ever."""
        try:
            while not stop.is_set():
                wait = self._round()
                self.last_round = time.monotonic()
                stop.wait(wait)
        finally:
            self._producer.close()

    def _round(self) -> float:
        try:
            sent = self.run_once()
        except Exception as error:
            if not (self._store.passing(error) or isinstance(error, LogUnavailable)):
                raise
            log.warning("relay_waits", error=(str(error).splitlines() or [repr(error)])[0])
            return self._pace.fault
        if sent is None:
            return self._pace.follower
        if sent >= self._batch:
            return self._pace.full
        now = self._clock.monotonic()
        if sent:
            self._sent_at = now
        return self._pace.busy if now - self._sent_at < self._pace.calm else self._pace.idle

    def run_once(self) -> int | None:
        """Send one batch; the number of rows delivered, or None when another process leads."""
        if not self._store.waiting():
            metrics.OUTBOX_AGE.set(0)
            return 0
        with self._store.lead() as turn:
            metrics.OUTBOX_LEADER.set(0 if turn is None else 1)
            return None if turn is None else self._move(turn)

    def _move(self, turn: OutboxRound) -> int:
        outgoing, written_at = turn.oldest(self._batch)
        metrics.OUTBOX_AGE.set(0 if written_at is None else max(0.0, self._clock.time() - written_at))
        return self._deliver(turn, outgoing) if outgoing else 0

    def _deliver(self, turn: OutboxRound, outgoing: list[Outgoing]) -> int:
        delivered: list[int] = []
        failed: dict[int, Exception] = {}

        def report(token: int, error: Exception | None) -> None:
            if error is None:
                delivered.append(token)
            else:
                failed[token] = error

        self._producer.send(outgoing, report)
        whole = [token for token in dict.fromkeys(delivered) if token not in failed]
        if whole:
            turn.delete(whole)
            for topic, events in Counter(record.topic for record in outgoing if record.token not in failed).items():
                metrics.OUTBOX_SENT.labels(topic).inc(events)
        if failed:
            log.warning("relay_undelivered", rows=len(failed), error=str(next(iter(failed.values()))))
        return len(whole)
