"""Which run is live: gated by its backtest, promoted by hand, rolled back; and the real engine on a small sample."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from chassis import metrics
from chassis.database import Database, rows, scalar
from forecaster.application.training import engine_port
from forecaster.application.training.train import tell_freshness
from forecaster.domain.quality import WeeklyBacktest, judge, measure
from forecaster.domain.runs import run_before
from forecaster.settings import Settings
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from services.forecaster.tests.helpers import flat_engine, weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_training import published, train

__all__ = ["app", "client"]

SAMPLE = {
    "LAP001": [5, 7, 6, 8, 9], "PHN002": [12, 15, 14, 18, 20], "AUD003": [25, 22, 28, 30, 35],
}  # fmt: skip


def engine_with_error(error: float) -> Any:
    def engine(dataset: Any, **more: Any) -> Any:
        answer = flat_engine(dataset, **more)
        assert answer is not None
        actual = np.full((len(answer.ids), 4), 10.0)
        noise = np.linspace(-0.05, 0.05, len(answer.ids))[:, None]
        answer.backtest = WeeklyBacktest(answer.ids, actual, actual * (1 + error + noise), answer.quantiles[:, :4])
        return answer

    return engine


@pytest.fixture
def history(project: Any) -> None:
    project(*(entry for number in range(30) for entry in weekly_sales(f"S{number}", "2026-01-05", [4, 6, 5, 5, 6])))


@pytest.mark.usefixtures("history")
def test_a_run_that_is_worse_beyond_noise_is_kept_back_until_somebody_promotes_it(
    client: Any, database: Database, settings: Settings
) -> None:
    good = train(database, settings, engine_with_error(0.2))
    worse = train(database, settings, engine_with_error(0.5))
    assert worse["status"] == "not-promoted"
    assert "not promoted" in worse["error"]
    assert client("GET", "/forecast/S1").json()["run_id"] == str(good["id"])
    assert [event["outcome"] for event in published(database, "training-completed")] == ["succeeded", "not-promoted"]
    assert train(database, settings, engine_with_error(0.201))["status"] == "succeeded"
    before = len(published(database, "forecast-ready"))
    assert client("POST", f"/forecast/runs/{worse['id']}/promote", "viewer").status_code == 403
    said = client("POST", f"/forecast/runs/{worse['id']}/promote", "planner", json={"reason": " It knows the fair "})
    assert (said.status_code, said.json()["published_for"]) == (200, "It knows the fair")
    (trail,) = (deed for deed in published(database, "audit-recorded") if deed["action"] == "run-promote")
    assert trail["detail"]["reason"] == "It knows the fair"
    assert client("GET", "/forecast/S1").json()["run_id"] == str(worse["id"])
    assert len(published(database, "forecast-ready")) == before + 30
    assert client("POST", f"/forecast/runs/{worse['id']}/promote", "planner").status_code == 409


@pytest.mark.usefixtures("history")
def test_one_call_rolls_back(client: Any, database: Database, settings: Settings) -> None:
    assert client("POST", "/forecast/rollback", "planner").status_code == 409
    first, second, third = (train(database, settings) for _ in range(3))
    assert client("POST", "/forecast/rollback", "planner", json={"reason": "?"}).status_code == 422
    for expected, reason in ((second, "Too high"), (first, None)):
        back = client("POST", "/forecast/rollback", "planner", json={"reason": reason} if reason else None).json()
        assert (back["id"], back["published_for"]) == (str(expected["id"]), reason)
        assert client("GET", "/forecast/S1").json()["run_id"] == str(expected["id"])
    assert client("POST", "/forecast/rollback", "planner").status_code == 409
    assert published(database, "forecast-ready")[-1]["run_id"] == str(first["id"])
    with database.transaction() as connection:
        kinds = rows(connection, "SELECT kind FROM publication ORDER BY id")
    assert [row["kind"] for row in kinds] == ["train", "train", "train", "rollback", "rollback"]
    assert third["status"] == "succeeded"


@pytest.mark.usefixtures("history")
def test_a_rollback_takes_back_a_promotion_too_and_only_the_one_that_was_seen(
    client: Any, database: Database, settings: Settings
) -> None:
    def before() -> list[str]:
        return [run["id"] for run in client("GET", "/forecast/runs").json()["items"] if run["before"]]

    first, second = (str(train(database, settings)["id"]) for _ in range(2))
    assert before() == [first]
    assert client("POST", f"/forecast/runs/{first}/promote", "planner").status_code == 200
    assert before() == [second]
    refused = client("POST", "/forecast/rollback", "planner", json={"to": first})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_rollback")
    assert client("POST", "/forecast/rollback", "planner", json={"to": second}).json()["id"] == second
    assert before() == [first]
    assert client("POST", "/forecast/rollback", "planner").json()["id"] == first
    assert before() == []
    assert client("POST", "/forecast/rollback", "planner").json()["code"] == "no_earlier_run"


@given(st.lists(st.tuples(st.sampled_from(["train", "back"]), st.integers(0, 4)), max_size=30))
def test_rolling_back_walks_through_what_was_live_as_an_undo_does(steps: list[tuple[str, int]]) -> None:
    """Against a plain stack: what is made live goes on it unless it is live, a rollback takes one off."""
    names = [UUID(int=number) for number in range(5)]
    stack: list[UUID] = []
    told: list[dict[str, Any]] = []
    for deed, number in steps:
        found = run_before(reversed(told))
        assert found == (stack[-2] if len(stack) > 1 else None)
        if deed == "train" and stack[-1:] != [names[number]]:
            stack.append(names[number])
            told.append({"kind": "train", "run_id": names[number], "kept": True})
        elif deed == "back" and found is not None:
            stack.pop()
            told.append({"kind": "rollback", "run_id": found, "kept": True})


def folded(told: list[dict[str, Any]]) -> UUID | None:
    """The run before, with what became live taken in its order, oldest first, and all of it."""
    stack: list[dict[str, Any]] = []
    for step in told:
        while step["kind"] == "rollback" and stack and stack[-1]["run_id"] != step["run_id"]:
            stack.pop()
        if not stack or stack[-1]["run_id"] != step["run_id"]:
            stack.append(step)
    live = stack.pop()["run_id"] if stack else None
    return next((step["run_id"] for step in reversed(stack) if step["kept"] and step["run_id"] != live), None)


@given(
    st.sets(st.integers(0, 4)),
    st.lists(st.tuples(st.sampled_from(["train", "promote", "rollback"]), st.integers(0, 4)), max_size=30),
)
def test_the_run_before_is_told_from_the_newest_on_whatever_went_live_and_was_pruned(
    kept: set[int], steps: list[tuple[str, int]]
) -> None:
    told = [{"kind": kind, "run_id": UUID(int=number), "kept": number in kept} for kind, number in steps]
    assert run_before(reversed(told)) == folded(told)


def test_of_years_of_runs_the_newest_two_tell_the_run_before() -> None:
    read: list[int] = []

    def newest_first() -> Iterator[dict[str, Any]]:
        for number in reversed(range(1000)):
            read.append(number)
            yield {"kind": "train", "run_id": UUID(int=number), "kept": True}

    assert (run_before(newest_first()), read) == (UUID(int=998), [999, 998])


def test_worse_means_worse_beyond_noise() -> None:
    rng = np.random.default_rng(7)
    live = {f"S{n}": (float(error), 100.0) for n, error in enumerate(rng.gamma(4, 5, 400))}
    shaken = {name: (error * float(rng.normal(1, 0.5)), units) for name, (error, units) in live.items()}
    worse = {name: (error * 1.1, units) for name, (error, units) in live.items()}
    better = {name: (error * 0.8, units) for name, (error, units) in live.items()}
    assert judge(live, live).promoted
    assert judge(shaken, live).promoted
    assert judge(better, live).promoted
    assert not judge(worse, live).promoted
    assert judge(worse, {}).promoted


def test_a_backtest_is_measured_as_by_hand() -> None:
    actual = np.array([[10.0, 0.0, np.nan, 20.0]])
    mean = np.array([[8.0, 1.0, 99.0, 25.0]])
    quantiles = np.repeat(np.array([0, 0, 5, 6, 7, 8, 9, 10, 12, 14, 15.0])[None, None, :], 4, axis=1)
    found = measure(WeeklyBacktest(["main:A"], actual, mean, quantiles))
    assert found.errors["main:A"] == (8, 30)
    assert found.metrics["wape"] == pytest.approx(8 / 30, abs=1e-4)
    assert found.metrics["bias"] == pytest.approx(4 / 30, abs=1e-4)
    assert found.coverage80["main:A"] == pytest.approx(1 / 3)


def test_next_week_of_the_sample_lies_near_its_last_four_weeks(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    for sku, sold in SAMPLE.items():
        project(*weekly_sales(sku, "2023-01-15", sold))
    run = train(database, settings, engine_port.forecast, as_of=date(2023, 2, 12))
    assert run["status"] == "succeeded", run["error"]
    for sku, sold in SAMPLE.items():
        page = client("GET", f"/forecast/{sku}").json()
        recent = sum(sold[-4:]) / 4
        assert page["forecast"][0]["week"] == "2023-02-13"
        assert 0.5 * recent <= page["forecast"][0]["mean"] <= 1.5 * recent
        assert page["method"]
        assert page["reason"]
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM live_forecast") == 3


def test_the_engine_measures_itself_on_weeks_it_had_not_seen(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    for number in range(20):
        project(*weekly_sales(f"S{number}", "2025-10-06", [5 + (number * week) % 7 for week in range(18)]))
    run = train(database, settings, engine_port.forecast)
    assert run["status"] == "succeeded", run["error"]
    assert 0 < run["metrics"]["wape"] < 2
    assert run["metrics"]["series"] == 20
    [listed] = client("GET", "/forecast/runs").json()["items"]
    assert "engine" in client("GET", f"/forecast/runs/{run['id']}").json()["metrics"]
    assert listed["metrics"]["wape"] == run["metrics"]["wape"] and "engine" not in listed["metrics"], "it is long"
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM forecast WHERE wape IS NOT NULL") == 20
    project(*(entry for number in range(20) for entry in weekly_sales(f"S{number}", "2026-02-09", [40])))
    later = train(database, settings, engine_port.forecast, kind="update", as_of=date(2026, 2, 15))
    assert (later["status"], later["kind"]) == ("succeeded", "update"), later["error"]
    with database.transaction() as connection:
        kept = rows(
            connection,
            "SELECT f.next4, f.wape, run_id FROM forecast AS f JOIN live_forecast USING (run_id, sku, location)",
        )
        before = scalar(connection, "SELECT sum(next4) FROM forecast WHERE run_id = :id", id=run["id"])
    assert {row["run_id"] for row in kept} == {later["id"]}
    assert all(row["wape"] is not None for row in kept)
    assert sum(row["next4"] for row in kept) > before  # the new week is in it


@pytest.mark.usefixtures("history")
def test_an_update_without_models_is_a_training(database: Database, settings: Settings) -> None:
    run = train(database, settings, kind="update")
    assert (run["status"], run["series"]) == ("succeeded", 30), run["error"]


@pytest.mark.usefixtures("history")
def test_freshness_is_of_what_was_published_and_known_again_after_a_restart(
    database: Database, settings: Settings
) -> None:
    def exported() -> float:
        value = REGISTRY.get_sample_value("almanac_event_to_forecast_seconds")
        assert value is not None
        return value

    metrics.FORECAST_FRESHNESS.set(float("nan"))
    tell_freshness(database)
    assert exported() != exported(), "no number before there is a publication"
    train(database, settings, engine_with_error(0.1))
    published = exported()
    assert published > 0
    assert train(database, settings, engine_with_error(9.0))["status"] == "not-promoted"
    assert exported() == published, "a run that was kept back makes nothing fresher"
    metrics.FORECAST_FRESHNESS.set(float("nan"))
    tell_freshness(database)
    assert exported() == published
