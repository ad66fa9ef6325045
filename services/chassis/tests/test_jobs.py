"""A job survives its worker, and a worker that lost its job can do no more harm."""

import threading
import time
from collections.abc import Callable

import pytest
from chassis import jobs
from chassis.database import Database, rows
from chassis.jobs import Claim, Fenced
from sqlalchemy import text


def submit(database: Database, period: str | None = None) -> object:
    with database.transaction() as connection:
        return jobs.submit(connection, "count", {"to": 3}, "tester", period=period)


def claimed(database: Database, lost_after: float = 15) -> Claim:
    job = jobs.claim(database, ["count"], lost_after)
    assert job is not None
    return job


def status(database: Database, job: Claim) -> str:
    with database.transaction() as connection:
        return str((jobs.get(connection, job.id) or {})["status"])


def test_a_period_is_worked_on_once(database: Database) -> None:
    assert submit(database, "2026-01") is not None
    assert submit(database, "2026-01") is None


def test_a_job_is_claimed_by_one(database: Database) -> None:
    submit(database)
    assert claimed(database).arguments == {"to": 3}
    assert jobs.claim(database, ["count"]) is None


def test_a_job_whose_worker_was_lost_is_resumed_where_it_was_and_the_zombie_is_fenced(database: Database) -> None:
    submit(database)
    zombie = claimed(database)
    zombie.progress("half", 1, 2, state={"at": 1})
    heir = claimed(database, lost_after=0)
    assert heir.id == zombie.id and heir.state == {"at": 1}
    with pytest.raises(Fenced):
        zombie.progress("half", 2, 2)
    with pytest.raises(Fenced), database.transaction() as connection:
        zombie.hold(connection)
    with pytest.raises(Fenced), database.transaction() as connection:
        zombie.finish(connection, "succeeded")
    with database.transaction() as connection:
        heir.hold(connection)
        heir.finish(connection, "succeeded")
    assert status(database, heir) == "succeeded"


def test_a_cancelled_job_ends_as_cancelled(database: Database) -> None:
    submit(database)
    stop, seen = threading.Event(), []

    def work(job: Claim) -> None:
        seen.append(job)
        with database.transaction() as connection:
            assert jobs.cancel(connection, job.id)
        stop.set()
        job.progress("one", 1, 2)
        job.progress("two", 2, 2)

    jobs.work(database, {"count": work}, stop)
    assert status(database, seen[0]) == "cancelled"


def test_holding_a_job_shows_whether_it_was_cancelled(database: Database) -> None:
    submit(database)
    job = claimed(database)
    with database.transaction() as connection:
        job.hold(connection)
    assert job.cancel_requested is False
    with database.transaction() as connection:
        jobs.cancel(connection, job.id)
        job.hold(connection)
    assert job.cancel_requested is True


def test_a_job_that_fails_says_why(database: Database) -> None:
    submit(database)
    stop, seen = threading.Event(), []

    def work(job: Claim) -> None:
        seen.append(job)
        stop.set()
        raise ValueError("no such thing")

    jobs.work(database, {"count": work}, stop)
    with database.transaction() as connection:
        found = jobs.get(connection, seen[0].id) or {}
    assert (found["status"], found["message"]) == ("failed", "ValueError: no such thing")


def attempt(database: Database, function: Callable[[Claim], None], stop: threading.Event) -> None:
    jobs.work(database, {"count": function}, stop)


def test_a_job_is_handed_back_by_workers_that_are_told_to_stop_as_often_as_it_must_be(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "HAND_BACK_SECONDS", 0.1)
    id_ = submit(database)
    for _ in range(7):  # more than the crashes that a job is given up after
        stop, seen = threading.Event(), []

        def work(job: Claim, stop: threading.Event = stop, seen: list[Claim] = seen) -> None:
            seen.append(job)
            stop.set()
            while True:  # as long work does: it looks now and then whether it still may
                job.check()
                time.sleep(0.02)

        attempt(database, work, stop)
        with database.transaction() as connection:
            (row,) = rows(connection, "SELECT status, attempts FROM job")
        assert row == {"status": "waiting", "attempts": 0}, "it waits for the next worker, at once"
        with pytest.raises(Fenced), database.transaction() as connection:
            seen[0].hold(connection)
    last = claimed(database)
    assert last.id == id_ and last.attempts == 1


def test_a_job_whose_worker_crashes_again_and_again_is_given_up(database: Database) -> None:
    submit(database)
    for _ in range(5):
        claimed(database, lost_after=0)
    stop = threading.Event()
    with database.transaction() as connection:
        connection.execute(text("UPDATE job SET heartbeat_at = now() - interval '1 hour'"))
    threading.Timer(2, stop.set).start()
    attempt(database, lambda job: None, stop)
    with database.transaction() as connection:
        (row,) = rows(connection, "SELECT status, message FROM job")
    assert row["status"] == "failed" and "given up after 5 attempts" in row["message"]


def test_a_job_that_ends_soon_after_the_stop_is_not_handed_back(database: Database) -> None:
    submit(database)
    stop = threading.Event()

    def work(job: Claim) -> None:
        stop.set()
        time.sleep(3 * jobs.LOOK_SECONDS)
        with database.transaction() as connection:
            job.finish(connection, "succeeded")

    attempt(database, work, stop)
    with database.transaction() as connection:
        assert rows(connection, "SELECT status, attempts FROM job") == [{"status": "succeeded", "attempts": 1}]
