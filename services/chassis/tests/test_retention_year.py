"""A year of work under retention, on PostgreSQL with a clock that the test turns.

Every table stops growing, and nothing that can still come again is taken for new: each day events are delivered again
that are as old as the log can hold them, and requests are repeated that are as old as the promise.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from chassis import dead_letters, idempotency, inbox, jobs, migrations
from chassis.database import Database, rows, scalar
from chassis.dead_letters import Chosen, DeadLetter
from chassis.retention import COMMON_SWEEPS, SEGMENT, Retention, Sweep, finished_jobs, inboxes, remembered
from contracts import topics
from sqlalchemy import event, text

from services.chassis.tests.events import garbage
from services.chassis.tests.simulated_clock import SimulatedClock
from services.chassis.tests.test_retention import Unhurried

DAYS, A_DAY = 365, 4
NAMESPACE = UUID(int=13)
BOUNDED, KEPT = (topics.CATALOG_SUBMITTED,), (topics.SALE_RECORDED,)
CONSUMERS = (("claims", BOUNDED), ("history", KEPT))
SWEEPS = (*COMMON_SWEEPS, *inboxes(CONSUMERS), finished_jobs())
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
ANSWER = {"id": 1}


class Year:
    """A database whose `now()` is the test's, and the days that pass in it."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, SimulatedClock(FIRST.isoformat())
        self.day = 0
        self.sizes: dict[str, list[int]] = {sweep.table: [] for sweep in SWEEPS}

    def pass_a_day(self) -> None:
        """Work, repetitions of what is still repeated, a sweep."""
        self.clock.now = FIRST + timedelta(days=self.day)
        with self.database.transaction() as connection:
            connection.execute(text("UPDATE simulated_now SET moment = :moment"), {"moment": self.clock.now})
        self._work()
        self._again()
        Retention(self.database, SWEEPS, self.clock).sweep(Unhurried())
        self._measure()
        self.day += 1

    def _work(self) -> None:
        with self.database.transaction() as connection:
            for name, _ in CONSUMERS:
                assert len(inbox.unseen(connection, name, ids(self.day))) == A_DAY, "new events are new"
            for number in range(A_DAY):
                assert idempotency.earlier(connection, "olga", f"{self.day}-{number}", "digest") is None
                idempotency.keep(connection, "olga", f"{self.day}-{number}", "digest", 201, ANSWER)
            letters = [DeadLetter(garbage(self.day * A_DAY + n), "bad_json", "no") for n in range(A_DAY)]
            dead_letters.store(connection, "ledger", letters)
            dead_letters.settle(connection, Chosen(all=True), "discarded", "olga")
            jobs.submit(connection, "count", {}, "olga", period=str(self.day))
        claim = jobs.claim(self.database, ["count"])
        assert claim is not None
        with self.database.transaction() as connection:
            claim.finish(connection, "succeeded")

    def _again(self) -> None:
        oldest = int((timedelta(milliseconds=BOUNDED[0].retention_ms) + SEGMENT).days)
        with self.database.transaction() as connection:
            for ago in {day for day in (0, 1, 29, oldest) if day <= self.day}:
                assert not inbox.unseen(connection, "claims", ids(self.day - ago)), f"delivered again after {ago} days"
            assert not inbox.unseen(connection, "history", ids(0)), (
                "a topic kept for ever may be read again at any time"
            )
            yesterday = max(0, self.day - 1)
            found = idempotency.earlier(connection, "olga", f"{yesterday}-0", "digest")
            assert found is not None and found["response"] == ANSWER, "a retried request gets the first answer"

    def _measure(self) -> None:
        with self.database.transaction() as connection:
            for table, sizes in self.sizes.items():
                where = "WHERE consumer = 'claims'" if table == "inbox" else ""
                sizes.append(int(scalar(connection, f"SELECT count(*) FROM {table} {where}")))


def ids(day: int) -> list[UUID]:
    """The events of a day."""
    return [uuid5(NAMESPACE, f"{day}-{number}") for number in range(A_DAY)]


@pytest.fixture(scope="module")
def year(fresh_database: Callable[..., str]) -> Iterator[Year]:
    """The year as it has passed."""
    database = Database(fresh_database("sales"))
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE simulated_now (moment timestamptz NOT NULL)"))
        connection.execute(text("INSERT INTO simulated_now VALUES ('2026-01-01Z')"))
        connection.execute(
            text(
                "CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql STABLE"
                " AS 'SELECT moment FROM sales.simulated_now'"
            )
        )
    database.close()
    event.listen(database.engine, "connect", _simulated)
    migrations.upgrade(database)
    passed = Year(database)
    while passed.day < DAYS:
        passed.pass_a_day()
    yield passed
    database.close()


def _simulated(connection: object, _: object) -> None:
    """Our `now()` comes before PostgreSQL's, in statements and in the defaults of the tables made from here on."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("SET search_path TO sales, pg_catalog")
    cursor.close()
    connection.commit()  # type: ignore[attr-defined]


def days_kept(sweep: Sweep) -> int:
    """Today and the days before that the sweep keeps."""
    return sweep.keep.days + 1


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.table)
def test_a_table_stops_growing(year: Year, sweep: Sweep) -> None:
    sizes, a_day = year.sizes[sweep.table], 1 if sweep.table == "job" else A_DAY
    assert max(sizes) <= days_kept(sweep) * a_day
    if days_kept(sweep) < DAYS:
        assert sizes[-1] == days_kept(sweep) * a_day, "and what is younger is all there"


def test_a_year_later_the_inbox_of_a_topic_kept_for_ever_is_whole(year: Year) -> None:
    assert remembered(KEPT) is None
    with year.database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM inbox WHERE consumer = 'history'") == DAYS * A_DAY


def test_open_letters_and_unfinished_jobs_stay(year: Year) -> None:
    with year.database.transaction() as connection:
        dead_letters.store(connection, "ledger", [DeadLetter(garbage(1_000_000), "bad_json", "no")])
        jobs.submit(connection, "wait", {}, "olga")
    later = SimulatedClock("2036-01-01T00:00:00+00:00")
    Retention(year.database, SWEEPS, later).sweep(Unhurried())
    with year.database.transaction() as connection:
        assert rows(connection, "SELECT status FROM dead_letter") == [{"status": "open"}]
        assert rows(connection, "SELECT status FROM job") == [{"status": "waiting"}]
