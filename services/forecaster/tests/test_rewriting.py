"""Other weeks: the history is made again by them, plans move along, and nothing is trained in between."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis import jobs
from chassis.database import Database, rows
from chassis.failures import Conflict
from chassis.weeks import week_of
from forecaster.application.replay.replay import Replay
from forecaster.application.replay.requests import REPLAY
from forecaster.application.rewriting import rewrite
from forecaster.application.training.runs import queue_run, request_run
from forecaster.settings import Settings
from forecaster.storage import exclusions, plans, replays, runs
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.forecaster.tests.helpers import sale
from services.forecaster.tests.ledger_log import LedgerLog, filled, log, settings
from services.forecaster.tests.test_replay import ask, history, work

__all__ = ["filled", "log", "settings"]  # pytest's fixtures: used by name
BEFORE = {"timezone": "UTC", "week_start": "monday"}


@pytest.fixture
def others(settings: Settings) -> Settings:
    """Weeks that begin on Sundays in Auckland, where a Saturday noon in UTC is a Sunday."""
    return settings.model_copy(update={"timezone": "Pacific/Auckland", "week_start": "sunday"})


@pytest.fixture
def shop(database: Database, log: LedgerLog) -> Iterator[None]:
    """A sale on each of three weeks' days, at noon UTC."""
    log.add(*(sale("A", f"2026-01-{day:02}", str(day)) for day in range(5, 26)))
    yield


def change(database: Database, settings: Settings, before: dict[str, Any]) -> None:
    with database.transaction() as connection:
        rewrite(connection, settings, before)


@pytest.mark.usefixtures("shop")
def test_the_history_is_made_again_by_the_new_weeks(database: Database, others: Settings, log: LedgerLog) -> None:
    change(database, others, BEFORE)
    work(database, Replay(others, log.topic))
    expected: dict[date, int] = {}
    for day in range(5, 26):  # noon in UTC is one in the morning of the next day there
        week = week_of(date(2026, 1, day) + timedelta(days=1), 6)
        expected[week] = expected.get(week, 0) + day
    assert {row["week"]: int(row["units"]) for row in history(database)} == expected
    with database.transaction() as connection:
        assert [row["cause"] for row in rows(connection, "SELECT cause FROM run")] == ["replay"]


@pytest.mark.usefixtures("shop")
def test_nothing_is_trained_until_it_is_done_also_when_it_fails(
    database: Database, settings: Settings, others: Settings, log: LedgerLog
) -> None:
    asked = request_run(database, settings, "train", who="olga", as_of=date(2026, 1, 25))
    change(database, others, BEFORE)
    with database.transaction() as connection:
        assert (runs.get(connection, asked["id"]) or {})["status"] == "cancelled"
    with pytest.raises(Conflict, match="being rewritten"):
        request_run(database, others, "train", who="olga", as_of=date(2026, 1, 24))
    with database.transaction() as connection:
        job = jobs.open_of(connection, REPLAY)[0]
        jobs.cancel(connection, job["id"])
    with pytest.raises(Conflict, match="almanac replay sale-recorded --retrain"):
        request_run(database, others, "train", who="olga", as_of=date(2026, 1, 24))
    ask(database)
    work(database, Replay(others, log.topic))
    assert request_run(database, others, "train", who="olga", as_of=date(2026, 1, 24))["status"] == "waiting"


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", ["currency", "train_hour"])
def test_what_moves_no_week_rewrites_none(database: Database, settings: Settings, name: str) -> None:
    change(database, settings, {name: "before"})
    with database.transaction() as connection:
        assert jobs.open_of(connection, REPLAY) == []
        assert not replays.rewriting_is_open(connection)
        as_of = date(2026, 1, 25)
        assert queue_run(connection, settings, as_of=as_of, requested_by="olga") is not None


@pytest.mark.usefixtures("shop")
def test_a_replay_by_the_old_weeks_is_stopped(database: Database, others: Settings) -> None:
    old = ask(database)
    change(database, others, BEFORE)
    with database.transaction() as connection:
        assert (jobs.get(connection, old) or {})["status"] == "cancelled"
        assert [job["arguments"]["rewriting"] for job in jobs.open_of(connection, REPLAY)] == [True]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("before", "moves"), [(BEFORE, True), ({"timezone": "UTC"}, False)])
def test_what_people_left_out_or_planned_moves_with_the_weeks_in_the_same_transaction(
    database: Database, others: Settings, before: dict[str, Any], moves: bool
) -> None:
    monday = date(2026, 1, 12)
    out = {"id": uuid4(), "sku": "A", "location": "main", "first_week": monday, "last_week": monday + timedelta(days=7)}
    with database.transaction() as connection:
        exclusions.add(connection, {**out, "reason": "a crate", "author": "olga"})
    change(database, others, before)
    with database.snapshot() as connection:
        found = exclusions.get(connection, out["id"]) or {}  # type: ignore[arg-type]
    earlier = timedelta(days=1 if moves else 0)  # Sunday the 11th holds the middle of the week from Monday the 12th on
    assert (found["first_week"], found["last_week"]) == (monday - earlier, monday + timedelta(days=7) - earlier)


def test_every_plan_moves_to_the_week_that_holds_the_middle_of_its_own(database: Database) -> None:
    @with_settings(deadline=None)
    @given(st.integers(0, 6), st.integers(0, 6), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    def moved(old: int, new: int, day: date) -> None:
        week = week_of(day, old)
        with database.engine.connect() as connection:
            id_ = uuid4()
            connection.execute(
                text(
                    "INSERT INTO override_set (id, seq, kind, value, per, target, first_week, last_week, reason,"
                    " author, locked, cells, before_total, after_total)"
                    " VALUES (:id, 1, 'units', '1', 'week', '{}', :week, :week, '', '', false, 1, 0, 0)"
                ),
                {"id": id_, "week": week},
            )
            connection.execute(
                text("INSERT INTO override_cell VALUES (:id, 'A', 'main', :week, 'set', 1, 0, 1)"),
                {"id": id_, "week": week},
            )
            connection.execute(
                text("INSERT INTO exclusion (id, sku, location, first_week, last_week, reason, author)"
                     " VALUES (:id, 'A', 'main', :week, :week, '', '')"),
                {"id": id_, "week": week},
            )  # fmt: skip
            plans.move_weeks(connection, new)
            found = rows(
                connection, "SELECT o.first_week, o.last_week, c.week, e.first_week AS left_out, e.last_week AS until"
                " FROM override_set o, override_cell c, exclusion e",
            )  # fmt: skip
            connection.rollback()
        expected = week_of(week + timedelta(days=3), new)
        assert [set(row.values()) for row in found] == [{expected}]

    moved()
