"""What the log's records become for those who watch: thinned, complete, in order."""

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from chassis.event_log import Record
from contracts import topics
from gateway.domain.resources import STALE
from gateway.events.tail import SETTLED_SECONDS, SHOWN, WATCHED, Tail

PRICE, PROMOTION = (sorted(STALE[name]) for name in ("price-changed", "promotion-changed"))


class Told:
    """A hub that remembers."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def publish(self, name: str, data: dict[str, Any]) -> None:
        self.events.append((name, data))

    def invalidate(self, resources: list[str]) -> None:
        self.publish("invalidate", {"keys": resources})

    def of(self, name: str) -> list[dict[str, Any]]:
        return [data for told, data in self.events if told == name]


class Moments:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def record(topic: str, value: Any = None, offset: int = 0) -> Record:
    body = value if isinstance(value, bytes) else orjson.dumps(value or {})
    return Record(topic, 0, offset, b"k", (), body, 1_700_000_000_000)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def moments() -> Moments:
    return Moments()


@pytest.fixture
def tail(told: Told, moments: Moments) -> Tail:
    return Tail(told, moments)  # type: ignore[arg-type]


def sales(count: int) -> Sequence[Record]:
    return [record("sale-recorded", {"sku": str(n), "units": 1}, n) for n in range(count)]


@pytest.mark.parametrize("topic", sorted(STALE))
def test_a_record_makes_stale_what_its_topic_says(tail: Tail, told: Told, topic: str) -> None:
    tail.apply([record(topic)])
    assert told.of("invalidate") == [{"keys": sorted(STALE[topic])}]


def test_what_is_watched_is_whatever_makes_something_stale_and_the_progress_of_training() -> None:
    assert set(WATCHED) == {*STALE, topics.TRAINING_PROGRESSED.name}


def test_a_burst_shows_the_newest_sales_and_says_how_many_more_there_were(tail: Tail, told: Told) -> None:
    tail.apply(sales(50))
    shown = told.of("sale")
    assert [event["sku"] for event in shown] == [str(n) for n in range(50 - SHOWN, 50)]
    assert [event["more"] for event in shown] == [50 - SHOWN] + [0] * (SHOWN - 1)


def test_a_sale_that_is_on_the_log_twice_is_shown_once(tail: Tail, told: Told) -> None:
    once, other = ({"sku": sku, "sale_id": sku} for sku in "AB")
    tail.apply([record("sale-recorded", once), record("sale-recorded", other), record("sale-recorded", once)])
    tail.apply([record("sale-recorded", other), record("sale-rejected", other)])
    assert sorted((event["sku"], event["topic"]) for event in told.of("sale")) == [
        ("A", "sale-recorded"), ("B", "sale-recorded"), ("B", "sale-rejected")]  # fmt: skip
    assert [event["more"] for event in told.of("sale")] == [0, 0, 0]


def test_a_refused_sale_is_shown_as_refused_with_the_reason(tail: Tail, told: Told) -> None:
    tail.apply([record("sale-rejected", {"sku": "A", "message": "unknown"})])
    assert [(event["rejected"], event["message"]) for event in told.of("sale")] == [(True, "unknown")]


def test_what_is_stale_is_said_at_once_and_then_once_a_second(tail: Tail, told: Told, moments: Moments) -> None:
    for _ in range(13):  # three seconds
        tail.apply(sales(1))
        moments.now += 0.25
    assert len(told.of("invalidate")) == 4


def test_what_came_within_the_second_is_said_at_its_end(tail: Tail, told: Told, moments: Moments) -> None:
    tail.apply([record("promotion-changed")])
    moments.now += 0.5
    tail.apply([record("price-changed")])
    assert len(told.of("invalidate")) == 1
    moments.now += 0.5
    tail.apply([])
    assert told.of("invalidate")[1:] == [{"keys": PRICE}]


def test_once_it_is_quiet_all_is_said_again_for_those_who_apply_records_later(
    tail: Tail, told: Told, moments: Moments
) -> None:
    tail.apply([record("promotion-changed")])
    moments.now += 1
    tail.apply([record("price-changed")])
    moments.now += SETTLED_SECONDS
    for _ in range(20):
        tail.apply([])
        moments.now += 1
    assert told.of("invalidate") == [
        {"keys": PROMOTION}, {"keys": PRICE}, {"keys": sorted({*PRICE, *PROMOTION})},
    ]  # fmt: skip


def test_training_is_passed_on_as_it_is_told(tail: Tail, told: Told) -> None:
    tail.apply([record("training-progressed", {"run_id": "7", "done": 3, "total": 9})])
    assert told.events == [("training", {"type": "training-progressed", "run_id": "7", "done": 3, "total": 9})]


@pytest.mark.parametrize("value", [b"", b"no json", b"[1]", b"null"])
def test_a_record_that_is_no_event_harms_nothing(tail: Tail, told: Told, value: bytes) -> None:
    tail.apply([record("sale-recorded", value), record("training-completed", value)])
    assert len(told.of("sale")) == 1 and len(told.of("training")) == 1
