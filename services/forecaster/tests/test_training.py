"""A run from request to publication: whole or not at all, whatever happens in between."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from chassis import jobs
from chassis.database import Database, rows, scalar
from chassis.failures import Conflict
from forecaster.application import announce
from forecaster.application.training import engine_port
from forecaster.application.training.runs import cancel_run, queue_run
from forecaster.application.training.train import Training
from forecaster.engine.methods import registry
from forecaster.settings import Settings
from forecaster.storage import forecasts, live, runs

from services.forecaster.tests.helpers import do, flat_engine, sale, weekly_sales

AS_OF = date(2026, 2, 8)


def ask(database: Database, settings: Settings, as_of: date = AS_OF, **more: Any) -> UUID:
    with database.transaction() as connection:
        run_id = queue_run(connection, settings, as_of=as_of, requested_by="anna", **more)
    assert run_id is not None
    return run_id


def train(database: Database, settings: Settings, engine: Any = flat_engine, **more: Any) -> dict[str, Any]:
    run_id = ask(database, settings, **more)
    run_next(database, settings, engine)
    return shown(database, run_id)


def run_next(database: Database, settings: Settings, engine: Any = flat_engine) -> None:
    claim = jobs.claim(database, ["train", "update"], lost_after=15)
    assert claim is not None
    do(claim, Training(settings, engine))


def shown(database: Database, run_id: UUID) -> dict[str, Any]:
    with database.transaction() as connection:
        run = runs.get(connection, run_id)
    assert run is not None
    return run


def published(database: Database, type_: str) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        found = rows(connection, "SELECT payload::jsonb AS p FROM outbox WHERE type = :type ORDER BY id", type=type_)
    return [row["p"] for row in found]


@pytest.fixture
def history(project) -> None:  # type: ignore[no-untyped-def]
    project(*weekly_sales("A", "2026-01-05", [4, 6, 5, 5, 6]), *weekly_sales("B", "2025-08-04", [10, 20]))


@pytest.mark.usefixtures("history")
def test_a_run_publishes_every_series_with_its_method(database: Database, settings: Settings) -> None:
    run = train(database, settings)
    assert (run["status"], run["series"], run["active_series"]) == ("succeeded", 2, 1)
    assert run["offsets"] == {"sale-recorded": {"0": 7}}
    assert run["first_week"] == date(2026, 2, 9)
    ready = {event["sku"]: event for event in published(database, "forecast-ready")}
    assert ready["A"]["weeks"][0] == "2026-02-09"
    assert len(ready["A"]["mean"]) == 13
    assert ready["A"]["mean"][0] == pytest.approx(5.5)
    assert all(event["method"] and event["reason"] for event in ready.values())
    assert [event["outcome"] for event in published(database, "training-completed")] == ["succeeded"]
    assert published(database, "training-requested")[0]["as_of"] == "2026-02-08"


@pytest.mark.usefixtures("history")
def test_a_week_that_has_not_ended_is_never_trained_on(
    database: Database, settings: Settings, project
) -> None:  # type: ignore[no-untyped-def]
    project(sale("A", "2026-02-09", "500"), sale("NEW", "2026-02-09", "9"))
    run = train(database, settings)
    assert run["series"] == 2
    with database.transaction() as connection:
        row = live.one(connection, "A", "main")
    assert row is not None
    assert max(row["mean"]) < 10


@pytest.mark.usefixtures("history")
def test_when_the_engine_fails_the_run_says_why_and_the_live_forecasts_stay(
    database: Database, settings: Settings
) -> None:
    first = train(database, settings)

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a fault in the model")

    second = train(database, settings, broken, as_of=date(2026, 2, 9))
    assert second["status"] == "failed"
    assert "a fault in the model" in second["error"]
    with database.transaction() as connection:
        assert live.one(connection, "A", "main")["run_id"] == first["id"]  # type: ignore[index]
    assert [event["outcome"] for event in published(database, "training-completed")] == ["succeeded", "failed"]


@pytest.mark.usefixtures("history")
def test_an_answer_without_a_series_or_with_no_number_fails_the_run(
    database: Database, settings: Settings
) -> None:
    def forgetful(dataset: Any, **more: Any) -> Any:
        answer = flat_engine(dataset, **more)
        answer.ids = ["somebody:else", *answer.ids[1:]]  # type: ignore[union-attr]
        return answer

    def blind(dataset: Any, **more: Any) -> Any:
        answer = flat_engine(dataset, **more)
        answer.mean[0, 0] = float("nan")  # type: ignore[union-attr, index]
        return answer

    assert train(database, settings, forgetful)["status"] == "failed"
    assert train(database, settings, blind, as_of=date(2026, 2, 9))["status"] == "failed"
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM forecast") == 0


@pytest.mark.usefixtures("history")
def test_a_trainer_that_was_taken_over_publishes_nothing(database: Database, settings: Settings) -> None:
    run_id = ask(database, settings)
    zombie = jobs.claim(database, ["train"])
    assert zombie is not None

    def taken_over_meanwhile(dataset: Any, **more: Any) -> Any:
        other = jobs.claim(database, ["train"], lost_after=-1)
        assert other is not None
        do(other, Training(settings, flat_engine))
        return flat_engine(dataset, **more)

    do(zombie, Training(settings, taken_over_meanwhile))
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM publication") == 1
    assert len(published(database, "forecast-ready")) == 2
    assert [event["outcome"] for event in published(database, "training-completed")] == ["succeeded"]
    assert shown(database, run_id)["status"] == "succeeded"


@pytest.mark.usefixtures("history")
def test_a_run_is_cancelled_before_and_while_it_works(database: Database, settings: Settings) -> None:
    waiting = ask(database, settings)
    assert cancel_run(database, waiting, "anna")["status"] == "cancelled"
    assert shown(database, waiting)["status"] == "cancelled"
    running = ask(database, settings)

    def interrupted(dataset: Any, *, report: Any, **more: Any) -> Any:
        assert cancel_run(database, running, "anna")["status"] == "running"
        report("models", 1, 2, None)
        report("models", 2, 2, None)
        raise AssertionError("the report stops a cancelled run")

    run_next(database, settings, interrupted)
    assert shown(database, running)["status"] == "cancelled"
    assert [event["outcome"] for event in published(database, "training-completed")] == ["cancelled", "cancelled"]
    with pytest.raises(Conflict):
        cancel_run(database, running, "anna")


@pytest.mark.usefixtures("history")
def test_forecasts_of_changed_history_are_stale_and_others_are_not(
    database: Database, settings: Settings, project
) -> None:  # type: ignore[no-untyped-def]
    def stale() -> dict[str, bool]:
        with database.transaction() as connection:
            return {sku: live.one(connection, sku, "main")["stale"] for sku in ("A", "B")}  # type: ignore[index]

    late = sale("A", "2026-01-20", "2")
    train(database, settings)
    assert stale() == {"A": False, "B": False}
    project(sale("B", "2026-02-10", "1"))  # a week the run had not learned from
    assert stale() == {"A": False, "B": False}
    project(late)
    assert stale() == {"A": True, "B": False}
    train(database, settings)
    assert stale() == {"A": False, "B": False}
    project(sale(kind="void", replaces=late))
    assert stale() == {"A": True, "B": False}


@pytest.mark.usefixtures("history")
def test_asking_twice_before_it_begins_is_asking_once(database: Database, settings: Settings) -> None:
    assert ask(database, settings) == ask(database, settings)
    assert ask(database, settings, as_of=date(2026, 2, 9)) != ask(database, settings)


@pytest.mark.usefixtures("history")
def test_runs_do_not_change_once_made(database: Database, settings: Settings) -> None:
    first = train(database, settings)

    def content() -> Any:
        with database.transaction() as connection:
            return rows(connection, "SELECT * FROM forecast WHERE run_id = :id ORDER BY sku", id=first["id"])

    before = content()
    for _ in range(3):
        train(database, settings)
    assert content() == before
    with pytest.raises(Exception, match="immutable"), database.transaction() as connection:
        connection.exec_driver_sql("UPDATE forecast SET method = 'other'")


@pytest.mark.usefixtures("history")
def test_a_forecast_event_stays_below_eight_kilobytes(database: Database, settings: Settings) -> None:
    train(database, settings, horizon=26)
    with database.transaction() as connection:
        sizes = rows(connection, "SELECT max(octet_length(payload)) AS size FROM outbox WHERE type = 'forecast-ready'")
        stored = forecasts.from_row(live.one(connection, "A", "main"))  # type: ignore[arg-type]
    assert sizes[0]["size"] < announce.MAX_FORECAST_BYTES
    assert stored.quantiles.shape == (26, 11)


def test_optional_methods_are_tried_where_a_setting_names_them_and_a_wrong_name_is_told() -> None:
    named = Settings(database_url="postgresql://nowhere", optional_methods="Prophet, MSTL")  # type: ignore[arg-type]
    assert named.optional == ("Prophet", "MSTL")
    assert Settings(database_url="postgresql://nowhere").optional == ()  # type: ignore[arg-type]
    options = engine_port._options("", ("MSTL",))
    assert "MSTL" in {method.name for method in registry.candidates(options)}
    assert "MSTL" not in {method.name for method in registry.candidates(engine_port._options("", ()))}
    with pytest.raises(ValueError, match="no optional method is called 'Profet'"):
        engine_port.on("", ("Profet",))
