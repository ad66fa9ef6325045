"""A job survives its worker, and a worker that lost its job can do no more harm."""

import threading

import pytest
from chassis import jobs
from chassis.database import Database
from chassis.jobs import Claim, Fenced


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
