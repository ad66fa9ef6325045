"""The event log as a port: what the outbox, the consumers and replays need of Kafka, and nothing more.

`chassis.kafka` implements it on Apache Kafka, `chassis.memory_event_log` in memory for simulations; the same
contract tests run against both.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

BATCH_BYTES = 32 * 1024 * 1024  # values of a batch, together
TopicPartition = tuple[str, int]
RecordHeaders = Sequence[tuple[str, bytes | None]]


class LogUnavailable(Exception):
    """The log does not answer now; the same call may succeed later."""


class LogFailed(Exception):
    """The client can not go on: the process must exit and be started again."""


class Record(NamedTuple):
    """A record as it lies in the log. `timestamp_ms` is the broker's.

    `held` are its headers, or what gives them: Kafka's client takes as long for them as for all the rest.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    held: RecordHeaders | Callable[[], RecordHeaders]
    value: bytes | None
    timestamp_ms: int

    @property
    def headers(self) -> RecordHeaders:
        """Names and values, in the order in which they were written."""
        return self.held() if callable(self.held) else self.held


class Outgoing(NamedTuple):
    """A record to be written. `token` comes back in the delivery report."""

    topic: str
    key: bytes
    headers: list[tuple[str, bytes]]
    value: bytes
    token: int


class LogProducer(Protocol):
    """Writes records; a report with None means that the log has the record for good."""

    def send(self, records: Sequence[Outgoing], report: Callable[[int, Exception | None], None]) -> None:
        """Write all; returns when every record has been reported."""

    def close(self) -> None:
        """Drop what is not sent."""


class LogConsumer(Protocol):
    """A member of a consumer group. Owned by one thread."""

    def poll(self, limit: int, seconds: float, size: int = BATCH_BYTES) -> list[Record]:
        """At most `limit` records, as soon as there are any, and none after which `size` bytes could be exceeded."""

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Remember the next offset to read of each partition. Raises LogUnavailable."""

    def lag(self) -> dict[TopicPartition, int]:
        """Records behind the end, of the partitions assigned now."""

    def close(self) -> None:
        """Leave the group."""


class LogReader(Protocol):
    """Reads given partitions from given offsets, in no group."""

    def poll(self, limit: int, seconds: float) -> list[Record]:
        """At most `limit` records, as soon as there are any."""

    def poll_values(self, limit: int, seconds: float) -> list[tuple[int, bytes | None]]:
        """(offset, value) of at most `limit` records of the one partition that is read."""

    def close(self) -> None:
        """Let go."""
