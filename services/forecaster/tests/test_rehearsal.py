"""The first training is followed by the forecasts that would have been published before it: as of then, and said so."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from chassis import jobs
from chassis.database import Database, rows, scalar
from chassis.failures import Conflict
from forecaster.application.planning.releases import promote_run
from forecaster.application.training import engine_port
from forecaster.application.training.rehearsal import REHEARSAL, WEEKS
from forecaster.application.training.rehearse import Rehearsal
from forecaster.application.training.runs import cancel_run, queue_run
from forecaster.application.training.train import Training
from forecaster.domain.dataset import Dataset
from forecaster.settings import Settings
from forecaster.storage import accuracy, rehearsals, superseded
from sqlalchemy import text

from services.forecaster.tests.helpers import do, flat_engine, weekly_sales

AS_OF = date(2026, 2, 8)  # a Sunday: the last week began on 2 February
FIRST_DAY = "2025-05-05"  # a Monday, 40 weeks before


def train(database: Database, settings: Settings, engine: Any = flat_engine, as_of: date = AS_OF) -> None:
    with database.transaction() as connection:
        queue_run(connection, settings, as_of=as_of, requested_by="anna")
    claim = jobs.claim(database, ["train"])
    assert claim is not None
    do(claim, Training(settings, engine))


def rehearse(database: Database, settings: Settings, engine: Any = flat_engine, most: int = 20) -> int:
    for count in range(most):
        claim = jobs.claim(database, [REHEARSAL])
        if claim is None:
            return count
        do(claim, Rehearsal(settings, engine))
    return most


def measured(database: Database, newest: date = AS_OF - timedelta(days=6), weeks: int = WEEKS) -> dict[int, Any]:
    with database.transaction() as connection:
        found = accuracy.by_segment(connection, "all", newest - timedelta(weeks=weeks - 1), newest)
    return {row["lag"]: row for row in found}


@pytest.fixture
def history(project: Any) -> None:
    project(*weekly_sales("A", FIRST_DAY, [10 + number % 3 for number in range(40)]),
            *weekly_sales("B", FIRST_DAY, [5] * 40))  # fmt: skip


@pytest.mark.usefixtures("history")
def test_each_week_before_the_first_forecast_is_rehearsed_as_of_its_own_end(
    database: Database, settings: Settings
) -> None:
    seen: list[tuple[Any, Any]] = []

    def engine(dataset: Dataset, **options: Any) -> Any:
        seen.append((dataset.history["ds"].max().date(), dataset.first_week))
        return flat_engine(dataset, **options)

    train(database, settings)
    assert rehearse(database, settings, engine) == WEEKS
    first = AS_OF + timedelta(days=1)
    assert seen == [(first - timedelta(weeks=n + 1), first - timedelta(weeks=n)) for n in range(WEEKS, 0, -1)]
    found = measured(database)
    assert {lag: (row["weeks"], row["rehearsed"], row["cells"]) for lag, row in found.items()} == {
        1: (13, 26, 26), 4: (10, 20, 20), 8: (6, 12, 12), 13: (1, 2, 2)
    }  # fmt: skip


@pytest.mark.usefixtures("history")
def test_a_rehearsal_is_never_live_and_told_to_nobody(database: Database, settings: Settings) -> None:
    train(database, settings)
    with database.transaction() as connection:
        told = scalar(connection, "SELECT max(id) FROM outbox")
    rehearse(database, settings)
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM publication") == 1
        since = rows(connection, "SELECT DISTINCT type FROM outbox WHERE id > :told", told=told)
        (one, *_) = rehearsals.all_runs(connection)
        assert accuracy.by_series(connection, AS_OF - timedelta(weeks=12), AS_OF, 1) == []  # nor is it a finding
    assert {row["type"] for row in since} <= {"com.almanac.training-progressed", "training-progressed"}
    with pytest.raises(Conflict, match="rehearsal"):
        promote_run(database, one["id"], "anna", settings.zone)


@pytest.mark.usefixtures("history")
def test_what_was_really_published_is_measured_instead_of_its_rehearsal(
    database: Database, settings: Settings
) -> None:
    train(database, settings)
    rehearse(database, settings)
    train(database, settings, as_of=AS_OF - timedelta(weeks=4))
    found = measured(database)
    assert (found[1]["cells"], found[1]["rehearsed"]) == (26, 24)


@pytest.mark.usefixtures("history")
def test_an_override_changes_no_rehearsal(database: Database, settings: Settings) -> None:
    train(database, settings)
    rehearse(database, settings)
    before, set_id = measured(database)[1]["final_error"], uuid4()
    with database.transaction() as connection:
        connection.execute(
            text("INSERT INTO override_set VALUES (:id, 1, 'units', '900', 'week', '{}', '2026-01-05', '2026-01-05',"
                 " 'a test', 'anna', '2025-01-01', NULL, false, 1, 10, 900)"),
            {"id": set_id},
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO override_cell VALUES (:id, 'A', 'main', '2026-01-05', 'set', 900, 10, 900)"),
            {"id": set_id},
        )
    assert measured(database)[1]["final_error"] == before


def test_a_history_too_short_to_say_anything_is_not_rehearsed(
    database: Database, settings: Settings, project: Any
) -> None:
    project(*weekly_sales("A", FIRST_DAY, [7] * 38))  # as of then, and 39 are needed
    train(database, settings, as_of=AS_OF - timedelta(weeks=2))
    assert rehearse(database, settings) == 0


@pytest.mark.usefixtures("history")
def test_only_the_first_training_is_rehearsed(database: Database, settings: Settings) -> None:
    train(database, settings)
    assert rehearse(database, settings) == WEEKS
    train(database, settings, as_of=AS_OF)
    assert rehearse(database, settings) == 0


@pytest.mark.usefixtures("history")
def test_a_cancelled_rehearsal_asks_for_no_further_one(database: Database, settings: Settings) -> None:
    train(database, settings)
    rehearse(database, settings, most=2)
    with database.transaction() as connection:
        waiting = rehearsals.all_runs(connection)[-1]
    cancel_run(database, waiting["id"], "anna")
    assert rehearse(database, settings) == 0
    assert measured(database)[1]["weeks"] == 2


@pytest.mark.usefixtures("history")
def test_a_rehearsal_is_kept_as_long_as_accuracy_is_measured_by_it(database: Database, settings: Settings) -> None:
    train(database, settings)
    rehearse(database, settings)
    later = datetime.now(UTC) + timedelta(days=200)
    with database.transaction() as connection:
        assert superseded.next_run(connection, later, date(2025, 1, 1), 10) is None
        assert superseded.next_run(connection, later, date(2026, 12, 31), 10) is not None


@pytest.mark.usefixtures("history")
def test_the_first_rehearsal_trains_and_the_others_are_updated_from_its_models(
    database: Database, settings: Settings
) -> None:
    train(database, settings)
    rehearse(database, settings, partial(engine_port.forecast, measured=False), most=3)
    with database.transaction() as connection:
        first, *others = [run for run in rehearsals.all_runs(connection) if run["status"] == "succeeded"]
    assert first["models_of"] is None
    assert [run["models_of"] for run in others] == [first["id"]] * 2
