"""Nothing is published without its change, nothing that was changed stays unpublished."""

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from chassis import migrations, outbox, tracing
from chassis.database import Database, rows, scalar
from chassis.event_log import LogUnavailable, Outgoing
from chassis.kafka import KafkaConsumer, KafkaProducer, KafkaTopics
from chassis.memory_event_log import Faults, MemoryLog
from chassis.relay import Relay
from contracts.envelope import decode
from contracts.topics import SALE_SUBMITTED
from sqlalchemy import text

from services.chassis.tests.events import sale


def waiting(database: Database) -> int:
    with database.transaction() as connection:
        return int(scalar(connection, "SELECT count(*) FROM outbox"))


def memory(faults: Faults | None = None) -> MemoryLog:
    return MemoryLog({"sale-submitted": 1}, faults)


def values(log: MemoryLog) -> list[str]:
    return [decode(record.headers, record.value).id for record in log.records["sale-submitted", 0]]


def test_events_of_a_transaction_that_was_rolled_back_are_not_published(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as connection:
        outbox.publish(connection, [sale()])
        raise RuntimeError
    assert waiting(database) == 0


def test_a_published_event_reaches_the_log_as_it_was_with_the_trace_of_the_request(database: Database) -> None:
    log, event = memory(), sale(id="ä\t\\n-1")
    with tracing.span(None) as trace, database.transaction() as connection:
        outbox.publish(connection, [event])
    assert Relay(database, log.producer()).run_once() == 1
    (found,) = [decode(record.headers, record.value) for record in log.records["sale-submitted", 0]]
    assert (found.id, found.source, found.payload, found.traceparent) == (event.id, "till", event.payload, trace)
    assert waiting(database) == 0


def test_rows_go_out_in_the_order_they_were_written(database: Database) -> None:
    log = memory()
    ids = [f"e{n}" for n in range(25)]
    for id_ in ids:
        with database.transaction() as connection:
            outbox.publish(connection, [sale(id=id_)])
    relay = Relay(database, log.producer(), batch=10)
    assert [relay.run_once() for _ in range(4)] == [10, 10, 5, 0]
    assert values(log) == ids


def test_a_row_is_deleted_only_when_its_delivery_was_reported(database: Database) -> None:
    class HalfReported(Faults):
        def cut(self, records: int) -> tuple[int, int]:
            return records, records // 2

    log = memory(HalfReported())
    with database.transaction() as connection:
        outbox.publish(connection, [sale(id=f"e{n}") for n in range(10)])
    assert Relay(database, log.producer()).run_once() == 5
    with database.transaction() as connection:
        left = [row["event_id"] for row in rows(connection, "SELECT event_id FROM outbox ORDER BY id")]
    assert left == [f"e{n}" for n in range(5, 10)]


def content(number: int) -> str:
    return f'{{"sku":"\\\\ {number} ß","other":"a\\nb\\tc"}}'


def written(database: Database, count: int) -> None:
    """Events of the hot path: `e0`, `e1`, …"""
    numbers = range(count)
    with database.transaction() as connection:
        outbox.publish_written(
            connection, "sale-submitted", "till", 1, [f"main:ä\\{n}" for n in numbers], [f"e{n}" for n in numbers],
            ["sale-submitted"] * count, [content(n) for n in numbers],
        )  # fmt: skip


def test_many_events_in_a_row_arrive_one_by_one_in_order_as_they_were(database: Database) -> None:
    log, count = memory(), 2 * outbox.PACKED + 3
    with tracing.span(None) as trace:
        written(database, count)
    with database.transaction() as connection:
        outbox.publish(connection, [sale(id="last")])
        assert scalar(connection, "SELECT sum(events) FROM outbox") == count + 1
    assert waiting(database) == 4
    assert Relay(database, log.producer()).run_once() == 4
    held = log.records["sale-submitted", 0]
    assert [(record.key, record.value) for record in held[:-1]] == [
        (f"main:ä\\{n}".encode(), content(n).encode()) for n in range(count)
    ]
    events = [decode(record.headers, record.value) for record in held]
    assert [event.id for event in events] == [*(f"e{n}" for n in range(count)), "last"]
    assert {(event.source, event.type, event.traceparent) for event in events[:-1]} == {
        ("till", "sale-submitted", trace)
    }
    assert waiting(database) == 0


@pytest.mark.parametrize("acknowledged", [1, outbox.PACKED - 1, outbox.PACKED])
def test_a_row_of_many_events_stays_until_all_of_them_are_acknowledged(database: Database, acknowledged: int) -> None:
    class Cut(Faults):
        def cut(self, records: int) -> tuple[int, int]:
            return records, acknowledged

    written(database, outbox.PACKED)
    whole = acknowledged == outbox.PACKED
    assert Relay(database, memory(Cut()).producer()).run_once() == int(whole)
    assert waiting(database) == int(not whole)


def test_a_row_of_many_events_is_not_written_when_it_is_too_large_to_be_sent(database: Database) -> None:
    with pytest.raises(ValueError, match="larger"), database.transaction() as connection:
        outbox.publish_written(
            connection, "sale-submitted", "till", 1, ["k"], ["e"], ["sale-submitted"], ["x" * outbox.LARGEST]
        )


def test_a_row_that_was_committed_late_with_a_lower_id_is_not_skipped(database: Database) -> None:
    log = memory()
    relay = Relay(database, log.producer())
    late = database.engine.connect()
    transaction = late.begin()
    outbox.publish(late, [sale(id="late")])
    with database.transaction() as connection:
        outbox.publish(connection, [sale(id="early")])
    assert relay.run_once() == 1
    transaction.commit()
    late.close()
    assert relay.run_once() == 1
    assert values(log) == ["early", "late"]


def test_only_one_relay_leads(database: Database) -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Held(Faults):
        def at(self, place: str) -> None:
            if place == "send":
                inside.set()
                go_on.wait(10)

    log = memory(Held())
    with database.transaction() as connection:
        outbox.publish(connection, [sale()])
    leader = threading.Thread(target=Relay(database, log.producer()).run_once)
    leader.start()
    assert inside.wait(10)
    assert Relay(database, memory().producer()).run_once() is None
    go_on.set()
    leader.join()
    assert len(values(log)) == 1 and waiting(database) == 0


def test_a_log_that_is_away_leaves_the_rows_and_the_relay_goes_on(database: Database) -> None:
    stop = threading.Event()
    calls: list[int] = []

    class Producer:
        def send(self, records: Sequence[Outgoing], report: Callable[[int, Exception | None], None]) -> None:
            calls.append(len(records))
            if len(calls) == 1:
                raise LogUnavailable("away")
            for one in records:
                report(one.token, None)
            stop.set()

        def close(self) -> None:
            calls.append(-1)

    with database.transaction() as connection:
        outbox.publish(connection, [sale()])
    Relay(database, Producer()).run(stop)
    assert calls == [1, 1, -1] and waiting(database) == 0


def test_a_record_that_the_broker_refuses_for_ever_does_not_hold_up_the_others(database: Database, kafka: str) -> None:
    KafkaTopics(kafka).create([SALE_SUBMITTED])
    with database.transaction() as connection:
        outbox.publish(connection, [sale(id="before")])
        connection.execute(
            text(
                "INSERT INTO outbox (topic, key, event_id, type, source, payload)"
                " VALUES ('sale-submitted', 'k', 'huge', 'sale-submitted', 's', repeat('x', 3000000))"
            )
        )
        outbox.publish(connection, [sale(id="after")])
    assert Relay(database, KafkaProducer(kafka)).run_once() == 2
    assert waiting(database) == 1
    consumer = KafkaConsumer(kafka, "refused", ["sale-submitted"])
    found: set[str] = set()
    for _ in range(100):
        found |= {decode(record.headers, record.value).id for record in consumer.poll(10, 0.2)}
        if {"before", "after"} <= found:
            break
    consumer.close()
    assert {"before", "after"} <= found


def test_publishing_what_the_broker_would_refuse_fails_at_once(database: Database) -> None:
    event = sale()
    large = event.payload.model_copy(update={"reference": "x" * 1_100_000})
    with pytest.raises(ValueError, match="larger"), database.transaction() as connection:
        outbox.publish(connection, [type(event)(event.id, event.source, event.time, large)])
    assert waiting(database) == 0


# --- an upgrade and the relays that run meanwhile -------------------------------------------------------------------


def another_generation(database: Database, number: int) -> None:
    """What a migration does that changes what a relay reads."""
    with database.transaction() as connection:
        lock = "SELECT pg_advisory_xact_lock(:lock, current_schema()::regnamespace::oid::int)"
        connection.execute(text(lock), {"lock": outbox.LEADER_LOCK})
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION outbox_generation() RETURNS integer LANGUAGE sql IMMUTABLE"
                f" AS 'SELECT {number}'"
            )
        )


@pytest.fixture
def generations(database: Database) -> Iterator[Database]:
    """The database; afterwards of the generation that it was."""
    yield database
    another_generation(database, outbox.GENERATION)


@pytest.mark.parametrize("number", [outbox.GENERATION - 1, outbox.GENERATION + 1])
def test_a_running_relay_of_another_generation_stops_before_it_sends_anything(
    generations: Database, number: int
) -> None:
    log = memory()
    relay = Relay(generations, log.producer())
    with generations.transaction() as connection:
        outbox.publish(connection, [sale(id="before")])
    assert relay.run_once() == 1
    another_generation(generations, number)
    with generations.transaction() as connection:
        outbox.publish(connection, [sale(id="after")])
    with pytest.raises(outbox.OtherGeneration, match=f"generation {number}"):
        relay.run(threading.Event())
    assert values(log) == ["before"] and waiting(generations) == 1, "it waits for the relay that can read it"


def test_the_format_changes_between_two_rounds_never_within_one(generations: Database) -> None:
    done: list[str] = []

    class Slow(Faults):
        def at(self, place: str) -> None:
            if place == "send":
                migration.start()
                migration.join(0.3)
                done.append("sent, while the migration waits" if migration.is_alive() else "migrated in the round")

    migration = threading.Thread(target=another_generation, args=(generations, outbox.GENERATION + 1))
    with generations.transaction() as connection:
        outbox.publish(connection, [sale()])
    assert Relay(generations, memory(Slow()).producer()).run_once() == 1
    migration.join(10)
    assert done == ["sent, while the migration waits"] and not migration.is_alive()


def test_this_relay_is_of_the_generation_that_the_migrations_end_with(database: Database) -> None:
    assert migrations.at_head(database)
    with database.transaction() as connection:
        assert scalar(connection, "SELECT outbox_generation()") == outbox.GENERATION
