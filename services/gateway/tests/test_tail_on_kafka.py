"""The log is followed from its ends, through topics that come later, and nothing happens that nobody is told of."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from chassis.event_log import Outgoing
from chassis.kafka import KafkaProducer, KafkaTopics
from contracts.topics import Topic
from gateway.application.hub import EVERYTHING, Hub
from gateway.events import tail

PATIENCE = 20


class Watched(Hub):
    """A hub that remembers what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[str, dict[str, Any]]] = []

    def publish(self, name: str, data: dict[str, Any]) -> None:
        self.events.append((name, data))

    def stale(self) -> list[list[str]]:
        return [data["keys"] for name, data in self.events if name == "invalidate"]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Topics of this test's own in place of the watched ones."""
    stamp = time.time_ns()
    made = [f"here-{stamp}", f"later-{stamp}"]
    monkeypatch.setattr(tail, "WATCHED", made)
    monkeypatch.setattr(tail, "STALE", {name: (name.split("-")[0],) for name in made})
    monkeypatch.setattr(tail, "MISSING_SECONDS", 0.3)
    monkeypatch.setattr(tail, "AGAIN_SECONDS", 0.2)
    return made


@pytest.fixture
def send(kafka: str) -> Iterator[Callable[[str], None]]:
    producer = KafkaProducer(kafka)

    def one(topic: str) -> None:
        producer.send([Outgoing(topic, b"k", [], orjson.dumps({}), 1)], lambda *_: None)

    yield one
    producer.close()


@pytest.fixture
def hub(kafka: str, names: list[str]) -> Iterator[Watched]:
    given, stop = Watched(), threading.Event()
    thread = threading.Thread(target=tail.run, args=(kafka, given, stop), daemon=True)
    thread.start()
    yield given
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def create(kafka: str, name: str) -> None:
    KafkaTopics(kafka).create([Topic(name, "k", ("test",), 2)])


def test_topics_that_come_later_are_followed_and_what_came_before_is_covered(
    kafka: str, names: list[str], hub: Watched, send: Callable[[str], None]
) -> None:
    here, later = names
    time.sleep(0.5)
    assert hub.events == []  # there is no topic yet
    create(kafka, here)
    send(here)  # before it is followed, or after: it is told of either way
    until(lambda: [EVERYTHING] in hub.stale())
    send(here)
    until(lambda: ["here"] in hub.stale())
    before = hub.stale().count([EVERYTHING])
    create(kafka, later)
    until(lambda: hub.stale().count([EVERYTHING]) > before)
    send(later)
    until(lambda: ["later"] in hub.stale())


def test_following_that_fails_begins_again_and_makes_everything_stale(
    kafka: str, names: list[str], send: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in names:
        create(kafka, name)
    fail, original = threading.Event(), tail.Tail.apply

    def apply(self: tail.Tail, records: Any) -> None:
        if fail.is_set():
            fail.clear()
            raise RuntimeError("planted")
        original(self, records)

    monkeypatch.setattr(tail.Tail, "apply", apply)
    hub, stop = Watched(), threading.Event()
    thread = threading.Thread(target=tail.run, args=(kafka, hub, stop), daemon=True)
    thread.start()
    try:
        until(lambda: hub.stale() == [[EVERYTHING]])
        fail.set()
        until(lambda: hub.stale().count([EVERYTHING]) == 2)
        send(names[0])
        until(lambda: ["here"] in hub.stale())
    finally:
        stop.set()
        thread.join(PATIENCE)
