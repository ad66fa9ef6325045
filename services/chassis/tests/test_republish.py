"""A topic is made again from what its service keeps: whole, resumable, and at no moment less than before."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from chassis import jobs, outbox, republish
from chassis.database import Connection, Database
from chassis.event_log import Outgoing
from chassis.failures import Conflict
from chassis.jobs import Claim, JobCancelled
from chassis.kafka import KafkaProducer, KafkaReader, KafkaTopics
from chassis.relay import Relay
from chassis.republish import Portion, Republication, TopicSource
from contracts.envelope import header_list
from contracts.topics import AUDIT_RECORDED, Topic

PARTITIONS, PORTION = 2, 4


class Kept:
    """What a service keeps: numbers, told four a portion."""

    def __init__(self, numbers: int) -> None:
        self.numbers, self.portions = numbers, 0
        self.before: Callable[[int], None] = lambda portion: None

    def count(self, _: Connection) -> int:
        return self.numbers

    def tell(self, connection: Connection, after: Any) -> Portion:
        self.portions += 1
        self.before(self.portions)
        first = after or 0
        some = [str(number) for number in range(first, min(first + PORTION, self.numbers))]
        outbox.publish_written(connection, self.topic, "test", 1, some, some, ["t"] * len(some), some)
        return Portion(len(some), first + PORTION if first + PORTION < self.numbers else None)

    topic = ""


@pytest.fixture
def kept(kafka: str) -> Kept:
    found = Kept(10)
    found.topic = f"t-{uuid4().hex[:8]}"
    KafkaTopics(kafka).create([Topic(found.topic, "number", ("test",), PARTITIONS), AUDIT_RECORDED])
    return found


@contextmanager
def relay(database: Database, kafka: str) -> Iterator[None]:
    """A relay that sends meanwhile."""
    stop = threading.Event()
    thread = threading.Thread(target=Relay(database, KafkaProducer(kafka)).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def work(database: Database, kafka: str, kept: Kept, *, replaces: bool = True, ask: bool = True) -> Claim:
    topic = Topic(kept.topic, "number", ("test",), PARTITIONS)
    if ask:
        republish.request(database, "test", kept.topic, "olga")
    claim = jobs.claim(database, [republish.KIND], lost_after=-1)
    assert claim is not None
    Republication(database, kafka, {kept.topic: TopicSource(topic, kept.count, kept.tell, replaces)})(claim)
    return claim


def held(kafka: str, topic: str) -> list[str]:
    """What the topic holds from its first record on."""
    bounds = KafkaTopics(kafka).bounds(topic)
    reader = KafkaReader(kafka, {place: first for place, (first, _) in bounds.items()})
    found: list[str] = []
    while len(found) < sum(end - first for first, end in bounds.values()):
        found += [(record.value or b"").decode() for record in reader.poll(1000, 1.0)]
    reader.close()
    return sorted(found)


def spoil(kafka: str, topic: str) -> None:
    """Records of before: one that is kept, and one that nobody keeps."""
    headers = header_list("1", "t", "test", "2026-01-01T00:00:00Z", 1, None)
    sent: list[Exception | None] = []
    KafkaProducer(kafka).send(
        [Outgoing(topic, value.encode(), headers, value.encode(), 0) for value in ("1", "foreign")],
        lambda _, error: sent.append(error),
    )
    assert sent == [None, None]


NUMBERS = sorted(str(number) for number in range(10))


def test_a_topic_that_is_replaced_holds_afterwards_just_what_is_kept(
    database: Database, kafka: str, kept: Kept
) -> None:
    spoil(kafka, kept.topic)
    with relay(database, kafka):
        job = work(database, kafka, kept)
    assert held(kafka, kept.topic) == NUMBERS
    with database.transaction() as connection:
        found = jobs.get(connection, job.id) or {}
    assert (found["status"], found["done"], found["total"]) == ("succeeded", 10, 10)
    assert found["message"] == "10 events were told again"


def test_a_topic_of_states_keeps_its_earlier_records(database: Database, kafka: str, kept: Kept) -> None:
    spoil(kafka, kept.topic)
    with relay(database, kafka):
        work(database, kafka, kept, replaces=False)
    assert held(kafka, kept.topic) == sorted([*NUMBERS, "1", "foreign"])


@pytest.mark.parametrize("dies_in", [1, 2, 3])
def test_a_killed_republication_goes_on_after_the_last_whole_portion(
    database: Database, kafka: str, kept: Kept, dies_in: int
) -> None:
    class Killed(BaseException):
        pass

    def dies(portion: int) -> None:
        if portion == dies_in:
            raise Killed

    kept.before = dies
    with relay(database, kafka):
        with pytest.raises(Killed):
            work(database, kafka, kept)
        kept.before = lambda portion: None
        work(database, kafka, kept, ask=False)
    assert held(kafka, kept.topic) == NUMBERS
    assert kept.portions == 4  # three, and the one that was not committed


def test_one_that_is_cancelled_takes_nothing_away(database: Database, kafka: str, kept: Kept) -> None:
    spoil(kafka, kept.topic)

    def cancel(portion: int) -> None:
        with database.transaction() as connection:
            (job,) = jobs.open_of(connection, republish.KIND)
        if portion == 2:
            threading.Thread(target=republish.cancel, args=(database, "test", job["id"], "olga")).start()

    kept.before = cancel
    with relay(database, kafka), pytest.raises(JobCancelled):
        kept.numbers = 400_000
        work(database, kafka, kept)
    assert {"1", "foreign"} <= set(held(kafka, kept.topic))


def test_a_topic_is_made_again_once_at_a_time(database: Database) -> None:
    republish.request(database, "test", "a", "olga")
    republish.request(database, "test", "b", "olga")
    with pytest.raises(Conflict):
        republish.request(database, "test", "a", "olga")
