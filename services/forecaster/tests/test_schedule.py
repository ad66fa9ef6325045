"""The weekly training: due when a week has ended, once, tried again a few times when it came to nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from chassis.database import Database, rows, scalar
from forecaster.application.training.runs import cancel_run
from forecaster.application.training.schedule import PAUSE, TRIES, WeeklySchedule, due_as_of, next_at, standing
from forecaster.settings import Settings

from services.forecaster.tests.helpers import weekly_sales
from services.forecaster.tests.test_training import AS_OF, ask, run_next

NOW = datetime(2026, 2, 9, 3, tzinfo=UTC)


@pytest.fixture
def history(project: Any, database: Database) -> None:
    """Sales of an import that is over."""
    project(*weekly_sales("A", "2026-01-05", [4, 6, 5, 5, 6]), *weekly_sales("B", "2025-08-04", [10, 20]))
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE demand_week SET changed_at = now() - interval '2 hours'")


def broken(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError("a fault in the model")


def waited(database: Database, hours: float) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE run SET finished_at = finished_at - make_interval(secs => %s)",
                                   (3600 * hours,))  # fmt: skip


@pytest.mark.parametrize(
    ("now", "zone", "as_of"),
    [
        ("2026-02-09T01:59:00+00:00", "UTC", date(2026, 2, 1)),  # Monday, before the hour
        ("2026-02-09T02:00:00+00:00", "UTC", date(2026, 2, 8)),
        ("2026-02-15T23:00:00+00:00", "UTC", date(2026, 2, 8)),
        ("2026-02-09T02:30:00+00:00", "America/New_York", date(2026, 2, 1)),  # still Sunday there
        ("2026-02-09T07:00:00+00:00", "America/New_York", date(2026, 2, 8)),
    ],
)
def test_the_weekly_run_is_due_when_the_businesss_week_has_ended(now: str, zone: str, as_of: date) -> None:
    settings = Settings(database_url="postgresql://nowhere", timezone=zone)  # type: ignore[arg-type]
    assert due_as_of(datetime.fromisoformat(now), settings) == as_of
    upcoming = next_at(datetime.fromisoformat(now), settings)
    assert upcoming > datetime.fromisoformat(now)
    assert due_as_of(upcoming, settings) == as_of + timedelta(days=7)


@pytest.mark.usefixtures("history")
def test_a_week_is_trained_once_and_caught_up_after_an_outage(database: Database, settings: Settings) -> None:
    now = [NOW]
    schedulers = [WeeklySchedule(database, settings, lambda: now[0]) for _ in range(3)]
    assert [each.look() for each in schedulers] == [True, False, False]
    run_next(database, settings)
    assert not any(each.look() for each in schedulers)
    now[0] = datetime(2026, 3, 4, 12, tzinfo=UTC)  # three weeks without power
    assert [each.look() for each in schedulers] == [True, False, False]
    run_next(database, settings)
    with database.transaction() as connection:
        assert [str(row["as_of"]) for row in rows(connection, "SELECT as_of FROM run ORDER BY version")] == [
            "2026-02-08",
            "2026-03-01",
        ]
        assert scalar(connection, "SELECT count(*) FROM publication") == 2


@pytest.mark.usefixtures("history")
def test_a_week_in_training_is_not_trained_beside_it(database: Database, settings: Settings) -> None:
    schedule = WeeklySchedule(database, settings, lambda: NOW)
    run_id = ask(database, settings, AS_OF + timedelta(days=2))
    assert not schedule.look(), "it waits or runs"
    cancel_run(database, run_id, "anna")
    assert schedule.look()


@pytest.mark.usefixtures("history")
def test_a_weekly_run_that_failed_or_was_cancelled_is_asked_for_again_after_a_pause_and_not_for_ever(
    database: Database, settings: Settings
) -> None:
    schedule = WeeklySchedule(database, settings, lambda: NOW)
    assert schedule.look()
    run_next(database, settings, broken)
    assert not schedule.look(), "the pause"
    waited(database, 0.6)
    assert schedule.look()
    assert not schedule.look(), "it has not ended"
    with database.transaction() as connection:
        waiting = scalar(connection, "SELECT id FROM run WHERE outcome IS NULL")
    cancel_run(database, waiting, "anna")
    waited(database, 0.6)
    assert not schedule.look(), "each pause is longer"
    for _ in range(TRIES - 2):
        waited(database, 24)
        assert schedule.look()
        run_next(database, settings, broken)
    waited(database, 24)
    assert not schedule.look(), "somebody has to look into it"


@pytest.mark.usefixtures("history")
def test_whoever_asks_is_told_what_became_of_the_last_and_when_the_next_try_is(
    database: Database, settings: Settings
) -> None:
    schedule = WeeklySchedule(database, settings, lambda: NOW)
    weekly = next_at(NOW, settings)
    assert standing(database, settings, NOW).last is None and standing(database, settings, NOW).next_at == weekly
    assert schedule.look()
    found = standing(database, settings, NOW)
    assert found.last is not None and (found.last["status"], found.next_at) == ("waiting", weekly)
    for number in range(1, TRIES):
        run_next(database, settings, broken)
        found = standing(database, settings, NOW)
        assert found.last is not None and found.last["status"] == "failed"
        assert found.next_at is not None
        assert abs(found.next_at - NOW - PAUSE * 2 ** (number - 1)) < timedelta(seconds=30)
        waited(database, 24)
        assert standing(database, settings, NOW).next_at == NOW, "it is overdue"
        assert schedule.look()
    run_next(database, settings, broken)
    found = standing(database, settings, NOW)
    assert found.last is not None and (found.last["status"], found.next_at) == ("failed", weekly), "no more tries"
    off = settings.model_copy(update={"weekly_training": False})
    assert standing(database, off, NOW).next_at is None
