"""The consumer loop: effect and event id in one transaction, then the offset; nothing lost, nothing twice.

- A record that can never succeed becomes a dead letter in the same transaction; its neighbours are unharmed.
- A fault that can pass (database, broker) is retried with backoff; after two minutes the process gives up its
  partitions by exiting, so that another may try. So it does when the log's client hangs for as long.
- An unknown error is narrowed down by halving the batch; a single record gets five tries.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from contracts.envelope import Event, Headers, MalformedEvent, decode
from contracts.topics import Topic

from chassis import metrics, requested_traces, tracing
from chassis.consumer_store import PostgresStore
from chassis.database import Connection, Database
from chassis.dead_letters import DeadLetter
from chassis.event_log import BATCH_BYTES, LogConsumer, LogFailed, LogUnavailable, Record, TopicPartition
from chassis.logs import logger
from chassis.ports import Clock, ConsumerStore, Stop, SystemClock, Work
from chassis.tolerance import Tolerance

log = logger(__name__)

TRIES = 5
COMMIT_TRIES = 3
GIVE_UP_SECONDS = 120
LAG_SECONDS = 5


class Delivery(NamedTuple):
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
class LoopOptions:
    """How a loop behaves. `batch`, `size`: how many records and bytes a batch has at most; `linger`: how many seconds
    it is waited for after its first record.

    `trusted`: malformed records count towards the tolerance; off for what strangers write.
    `tombstones`: records without value are skipped (compacted topics), not dead-lettered.
    `keep_offsets`: write the next offsets into projection_offset, in the transaction of the effects.
    `buried`: told of dead letters, in the transaction that keeps them.
    `decode`: turns headers and value into an event, or raises MalformedEvent; a projection that must be fast reads
    only the fields that it needs. `values_only`: it is given no headers.
    """

    batch: int = 5000
    size: int = BATCH_BYTES
    linger: float = 0.005
    trusted: bool = True
    tombstones: bool = False
    keep_offsets: bool = False
    wait: float = 0.2
    backoff: float = 0.5
    decode: Callable[[Headers | None, bytes | None], Event] = decode
    values_only: bool = False
    buried: Callable[[Connection, Sequence[DeadLetter]], None] | None = None


class ConsumerLoop:
    """Feeds one handler from one consumer group."""

    def __init__(
        self, store: ConsumerStore | Database, connect: Callable[[], LogConsumer], handler: Handler,
        options: LoopOptions = LoopOptions(), *, clock: Clock = SystemClock(),
    ) -> None:  # fmt: skip
        self._store: ConsumerStore = PostgresStore(store) if isinstance(store, Database) else store
        self._connect, self._handler, self._options, self._clock = connect, handler, options, clock
        self._tolerance = Tolerance()
        self.name = handler.name
        self.last_poll = clock.monotonic()
        self.stopped: str | None = None
        self.lag: dict[TopicPartition, int] = {}
        self._lag_at = 0.0
        self._applied_to = clock.time()  # time of the newest applied record, or of the start
        self._working_on: float | None = None  # time of the first record of the batch under way

    def run(self, stop: Stop) -> None:
        """Consume until told to stop."""
        while not stop.is_set():
            self._wait_until_allowed(stop)
            if stop.is_set():
                return
            consumer = None
            try:
                consumer = self._connect()
                self._consume(consumer, stop)
            except LogUnavailable as error:
                # What was polled and not applied is read again from the committed offsets.
                log.warning("consumer_reconnects", consumer=self.name, error=str(error))
                stop.wait(self._options.backoff)
            finally:
                if consumer is not None:
                    consumer.close()

    def _wait_until_allowed(self, stop: Stop) -> None:
        while not stop.is_set():
            self.last_poll = self._clock.monotonic()
            try:
                self.stopped = self._store.stopped(self.name)
                if self.stopped is None:
                    self._tolerance = Tolerance()
                    return
            except Exception as error:
                if not self._store.passing(error):
                    raise
            stop.wait(1.0)

    def _consume(self, consumer: LogConsumer, stop: Stop) -> None:
        while not stop.is_set() and self.stopped is None:
            records = consumer.poll(self._options.batch, self._options.wait, self._options.size)
            self.last_poll = self._clock.monotonic()
            metrics.CONSUMER_LAST_POLL.labels(self.name).set(self._clock.time())
            if records:
                self.process(records)
                self._commit(consumer, records, stop)
            self._measure_lag(consumer)

    def process(self, records: list[Record]) -> None:
        """Apply records; returns when their effects are committed."""
        began = self._clock.monotonic()
        self._working_on = records[0].timestamp_ms / 1000
        for run in requested_traces.cut(records):
            self._with_patience(run, began)
        self.last_poll = self._clock.monotonic()
        self._working_on = None
        metrics.CONSUMER_BATCH.labels(self.name).observe(len(records))
        metrics.CONSUMER_SECONDS.labels(self.name).observe(self._clock.monotonic() - began)
        self._applied_to = records[-1].timestamp_ms / 1000

    def hangs(self) -> bool:
        """Whether the log's client has not come back for two minutes: it waits for what will not come any more."""
        return self._working_on is None and self._clock.monotonic() - self.last_poll > GIVE_UP_SECONDS

    def age(self) -> float:
        """How far behind in seconds: the age of the newest applied record while others wait, 0 when none do."""
        since = self._working_on
        if since is None and (self.stopped is not None or any(self.lag.values())):
            since = self._applied_to
        return 0.0 if since is None else max(0.0, self._clock.time() - since)

    def _with_patience(self, records: list[Record], began: float) -> None:
        tries = 0
        while True:
            try:
                return self._apply(records)
            except LogFailed:
                raise
            except Exception as error:
                self.last_poll = self._clock.monotonic()
                if self._store.passing(error):
                    if self._clock.monotonic() - began > GIVE_UP_SECONDS:
                        raise
                    log.warning("consumer_waits", consumer=self.name, error=(str(error).splitlines() or [""])[0])
                    self._clock.sleep(self._options.backoff)
                    continue
                if len(records) > 1:
                    return self._halve(records, error)
                tries += 1
                if tries >= TRIES:
                    log.error("record_dead", consumer=self.name, exc_info=error)
                    letter = DeadLetter(records[0], "handler_error", repr(error), ours=True)
                    return self._persist(records, [letter])
                self._clock.sleep(self._options.backoff * tries)

    def _halve(self, records: list[Record], error: Exception) -> None:
        log.warning("batch_halved", consumer=self.name, records=len(records), error=repr(error)[:500])
        middle = len(records) // 2
        for half in (records[:middle], records[middle:]):
            self._with_patience(half, self._clock.monotonic())

    def _apply(self, records: list[Record]) -> None:
        batch, trace = self._decode(records), requested_traces.trace_of(records)
        with tracing.span(trace), self._store.begin() as work:
            if batch.deliveries:
                self._handler.apply(work.connection, batch)
            verdict = self._finish(work, records, batch.dead)
        self._settle(verdict)
        if batch.deliveries and tracing.sampled(trace):
            with tracing.span(trace):
                log.info("events_applied", consumer=self.name, events=len(batch.deliveries))
        metrics.CONSUMER_EVENTS.labels(self.name, "applied").inc(len(records) - len(batch.dead))
        if batch.dead:
            metrics.CONSUMER_EVENTS.labels(self.name, "dead").inc(len(batch.dead))

    def _persist(self, records: list[Record], dead: list[DeadLetter]) -> None:
        """Store the letters and go past the record; for ever, while the database is away."""
        while True:
            try:
                with self._store.begin() as work:
                    verdict = self._finish(work, records, dead)
                return self._settle(verdict)
            except Exception as error:
                if not self._store.passing(error):
                    raise
                self.last_poll = self._clock.monotonic()
                self._clock.sleep(self._options.backoff)

    def _decode(self, records: list[Record]) -> Batch:
        batch = Batch([])
        decode, deliver, skip = self._options.decode, batch.deliveries.append, self._options.tombstones
        bare = self._options.values_only
        for record in records:
            if record.value is None and skip:
                continue
            try:
                event = decode(None if bare else record.headers, record.value)
                deliver(tuple.__new__(Delivery, (event, record)))  # as Delivery(…) does, in half of its time
            except MalformedEvent as malformed:
                batch.dead.append(DeadLetter(record, malformed.code, str(malformed)))
        return batch

    def _finish(self, work: Work, records: list[Record], dead: list[DeadLetter]) -> tuple[Tolerance, str | None]:
        """Store letters and offsets, and whether the consumer must stop; the new counts hold once it is committed."""
        if dead:
            work.bury(self.name, dead)
            if self._options.buried is not None:
                self._options.buried(work.connection, dead)
        if self._options.keep_offsets:
            work.keep_offsets(self.name, next_offsets(records))
        tolerance = self._tolerance.after(self._outcomes(records, dead), len(records))
        reason = tolerance.reached()
        if reason is not None:
            work.stop_consumer(self.name, f"{reason}; last: {dead[-1].message if dead else '?'}")
        return tolerance, reason

    def _outcomes(self, records: list[Record], dead: list[DeadLetter]) -> list[bool]:
        """Which records count against the tolerance, in order; nothing at all where none does."""
        counted = {d.record[:3] for d in dead if d.ours or self._options.trusted}
        return [record[:3] in counted for record in records] if counted else []

    def _settle(self, verdict: tuple[Tolerance, str | None]) -> None:
        self._tolerance, self.stopped = verdict
        if self.stopped is not None:
            log.error("consumer_stopped", consumer=self.name, reason=self.stopped)

    def _commit(self, consumer: LogConsumer, records: list[Record], stop: Stop) -> None:
        """Tried again before the next poll only: after one, a partition may be another's, whose offset is further."""
        offsets = next_offsets(records)
        for _ in range(COMMIT_TRIES):
            try:
                return consumer.commit(offsets)
            except LogUnavailable as error:
                # The effects are stored; rereading them later changes nothing.
                log.warning("offsets_not_committed", consumer=self.name, error=str(error))
                if stop.wait(self._options.backoff):
                    return

    def _measure_lag(self, consumer: LogConsumer) -> None:
        if self._clock.monotonic() - self._lag_at < LAG_SECONDS:
            return
        self._lag_at = self._clock.monotonic()
        before, self.lag = self.lag, consumer.lag()
        for topic, partition in before.keys() - self.lag.keys():  # another member's now, who tells its lag
            metrics.CONSUMER_LAG.remove(self.name, topic, str(partition))
        for (topic, partition), behind in self.lag.items():
            metrics.CONSUMER_LAG.labels(self.name, topic, str(partition)).set(behind)


def next_offsets(records: Sequence[Record]) -> dict[TopicPartition, int]:
    """The next offset to read of each partition after these records."""
    offsets: dict[TopicPartition, int] = {}
    for record in records:
        place = (record.topic, record.partition)
        if offsets.get(place, 0) <= record.offset:
            offsets[place] = record.offset + 1
    return offsets
