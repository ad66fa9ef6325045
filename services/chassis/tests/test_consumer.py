"""An event's effect is stored once, whatever is delivered how often and whatever fails when."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from chassis import dead_letters, tracing
from chassis.consumer import Batch, ConsumerLoop, LoopOptions
from chassis.database import Connection, Database, rows, scalar
from chassis.dead_letters import KEPT_BYTES
from chassis.event_log import Record
from chassis.memory_event_log import Faults, MemoryLog
from chassis.tolerance import Tolerance
from contracts.envelope import Event, encode
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.chassis.tests.events import Totals, garbage, record, sale
from services.chassis.tests.simulated_clock import SimulatedClock

FAST = LoopOptions(backoff=0.0)


def no_log() -> MemoryLog:
    raise AssertionError("this test gives records by hand")


def loop(database: Database, handler: Totals | None = None, options: LoopOptions = FAST) -> ConsumerLoop:
    return ConsumerLoop(database, no_log, handler or Totals(), options)


def total(database: Database) -> Decimal:
    with database.transaction() as connection:
        summed = Decimal(scalar(connection, "SELECT units FROM total"))
        assert summed == scalar(connection, "SELECT coalesce(sum(units), 0) FROM effect")
        return summed


def letters(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        return rows(connection, "SELECT * FROM dead_letter ORDER BY id")


def test_an_event_that_is_delivered_again_changes_nothing(database: Database) -> None:
    events = [sale(n, "2", id=f"e{n}") for n in range(5)]
    batch = [record(event, n) for n, event in enumerate(events)]
    for delivered in (batch, batch[2:], [*batch, *batch]):
        loop(database).process(delivered)
    assert total(database) == 10


def test_a_log_client_that_does_not_come_back_is_told_from_a_batch_that_takes_long(database: Database) -> None:
    clock, during = SimulatedClock("2026-01-05T00:00:00+00:00"), []

    class Slow(Totals):
        def apply(self, connection: Connection, batch: Batch) -> None:
            clock.sleep(500)
            during.append(one.hangs())
            super().apply(connection, batch)

    one = ConsumerLoop(database, no_log, Slow(), FAST, clock=clock)
    one.process([record(sale(), 0)])
    assert during == [False] and not one.hangs()
    clock.sleep(121)  # in the commit that follows
    assert one.hangs()


def test_a_dead_letter_leaves_its_neighbours_unharmed_and_keeps_all_of_itself(database: Database) -> None:
    loop(database).process([record(sale(), 0), garbage(1), garbage(2, None), record(sale(), 3)])
    assert total(database) == 2
    first, second = letters(database)
    assert (first["offset"], first["code"], bytes(first["value"])) == (1, "missing_header", b"{")
    assert (second["offset"], second["code"], second["value"]) == (2, "tombstone", None)


def test_a_dead_letter_that_is_delivered_again_is_kept_once(database: Database) -> None:
    for _ in range(2):
        loop(database).process([garbage(1)])
    assert len(letters(database)) == 1


def test_bytes_that_postgres_cannot_store_as_text_become_a_dead_letter(database: Database) -> None:
    headers = [("ce_type", b"\xff\x00"), ("ce_id", b"a\x00b"), ("x\x00", b"\x00"), ("none", None)]
    hostile = Record("sale-submitted", 0, 1, b"\x00\xff", headers, b"\x00" * (KEPT_BYTES + 10), 0)
    loop(database).process([hostile])
    (letter,) = letters(database)
    assert len(bytes(letter["value"])) == KEPT_BYTES and letter["value_bytes"] == KEPT_BYTES + 10


def test_a_handler_that_fails_on_one_event_loses_only_that_one(database: Database) -> None:
    class Picky(Totals):
        def effect(self, connection: Connection, id_: UUID, event: Event) -> None:
            if event.id == "poison":
                raise ZeroDivisionError("no")
            super().effect(connection, id_, event)

    events = [record(sale(n, id="poison" if n == 5 else f"e{n}"), n) for n in range(9)]
    loop(database, Picky()).process(events)
    assert total(database) == 8
    (letter,) = letters(database)
    assert (letter["offset"], letter["code"]) == (5, "handler_error") and "ZeroDivisionError" in str(letter["message"])


def test_a_lost_database_connection_is_retried_and_never_dead_lettered(database: Database) -> None:
    class Cut(Totals):
        cuts = 2

        def effect(self, connection: Connection, id_: UUID, event: Event) -> None:
            super().effect(connection, id_, event)
            if self.cuts:
                self.cuts -= 1
                connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    loop(database, Cut()).process([record(sale(), 0)])
    assert total(database) == 1 and letters(database) == []


def test_projection_offsets_are_stored_with_the_effects_and_only_grow(database: Database) -> None:
    consumer = loop(database, options=LoopOptions(backoff=0, keep_offsets=True))
    consumer.process([record(sale(), 7), record(sale(), 3, partition=1)])
    consumer.process([record(sale(), 2)])
    with database.transaction() as connection:
        kept = rows(connection, "SELECT partition, next_offset FROM projection_offset ORDER BY partition")
    assert kept == [{"partition": 0, "next_offset": 8}, {"partition": 1, "next_offset": 4}]


def test_a_handler_runs_in_the_trace_of_the_event(database: Database) -> None:
    seen: list[str | None] = []

    class Traced(Totals):
        def apply(self, connection: Connection, batch: Batch) -> None:
            seen.append(tracing.current())

    trace = tracing.child(None)
    event = sale()
    loop(database, Traced()).process([record(Event(event.id, "till", event.time, event.payload, trace))])
    assert seen[0] is not None and seen[0].split("-")[1] == trace.split("-")[1]


def run_over(
    log: MemoryLog, database: Database, options: LoopOptions, done: Callable[[], bool], handler: Totals | None = None
) -> ConsumerLoop:  # fmt: skip
    stop = threading.Event()
    consumer = ConsumerLoop(database, lambda: log.consumer("g", ["sale-submitted"]), handler or Totals(), options)
    thread = threading.Thread(target=consumer.run, args=(stop,))
    thread.start()
    for _ in range(1000):
        if done():
            break
        threading.Event().wait(0.01)
    stop.set()
    thread.join(10)
    assert not thread.is_alive() and done()
    return consumer


def send(log: MemoryLog, events: list[Event], garbage_after: int = 0) -> None:
    from chassis.event_log import Outgoing

    for event in events:
        key, headers, value = encode(event)
        log.append(Outgoing("sale-submitted", key, headers, value, 0))
    for _ in range(garbage_after):
        log.append(Outgoing("sale-submitted", b"k", [], b"{", 0))


def test_offsets_are_committed_after_the_effects(database: Database) -> None:
    totals: list[Decimal] = []

    class Watched(Faults):
        def at(self, place: str) -> None:
            if place == "commit":
                totals.append(total(database))

    log = MemoryLog({"sale-submitted": 1}, Watched())
    send(log, [sale(n) for n in range(3)])
    run_over(log, database, FAST, lambda: log.committed("g") == {("sale-submitted", 0): 3})
    assert totals[0] == 3


def test_a_loop_takes_no_more_bytes_at_once_than_its_options_say(database: Database) -> None:
    log, weights = MemoryLog({"sale-submitted": 1}), list[int]()

    class Weighing(Totals):
        def apply(self, connection: Connection, batch: Batch) -> None:
            weights.append(sum(len(delivery.record.value or b"") for delivery in batch.deliveries))
            super().apply(connection, batch)

    send(log, [sale(n) for n in range(10)])
    size = 3 * max(len(record.value or b"") for record in log.records["sale-submitted", 0])
    options = LoopOptions(backoff=0.0, size=size)
    run_over(log, database, options, lambda: log.committed("g") == {("sale-submitted", 0): 10}, Weighing())
    assert max(weights) <= size < sum(weights) and total(database) == 10


def test_a_consumer_that_meets_too_much_garbage_stops_over_restarts_until_it_is_resumed(database: Database) -> None:
    log = MemoryLog({"sale-submitted": 1})
    send(log, [sale()], garbage_after=60)

    def reason() -> str | None:
        with database.transaction() as connection:
            return dead_letters.stopped(connection, "totals")

    run_over(log, database, FAST, lambda: reason() is not None)
    assert "60 records in a row" in str(reason())
    send(log, [sale()])
    stop = threading.Event()
    again = ConsumerLoop(database, lambda: log.consumer("g", ["sale-submitted"]), Totals(), FAST)
    thread = threading.Thread(target=again.run, args=(stop,))
    thread.start()
    stop.wait(0.3)
    assert total(database) == 1
    with database.transaction() as connection:
        assert dead_letters.resume(connection, "totals")
    for _ in range(400):
        if total(database) == 2:
            break
        stop.wait(0.02)
    stop.set()
    thread.join(10)
    assert total(database) == 2


def test_what_strangers_write_does_not_stop_a_consumer(database: Database) -> None:
    consumer = loop(database, options=LoopOptions(backoff=0, trusted=False))
    consumer.process([garbage(n) for n in range(500)])
    assert consumer.stopped is None and len(letters(database)) == 500


def test_the_outcome_of_a_batch_that_was_rolled_back_does_not_count(database: Database) -> None:
    class Cut(Totals):
        cuts = 3

        def apply(self, connection: Connection, batch: Batch) -> None:
            if self.cuts:
                self.cuts -= 1
                connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    consumer = loop(database, Cut())
    consumer.process([*(garbage(n) for n in range(20)), record(sale(), 30)])
    assert consumer.stopped is None and consumer._tolerance._recent == tuple(range(20, 0, -1))


@given(st.lists(st.lists(st.booleans(), max_size=30), max_size=30))
def test_the_limit_counts_the_same_however_records_are_batched(batches: list[list[bool]]) -> None:
    limit, flat = Tolerance(window=40, consecutive=5), [dead for batch in batches for dead in batch]
    run = 0
    for batch in batches:
        limit = limit.after(batch if any(batch) else [], len(batch))
        reached = limit.reached() or ""
        longest = 0
        for dead in batch:
            run = run + 1 if dead else 0
            longest = max(longest, run)
        assert ("in a row" in reached) == (longest > 5)
    assert len(limit._recent) == sum(flat[-40:])


@pytest.mark.parametrize("value", [b"[" * 900_000, b'{"quantity": NaN}', b"\xff\xfe", b'"', b"1e999", b"x" * 2_000_000])
def test_hostile_values_become_dead_letters(database: Database, value: bytes) -> None:
    headers = [("ce_type", b"sale-submitted"), ("ce_id", b"1"), ("ce_source", b"s")]
    hostile = Record("sale-submitted", 0, 1, b"k", headers, value, 0)
    loop(database).process([hostile, record(sale(), 2)])
    assert total(database) == 1 and len(letters(database)) == 1
