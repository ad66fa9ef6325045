"""Retention takes what is old and nothing else, a little at a time, in one process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from chassis.database import Database, scalar
from chassis.retention import COMMON_SWEEPS, SWEEP_LOCK, Retention, Sweep, finished_jobs, inboxes, remembered
from contracts import topics
from contracts.topics import TOPICS, Topic
from sqlalchemy import text

from services.chassis.tests.simulated_clock import SimulatedClock

DAY = timedelta(days=1)
OLD = Sweep("note", "at", 10 * DAY, "tests", batch=7)


@pytest.fixture
def notes(database: Database) -> Iterator[Database]:
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE note (at timestamptz NOT NULL, kind text NOT NULL)"))
        connection.execute(
            text(
                "INSERT INTO note SELECT '2026-01-01Z'::timestamptz + n * interval '1 day', n % 2"
                " FROM generate_series(0, 99) n"
            )
        )
    yield database
    with database.transaction() as connection:
        connection.execute(text("DROP TABLE note"))


def left(database: Database) -> int:
    with database.transaction() as connection:
        return int(scalar(connection, "SELECT count(*) FROM note"))


def sweep(database: Database, *sweeps: Sweep, day: str = "2026-02-20") -> int:
    return Retention(database, sweeps, SimulatedClock(f"{day}T00:00:00+00:00")).sweep(Unhurried())


class Unhurried(threading.Event):
    """Never asked to stop, and waits for nothing."""

    def wait(self, timeout: float | None = None) -> bool:
        return False


def test_rows_older_than_their_age_go_in_batches_and_all_others_stay(notes: Database) -> None:
    assert sweep(notes, OLD) == 40, "the 40 days up to 10 February"
    with notes.transaction() as connection:
        assert str(scalar(connection, "SELECT min(at)::date FROM note")) == "2026-02-10"
    assert sweep(notes, OLD) == 0


def test_rows_that_the_condition_spares_stay_however_old(notes: Database) -> None:
    assert sweep(notes, Sweep("note", "at", 10 * DAY, "tests", "kind = '1'"), day="2036-01-01") == 50
    assert left(notes) == 50


@contextmanager
def sweeping_elsewhere(database: Database) -> Iterator[None]:
    with database.transaction() as connection:
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:lock, current_schema()::regnamespace::oid::int)"), {"lock": SWEEP_LOCK}
        )
        yield


def test_one_process_sweeps_at_a_time(notes: Database) -> None:
    with sweeping_elsewhere(notes):
        assert sweep(notes, OLD) == 0
    assert sweep(notes, OLD) == 40


def test_a_row_that_somebody_works_on_is_not_waited_for(notes: Database) -> None:
    with notes.transaction() as connection:
        connection.execute(text("SELECT * FROM note WHERE at < '2026-01-03Z' FOR UPDATE"))
        assert sweep(notes, OLD) == 38
    assert sweep(notes, OLD) == 2


def test_a_retention_that_is_told_to_stop_stops_between_batches(notes: Database) -> None:
    class Once(Unhurried):
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 1

    clock = SimulatedClock("2026-02-20T00:00:00+00:00")
    assert Retention(notes, [OLD], clock).sweep(Once()) == OLD.batch


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_an_inbox_remembers_for_longer_than_the_log_can_deliver(topic: Topic) -> None:
    keep = remembered([topic])
    if topic.compacted or topic.retention_ms < 0:
        assert keep is None and inboxes([("any", [topic])]) == []
    else:
        segment = timedelta(days=7)
        assert keep is not None and keep > timedelta(milliseconds=topic.retention_ms) + segment


def test_an_inbox_of_several_topics_is_kept_as_long_as_the_longest_and_for_ever_when_one_is() -> None:
    kept = [topics.CATALOG_SUBMITTED, topics.ORDER_APPROVED]
    assert remembered(kept) == remembered([topics.ORDER_APPROVED])
    assert remembered([*kept, topics.SALE_RECORDED]) is None


def test_every_sweep_says_why() -> None:
    assert all(sweep.reason and sweep.keep >= 7 * DAY for sweep in (*COMMON_SWEEPS, finished_jobs()))
