"""The event log on Apache Kafka: producer, group member, reader, topics. How records are fetched: `kafka_fetch`.

Four of librdkafka's defaults lose or misplace events and are overridden here: idempotence off, offsets
committed by themselves, a start at the end of the log, and a partitioner that Java clients do not share.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, KafkaException, Message, Producer
from confluent_kafka import TopicPartition as Position
from confluent_kafka.admin import AdminClient
from contracts.topics import Topic

from chassis.event_log import BATCH_BYTES, LogUnavailable, Outgoing, Record, TopicPartition
from chassis.kafka_access import connection
from chassis.kafka_create import Created, Safety, create
from chassis.kafka_fetch import CLIENT_LOG, PASSING, consumer_config, drain, raise_if_fatal
from chassis.logs import logger

log = logger(__name__)


def _fail(failed: dict[int, KafkaError], token: int, error: KafkaError, _: Message) -> None:
    failed[token] = error


class KafkaProducer:
    """An idempotent producer. Only the relay and the import of external producers' examples write."""

    def __init__(self, bootstrap: str, client: str = "almanac") -> None:
        self._producer = Producer(
            CLIENT_LOG
            | {
                **connection(bootstrap),
                "client.id": client,
                "enable.idempotence": True,
                "acks": "all",
                "partitioner": "murmur2_random",
                "compression.type": "lz4",
                "linger.ms": 5,
                "delivery.report.only.error": True,
                # Never given up: a record that timed out while its successor of the same key went through would
                # break the key's order. `send` waits instead, and the relay's readiness says so.
                "delivery.timeout.ms": 0,
                "queue.buffering.max.messages": 200_000,
                "queue.buffering.max.kbytes": 262_144,
                "error_cb": lambda error: log.warning("kafka_client", error=error.str()),
            }
        )

    def send(self, records: Sequence[Outgoing], report: Callable[[int, Exception | None], None]) -> None:
        failed: dict[int, KafkaError] = {}
        produce, known, fail = self._producer.produce, None, None
        for topic, key, headers, value, token in records:
            if token != known:  # a row's events share one
                known, fail = token, partial(_fail, failed, token)
            while True:
                try:
                    # Called for failures only: a call for each success would be a third of the relay's time.
                    produce(topic, value, key, -1, fail, None, 0, headers)  # type: ignore[arg-type]
                    break
                except BufferError:
                    self._producer.poll(0.1)
                except KafkaException as error:  # refused by the client: too large, or the client is lost
                    raise_if_fatal(error.args[0])
                    failed[token] = error.args[0]
                    break
        if self._producer.flush():
            raise LogUnavailable("records were not confirmed")
        for reason in failed.values():
            raise_if_fatal(reason)
        for record in records:
            report(record.token, KafkaException(failed[record.token]) if record.token in failed else None)

    def close(self) -> None:
        self._producer.purge()
        self._producer.flush(1)


class KafkaConsumer:
    """A group member. No static membership: a killed member's partitions must be free to move."""

    def __init__(
        self, bootstrap: str, group: str, topics: Sequence[str], *, protocol: str = "consumer", queue_kb: int = 16384,
        linger: float = 0.005,
    ) -> None:  # fmt: skip
        config = consumer_config(bootstrap, queue_kb) | {
            "group.id": group,
            "group.protocol": protocol,
            "max.poll.interval.ms": 300_000,
        }
        if protocol == "classic":
            config |= {"session.timeout.ms": 6000, "heartbeat.interval.ms": 1000}
        self._consumer, self._linger = Consumer(config | CLIENT_LOG), linger
        self._consumer.subscribe(list(topics))

    def poll(self, limit: int, seconds: float, size: int = BATCH_BYTES) -> list[Record]:
        try:
            return drain(self._consumer, limit, seconds, self._linger, size)
        except KafkaException as error:
            raise_if_fatal(error.args[0])
            raise LogUnavailable(str(error)) from error

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        try:
            positions = [Position(topic, partition, offset) for (topic, partition), offset in offsets.items()]
            self._consumer.commit(offsets=positions, asynchronous=False)
        except KafkaException as error:
            raise_if_fatal(error.args[0])
            raise LogUnavailable(str(error)) from error

    def cluster_id(self) -> str:
        """The id of the log that is read. Raises LogUnavailable."""
        try:
            return str(self._consumer.list_topics(timeout=5).cluster_id)
        except KafkaException as error:
            raise LogUnavailable(str(error)) from error

    def lag(self) -> dict[TopicPartition, int]:
        behind: dict[TopicPartition, int] = {}
        try:
            assigned = self._consumer.assignment()
            committed = self._consumer.committed(assigned, timeout=2) if assigned else []
            for position in committed:
                # Cached: what the last fetch said. Asking the broker here would stall the poll loop while it is away.
                low, high = self._consumer.get_watermark_offsets(position, cached=True)
                if high >= 0:
                    behind[position.topic, position.partition] = high - max(position.offset, low, 0)
        except KafkaException as error:
            raise_if_fatal(error.args[0])
            log.warning("kafka_lag", error=str(error))
        return behind

    def close(self) -> None:
        self._consumer.close()


class KafkaReader:
    """Reads partitions from given offsets in no group: for replays and live streams."""

    def __init__(self, bootstrap: str, starts: Mapping[TopicPartition, int], *, queue_kb: int = 65536) -> None:
        config = consumer_config(bootstrap, queue_kb) | {
            "group.id": f"reader-{time.time_ns()}",
            "enable.partition.eof": False,
            # Whoever reads one partition after the other waits for the broker at every fetch: few and large ones.
            "queued.min.messages": 100_000,
            "max.partition.fetch.bytes": 8 * 1024 * 1024,
        }
        self._consumer = Consumer(config | CLIENT_LOG)
        self.move(starts)

    def move(self, starts: Mapping[TopicPartition, int]) -> None:
        """Read these partitions from now on, over the connections that there are."""
        self._consumer.assign([Position(topic, partition, offset) for (topic, partition), offset in starts.items()])

    def poll(self, limit: int, seconds: float) -> list[Record]:
        return drain(self._consumer, limit, seconds)

    def poll_values(self, limit: int, seconds: float) -> list[tuple[int, bytes | None]]:
        """(offset, value) only: headers cost more than all the rest, and a replay needs none."""
        found = []
        for message in self._consumer.consume(limit, seconds):
            error = message.error()
            if error is None:
                found.append((message.offset() or 0, message.value()))
            elif error.code() not in PASSING:
                raise_if_fatal(error)
                log.warning("kafka_consume", error=error.str())
        return found

    def close(self) -> None:
        self._consumer.close()


class KafkaTopics:
    """What the log holds: partitions, ends, offsets by time; and the idempotent creation of topics."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._admin = AdminClient(connection(bootstrap) | CLIENT_LOG)

    def ping(self, seconds: float = 3) -> None:
        """Raise LogUnavailable when no broker answers."""
        try:
            self._admin.list_topics(timeout=seconds)
        except KafkaException as error:
            raise LogUnavailable(str(error)) from error

    def create(self, topics: Iterable[Topic], safety: Safety = Safety()) -> Created:
        """Create the topics that are missing, raise the settings of the others; never lower one."""
        return create(self._bootstrap, topics, safety)

    def partitions(self, topic: str) -> list[TopicPartition]:
        """All partitions of a topic."""
        found = self._admin.list_topics(topic, timeout=10).topics[topic]
        return [(topic, number) for number in sorted(found.partitions)]

    def bounds(self, topic: str) -> dict[TopicPartition, tuple[int, int]]:
        """(first offset, next offset) of each partition."""
        consumer = Consumer(connection(self._bootstrap) | {"group.id": "bounds"} | CLIENT_LOG)
        try:
            return {
                place: consumer.get_watermark_offsets(Position(*place), timeout=10) for place in self.partitions(topic)
            }
        except KafkaException as error:
            raise LogUnavailable(str(error)) from error
        finally:
            consumer.close()

    def remove_before(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Let the partitions begin at these offsets; what lies before is gone. Raises LogUnavailable."""
        gone = [Position(topic, partition, offset) for (topic, partition), offset in offsets.items() if offset > 0]
        try:
            for done in (self._admin.delete_records(gone) if gone else {}).values():
                done.result(30)
        except KafkaException as error:
            raise LogUnavailable(str(error)) from error

    def offsets_at(self, topic: str, timestamp_ms: int) -> dict[TopicPartition, int]:
        """The first offset at or after the broker's time, of each partition; the end where there is none."""
        consumer = Consumer(connection(self._bootstrap) | {"group.id": "bounds"} | CLIENT_LOG)
        try:
            asked = [Position(name, number, timestamp_ms) for name, number in self.partitions(topic)]
            found = consumer.offsets_for_times(asked, timeout=10)
            ends = self.bounds(topic)
            return {
                (at.topic, at.partition): at.offset if at.offset >= 0 else ends[at.topic, at.partition][1]
                for at in found
            }
        except KafkaException as error:
            raise LogUnavailable(str(error)) from error
        finally:
            consumer.close()


BEGINNING, END = OFFSET_BEGINNING, OFFSET_END
