"""What an operator sees of a worker: the traces that were asked for, and ages that tell the truth also when idle."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from chassis import api, consumer, outbox, requested_traces, tracing
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Connection, Database, rows
from chassis.memory_event_log import MemoryLog
from chassis.settings import CommonSettings
from contracts.envelope import Event
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY

from services.chassis.tests.events import Totals, record, sale

TRACE = "00-" + "ab" * 16 + "-" + "cd" * 8


class Lines:
    """Log lines as they are written, each with the trace it is written in."""

    def __init__(self) -> None:
        self.written: list[tuple[str, str | None, dict[str, Any]]] = []

    def info(self, event: str, **more: Any) -> None:
        """One line."""
        self.written.append((event, tracing.current(), more))

    warning = error = info


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What consumers and APIs write."""
    found = Lines()
    monkeypatch.setattr(consumer, "log", found)
    monkeypatch.setattr(api, "log", found)
    yield found


def traced(trace: str | None, number: int) -> Any:
    """A record of a sale that was sent with that trace."""
    event = sale(number)
    return record(Event(event.id, "till", event.time, event.payload, trace), number)


def no_log() -> MemoryLog:
    """These tests give records by hand."""
    raise AssertionError


@pytest.mark.parametrize("values_only", [False, True])
def test_a_handler_writes_a_line_for_each_trace_that_was_asked_for_and_for_no_other(
    database: Database, lines: Lines, values_only: bool
) -> None:
    seen: list[str | None] = []

    class Seeing(Totals):
        def apply(self, *arguments: Any) -> None:
            seen.append(tracing.current())

    decode = (lambda *_: sale(1)) if values_only else LoopOptions.decode  # a lean decoder gets no headers
    asked, other, unasked = f"{TRACE}-01", f"{TRACE.replace('ab', 'ef')}-01", f"{TRACE.replace('ab', '12')}-00"
    batch = [traced(trace, number) for number, trace in enumerate([None, unasked, asked, asked, other])]
    ConsumerLoop(database, no_log, Seeing(), LoopOptions(values_only=values_only, decode=decode)).process(batch)
    told = [(event, str(trace).split("-")[1], more["events"]) for event, trace, more in lines.written]
    assert told == [("events_applied", "ab" * 16, 2), ("events_applied", "ef" * 16, 1)]
    applied = [str(trace).split("-")[1] for trace in seen]
    assert applied == ["12" * 16, "ab" * 16, "ef" * 16], "each run is applied in the trace that was asked for"


def test_what_a_handler_publishes_carries_the_trace_of_its_own_event_when_two_were_asked_for_in_a_batch(
    database: Database,
) -> None:
    class Publishing(Totals):
        def effect(self, connection: Connection, id_: UUID, event: Event) -> None:
            outbox.publish(connection, [sale(7, id=f"because of {event.id}")])

    first, second = f"{TRACE}-01", f"{TRACE.replace('ab', 'ef')}-01"
    asked = [first, None, second, first]
    events = [sale(n, id=f"e{n}") for n in range(4)]
    batch = [
        record(Event(event.id, "till", event.time, event.payload, trace), number)
        for number, (event, trace) in enumerate(zip(events, asked, strict=True))
    ]
    ConsumerLoop(database, no_log, Publishing(), LoopOptions()).process(batch)
    with database.transaction() as connection:
        found = rows(connection, "SELECT event_id, traceparent FROM outbox")
    traces = {row["event_id"]: row["traceparent"].split("-")[1] for row in found}
    assert traces["because of e0"] == traces["because of e3"] == "ab" * 16
    assert traces["because of e2"] == "ef" * 16
    assert traces["because of e1"] not in ("ab" * 16, "ef" * 16), "nor does an event that nobody follows carry one"


def test_of_a_large_batch_only_the_first_event_is_followed_and_alone(database: Database) -> None:
    runs = requested_traces.cut([traced(f"{TRACE}-01", n) for n in range(requested_traces.TRACED + 5)])
    assert [len(run) for run in runs] == [1, requested_traces.TRACED + 4]
    assert [tracing.sampled(requested_traces.trace_of(run)) for run in runs] == [True, False]


def test_a_trace_that_nobody_asked_for_stays_unasked_for_downstream() -> None:
    assert not tracing.sampled(tracing.child(None))
    assert not tracing.sampled(tracing.child(f"{TRACE}-00"))
    assert tracing.sampled(tracing.child(f"{TRACE}-01"))
    assert not tracing.sampled("garbage-01")


def test_a_request_writes_a_line_when_its_trace_was_asked_for(lines: Lines) -> None:
    browser = TestClient(api.create_api("test", CommonSettings(), []))
    for flag in ("00", "01"):
        browser.get("/livez", headers={"traceparent": f"{TRACE}-{flag}"})
    ((event, trace, more),) = lines.written
    assert (event, str(trace).split("-")[1], more["route"], more["status"]) == ("request", "ab" * 16, "/livez", 200)


class Ticking:
    """A clock at a time that the test sets."""

    now = 1_000.0

    def time(self) -> float:
        """Now."""
        return self.now

    monotonic = time

    def sleep(self, seconds: float) -> None:
        """No time is lost here."""


def test_the_age_grows_while_records_wait_and_is_nothing_when_none_do(database: Database) -> None:
    clock = Ticking()
    ages: list[float] = []

    class Slow(Totals):
        def apply(self, *arguments: Any) -> None:
            ages.append(loop.age())

    loop = ConsumerLoop(database, no_log, Slow(), LoopOptions(), clock=clock)
    loop.process([record(sale(1), 0)._replace(timestamp_ms=900_000)])
    assert ages == [100], "a batch that hangs grows older, also when its records are the last ones"
    assert loop.age() == 0, "an old record that was the last one does not alarm for ever"
    loop.lag = {("sale-submitted", 0): 5}
    assert loop.age() == 100
    clock.now += 60
    assert loop.age() == 160, "a loop that has come to a halt grows older"
    loop.lag = {("sale-submitted", 0): 0}
    assert loop.age() == 0
    loop.stopped = "too many letters"
    assert loop.age() == 160, "so does one that has stopped itself"


def test_the_lag_of_a_partition_that_went_to_another_worker_is_told_by_that_one_only(database: Database) -> None:
    class Consumer:
        held = ({("lag-test", 0): 3, ("lag-test", 1): 4}, {("lag-test", 1): 2})

        def lag(self) -> dict[tuple[str, int], int]:
            return self.held[int(clock.now > 1_000)]

    clock = Ticking()
    loop = ConsumerLoop(database, no_log, Totals(), LoopOptions(), clock=clock)

    def shown(partition: int) -> float | None:
        labels = {"consumer": loop.name, "topic": "lag-test", "partition": str(partition)}
        return REGISTRY.get_sample_value("almanac_consumer_lag", labels)

    loop._measure_lag(Consumer())  # type: ignore[arg-type]
    assert (shown(0), shown(1)) == (3, 4)
    clock.now += 10
    loop._measure_lag(Consumer())  # type: ignore[arg-type]
    assert (shown(0), shown(1)) == (None, 2)


def test_the_lines_of_every_thread_say_whose_they_are() -> None:
    program = (
        "import threading; from chassis import logs; logs.configure('sales', 'worker', 'INFO');"
        "thread = threading.Thread(target=lambda: logs.logger('x').info('hello')); thread.start(); thread.join()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    line = json.loads(done.stderr)
    assert (line["event"], line["service"], line["role"]) == ("hello", "sales", "worker")
