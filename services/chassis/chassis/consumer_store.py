"""A consumer's unit of work on PostgreSQL: one transaction of the service's own schema."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import text

from chassis import dead_letters
from chassis.database import Connection, Database, is_transient
from chassis.dead_letters import DeadLetter
from chassis.event_log import TopicPartition


class PostgresWork:
    """An open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def bury(self, consumer: str, letters: list[DeadLetter]) -> None:
        """Keep dead letters; one that is already there stays as it is."""
        dead_letters.store(self.connection, consumer, letters)

    def keep_offsets(self, consumer: str, offsets: Mapping[TopicPartition, int]) -> None:
        """Note the next offsets of a projection; they only grow."""
        # Sorted: two members that hold the same partition for a moment lock its rows in the same order.
        values = [
            {"consumer": consumer, "topic": topic, "partition": partition, "offset": offset}
            for (topic, partition), offset in sorted(offsets.items())
        ]
        self.connection.execute(
            text(
                "INSERT INTO projection_offset (consumer, topic, partition, next_offset)"
                " VALUES (:consumer, :topic, :partition, :offset) ON CONFLICT (consumer, topic, partition)"
                " DO UPDATE SET next_offset = GREATEST(projection_offset.next_offset, EXCLUDED.next_offset)"
            ),
            values,
        )

    def stop_consumer(self, consumer: str, reason: str) -> None:
        """Keep the consumer stopped until an operator resumes it."""
        dead_letters.stop_consumer(self.connection, consumer, reason)


class PostgresStore:
    """The service's schema."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def begin(self) -> Iterator[PostgresWork]:
        """A unit of work: commits at the end of the block, rolls back when it raises."""
        with self._database.transaction() as connection:
            yield PostgresWork(connection)

    def stopped(self, consumer: str) -> str | None:
        """Why the consumer is stopped, or None."""
        with self._database.transaction() as connection:
            return dead_letters.stopped(connection, consumer)

    def passing(self, error: Exception) -> bool:
        """Whether the same work may succeed later."""
        return is_transient(error)
