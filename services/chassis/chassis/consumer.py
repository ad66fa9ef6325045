"""The consumer loop: effect and event id in one transaction, then the offset; nothing lost, nothing twice.

- A record that can never succeed becomes a dead letter in the same transaction; its neighbours are unharmed.
- A fault that can pass (database, broker) is retried with backoff; after two minutes the process gives up its
  partitions by exiting, so that another may try.
- An unknown error is narrowed down by halving the batch; a single record gets five tries.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from contracts.envelope import Event, Headers, Malformed, UnknownType, decode
from contracts.topics import Topic
from sqlalchemy import text

from chassis import dead_letters, metrics, tracing
from chassis.database import Connection, Database, is_transient
from chassis.dead_letters import DeadLetter, Limit
from chassis.log import LogConsumer, LogFailed, LogUnavailable, Record, TopicPartition
from chassis.logs import logger

log = logger(__name__)

TRIES = 5
GIVE_UP_SECONDS = 120
LAG_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Delivery:
    """A decoded event and the record it came in."""

    event: Event
    record: Record


@dataclass
class Batch:
    """What a handler gets. It may turn single deliveries into dead letters."""

    deliveries: list[Delivery]
    dead: list[DeadLetter] = field(default_factory=list)

    def reject(self, delivery: Delivery, code: str, message: str) -> None:
        """This event can never be applied; keep it as a dead letter."""
        self.dead.append(DeadLetter(delivery.record, code, message))


class Handler(Protocol):
    """Applies events. Must be idempotent by the events' unique ids, and write only through `connection`."""

    name: str
    topics: Sequence[Topic]

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Write the effects of the batch."""


@dataclass(frozen=True)
class Options:
    """How a loop behaves. `trusted`: malformed records count towards the limit; off for what strangers write.

    `tombstones`: records without value are skipped (compacted topics), not dead-lettered.
    `keep_offsets`: write the next offsets into projection_offset, in the transaction of the effects.
    `decode`: turns headers and value into an event, or raises Malformed; a projection that must be fast reads
    only the fields that it needs.
    """

    batch: int = 5000
    trusted: bool = True
    tombstones: bool = False
    keep_offsets: bool = False
    wait: float = 0.2
    backoff: float = 0.5
    decode: Callable[[Headers | None, bytes | None], Event] = decode


class ConsumerLoop:
    """Feeds one handler from one consumer group."""

    def __init__(
        self, database: Database, connect: Callable[[], LogConsumer], handler: Handler, options: Options = Options()
    ) -> None:
        self._database, self._connect, self._handler, self._options = database, connect, handler, options
        self._limit = Limit()
        self.name = handler.name
        self.last_poll = time.monotonic()
        self.stopped: str | None = None
        self.lag: dict[TopicPartition, int] = {}
        self._lag_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Consume until told to stop."""
        while not stop.is_set():
            self._wait_until_allowed(stop)
            if stop.is_set():
                return
            consumer = self._connect()
            try:
                self._consume(consumer, stop)
            finally:
                consumer.close()

    def _wait_until_allowed(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self.last_poll = time.monotonic()
            try:
                with self._database.transaction() as connection:
                    self.stopped = dead_letters.stopped(connection, self.name)
                if self.stopped is None:
                    self._limit.reset()
                    return
            except Exception as error:
                if not is_transient(error):
                    raise
            stop.wait(1.0)

    def _consume(self, consumer: LogConsumer, stop: threading.Event) -> None:
        while not stop.is_set() and self.stopped is None:
            records = consumer.poll(self._options.batch, self._options.wait)
            self.last_poll = time.monotonic()
            metrics.CONSUMER_LAST_POLL.labels(self.name).set(time.time())
            if records:
                self.process(records)
                self._commit(consumer, records, stop)
            self._measure_lag(consumer)

    def process(self, records: list[Record]) -> None:
        """Apply records; returns when their effects are committed."""
        began = time.monotonic()
        self._with_patience(records, began)
        metrics.CONSUMER_BATCH.labels(self.name).observe(len(records))
        metrics.CONSUMER_SECONDS.labels(self.name).observe(time.monotonic() - began)
        metrics.CONSUMER_AGE.labels(self.name).set(max(0.0, time.time() - records[-1].timestamp_ms / 1000))

    def _with_patience(self, records: list[Record], began: float) -> None:
        tries = 0
        while True:
            try:
                return self._apply(records)
            except LogFailed:
                raise
            except Exception as error:
                self.last_poll = time.monotonic()
                if is_transient(error):
                    if time.monotonic() - began > GIVE_UP_SECONDS:
                        raise
                    log.warning("consumer_waits", consumer=self.name, error=str(error).splitlines()[0])
                    time.sleep(self._options.backoff)
                    continue
                if len(records) > 1:
                    log.warning("batch_halved", consumer=self.name, records=len(records), error=repr(error)[:500])
                    middle = len(records) // 2
                    self._with_patience(records[:middle], time.monotonic())
                    return self._with_patience(records[middle:], time.monotonic())
                tries += 1
                if tries >= TRIES:
                    log.error("record_dead", consumer=self.name, exc_info=error)
                    return self._bury(records[0], error)
                time.sleep(self._options.backoff * tries)

    def _apply(self, records: list[Record]) -> None:
        batch = self._decode(records)
        first_trace = next((item.event.traceparent for item in batch.deliveries if item.event.traceparent), None)
        with tracing.span(first_trace), self._database.transaction() as connection:
            if batch.deliveries:
                self._handler.apply(connection, batch)
            self._finish(connection, records, batch.dead)
        metrics.CONSUMER_EVENTS.labels(self.name, "applied").inc(len(records) - len(batch.dead))

    def _bury(self, record: Record, error: Exception) -> None:
        letter = DeadLetter(record, "handler_error", repr(error), ours=True)
        with self._database.transaction() as connection:
            self._finish(connection, [record], [letter])

    def _decode(self, records: list[Record]) -> Batch:
        batch = Batch([])
        for record in records:
            if record.value is None and self._options.tombstones:
                continue
            try:
                batch.deliveries.append(Delivery(self._options.decode(record.headers, record.value), record))
            except UnknownType as unknown:
                batch.dead.append(DeadLetter(record, unknown.code, str(unknown)))
            except Malformed as malformed:
                batch.dead.append(DeadLetter(record, malformed.code, str(malformed)))
        return batch

    def _finish(self, connection: Connection, records: list[Record], dead: list[DeadLetter]) -> None:
        dead_letters.store(connection, self.name, dead)
        if self._options.keep_offsets:
            self._keep_offsets(connection, records)
        counted = {
            (d.record.topic, d.record.partition, d.record.offset) for d in dead if d.ours or self._options.trusted
        }
        for record in records:
            self._limit.count((record.topic, record.partition, record.offset) in counted)
        reason = self._limit.reached()
        if reason is not None:
            dead_letters.stop_consumer(connection, self.name, f"{reason}; last: {dead[-1].message if dead else '?'}")
            self.stopped = reason
            log.error("consumer_stopped", consumer=self.name, reason=reason)

    def _keep_offsets(self, connection: Connection, records: list[Record]) -> None:
        for (topic, partition), offset in next_offsets(records).items():
            connection.execute(
                text(
                    "INSERT INTO projection_offset (consumer, topic, partition, next_offset)"
                    " VALUES (:consumer, :topic, :partition, :offset) ON CONFLICT (consumer, topic, partition)"
                    " DO UPDATE SET next_offset = GREATEST(projection_offset.next_offset, EXCLUDED.next_offset)"
                ),
                {"consumer": self.name, "topic": topic, "partition": partition, "offset": offset},
            )

    def _commit(self, consumer: LogConsumer, records: list[Record], stop: threading.Event) -> None:
        try:
            consumer.commit(next_offsets(records))
        except LogUnavailable as error:
            # The effects are stored; rereading them later changes nothing.
            log.warning("offsets_not_committed", consumer=self.name, error=str(error))
            stop.wait(self._options.backoff)

    def _measure_lag(self, consumer: LogConsumer) -> None:
        if time.monotonic() - self._lag_at < LAG_SECONDS:
            return
        self._lag_at = time.monotonic()
        self.lag = consumer.lag()
        for (topic, partition), behind in self.lag.items():
            metrics.CONSUMER_LAG.labels(self.name, topic, str(partition)).set(behind)


def next_offsets(records: Sequence[Record]) -> dict[TopicPartition, int]:
    """The next offset to read of each partition after these records."""
    offsets: dict[TopicPartition, int] = {}
    for record in records:
        place = (record.topic, record.partition)
        offsets[place] = max(offsets.get(place, 0), record.offset + 1)
    return offsets
