"""What the relay and the consumer loop need of a database and of a clock.

Their algorithms run over these ports: `chassis.outbox` and `chassis.consumer_store` implement them on PostgreSQL, the
simulation in memory, so that what is simulated is what runs.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from chassis.dead_letters import DeadLetter
from chassis.event_log import Outgoing, TopicPartition


class Clock(Protocol):
    """Time as the algorithms see it."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def time(self) -> float:
        """Unix time."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clock."""

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def time(self) -> float:
        """Unix time."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Stop(Protocol):
    """Asks a loop to end; `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether the loop should end now."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it should end, at most so long."""


class OutboxRound(Protocol):
    """One round of the relay, in a transaction of the leader."""

    def oldest(self, limit: int) -> tuple[list[Outgoing], float | None]:
        """The first committed rows in order of their id, and when the oldest was written (Unix time)."""

    def delete(self, tokens: Sequence[int]) -> None:
        """Remove exactly these rows, when the transaction commits."""


class OutboxStore(Protocol):
    """Where events wait to be sent."""

    def waiting(self) -> bool:
        """Whether there is anything to send. Cheap: it is asked many times a second."""

    def lead(self) -> AbstractContextManager[OutboxRound | None]:
        """A round in a transaction, or None while another relay leads."""

    def passing(self, error: Exception) -> bool:
        """Whether the same call may succeed later."""


class Work(Protocol):
    """An open transaction of a consumer: effects, ids, dead letters and offsets are stored together or not at all."""

    @property
    def connection(self) -> Any:
        """What the handler writes through."""

    def bury(self, consumer: str, letters: list[DeadLetter]) -> None:
        """Keep dead letters; one that is already there stays as it is."""

    def keep_offsets(self, consumer: str, offsets: Mapping[TopicPartition, int]) -> None:
        """Note the next offsets of a projection; they only grow."""

    def stop_consumer(self, consumer: str, reason: str) -> None:
        """Keep the consumer stopped until an operator resumes it."""


class ConsumerStore(Protocol):
    """Where a consumer's effects are stored."""

    def begin(self) -> AbstractContextManager[Work]:
        """A unit of work: commits at the end of the block, rolls back when it raises."""

    def stopped(self, consumer: str) -> str | None:
        """Why the consumer is stopped, or None."""

    def passing(self, error: Exception) -> bool:
        """Whether the same work may succeed later."""
