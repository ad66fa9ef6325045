"""A database with the chassis's tables, and both implementations of the event log."""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from chassis import migrations
from chassis.database import Database
from chassis.event_log import LogConsumer, LogProducer, LogReader, TopicPartition
from chassis.kafka import KafkaConsumer, KafkaProducer, KafkaReader, KafkaTopics
from chassis.memory_event_log import MemoryLog
from contracts.topics import Topic
from sqlalchemy import text

TABLES = ("outbox", "inbox", "projection_offset", "dead_letter", "consumer_stop", "job", "idempotency_key")


@pytest.fixture(scope="module")
def migrated(database_url: str) -> Iterator[Database]:
    """The module's database with the tables every service has."""
    database = Database(database_url, pool=30)  # each relay keeps a connection
    migrations.upgrade(database)
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE effect (id uuid PRIMARY KEY, units numeric NOT NULL)"))
        connection.execute(text("CREATE TABLE total (units numeric NOT NULL)"))
    yield database
    database.close()


@pytest.fixture
def database(migrated: Database) -> Database:
    """Empty tables."""
    with migrated.transaction() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(TABLES)}, effect, total RESTART IDENTITY"))
        connection.execute(text("INSERT INTO total VALUES (0)"))
    return migrated


@dataclass
class LogUnderTest:
    """One implementation of the log, with topics of this test's own."""

    producer: Callable[[], LogProducer]
    consumer: Callable[[str, list[str]], LogConsumer]
    reader: Callable[[dict[TopicPartition, int]], LogReader]
    bounds: Callable[[str], dict[TopicPartition, tuple[int, int]]]
    topic: Callable[[int], str]
    patience: float


@pytest.fixture(params=["memory", "kafka"])
def log(request: pytest.FixtureRequest) -> LogUnderTest:
    """The same contract for both."""
    return memory_log() if request.param == "memory" else kafka_log(request.getfixturevalue("kafka"))


def memory_log() -> LogUnderTest:
    topics: dict[str, int] = {}
    made = MemoryLog(topics)

    def topic(partitions: int) -> str:
        name = f"t-{uuid.uuid4().hex[:8]}"
        made.add(name, partitions)
        return name

    return LogUnderTest(made.producer, made.consumer, made.reader, made.bounds, topic, 1)


def kafka_log(bootstrap: str) -> LogUnderTest:
    topics = KafkaTopics(bootstrap)

    def topic(partitions: int) -> str:
        name = f"t-{uuid.uuid4().hex[:8]}"
        topics.create([Topic(name, "key", ("test",), partitions)])
        return name

    return LogUnderTest(
        lambda: KafkaProducer(bootstrap),
        lambda group, names: KafkaConsumer(bootstrap, group, names),
        lambda starts: KafkaReader(bootstrap, starts),
        topics.bounds,
        topic,
        30,
    )


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that must happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
