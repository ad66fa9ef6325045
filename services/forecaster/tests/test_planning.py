"""Accuracy from what was published, value added by step and person, as-of, and differences."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from chassis.database import Database
from forecaster.application.planning import comparison
from forecaster.settings import Settings
from forecaster.storage import compare

from services.forecaster.tests.helpers import flat_engine, sale, weekly_sales
from services.forecaster.tests.test_api import app, client, pages
from services.forecaster.tests.test_overrides import products, put
from services.forecaster.tests.test_training import train

__all__ = ["app", "client"]

FIRST = date(2026, 2, 9)


def says(level: float) -> Any:
    """An engine that forecasts `level` for every week of every series; its 80 % band is ±20 %."""

    def engine(dataset: Any, **more: Any) -> Any:
        answer = flat_engine(dataset, **more)
        assert answer is not None
        answer.mean = np.full(answer.mean.shape, level)
        band = np.array([0.5, 0.6, 0.8, 0.85, 0.9, 1, 1.1, 1.15, 1.2, 1.4, 1.5])
        answer.quantiles = answer.mean[:, :, None] * band
        answer.sum_quantiles = np.cumsum(answer.mean, axis=1)[:, :, None] * band
        return answer

    return engine


def week(number: int) -> date:
    return FIRST + timedelta(days=7 * number)


def run_of(database: Database, settings: Settings, number: int, level: float) -> dict[str, Any]:
    """The run that forecasts week `number` one week ahead."""
    run = train(database, settings, says(level), as_of=week(number) - timedelta(days=1))
    assert run["status"] == "succeeded", run["error"]
    return run


@pytest.fixture
def start(database: Database, settings: Settings, project: Any) -> None:
    project(*weekly_sales("A", "2025-12-29", [10] * 6), *weekly_sales("B", "2025-12-29", [10] * 6))
    products(database, settings, ["A", "B"])


def get(client: Any, path: str, **query: Any) -> Any:
    answer = client("GET", path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("start")
def test_accuracy_is_that_of_the_published_forecasts_as_by_hand(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    for number, level in enumerate([10, 12, 8, 10, 10]):
        run_of(database, settings, number, level)
        project(sale("A", str(week(number)), "10"), sale("B", str(week(number)), str(10 + 5 * (number % 2))))
    found = get(client, "/forecast/accuracy", weeks=5, as_of=str(week(5) - timedelta(days=1)))
    by_lag = {item["lag"]: item for item in found["items"]}
    # lag 1: forecasts 10 12 8 10 10; A sold 10s, B 10 15 10 15 10
    errors = (0 + 2 + 2 + 0 + 0) + (0 + 3 + 2 + 5 + 0)
    assert by_lag[1]["actual"] == 110
    assert by_lag[1]["wape"] == pytest.approx(errors / 110, abs=1e-4)
    assert by_lag[1]["bias"] == pytest.approx((100 - 110) / 110, abs=1e-4)
    assert by_lag[1]["coverage80"] == pytest.approx(6 / 10)  # A in four of five weeks, B in two
    # lag 4: weeks 3 and 4, forecast by runs 0 and 1: 10 and 12
    assert (by_lag[4]["weeks"], by_lag[4]["actual"]) == (2, 45)
    assert by_lag[4]["wape"] == pytest.approx((0 + 5 + 2 + 2) / 45, abs=1e-4)
    assert set(by_lag) == {1, 4}
    by_sku = get(client, "/forecast/accuracy", weeks=5, by="sku", as_of=str(week(5) - timedelta(days=1)))["items"]
    assert sum(item["actual"] for item in by_sku if item["lag"] == 1) == 110
    late = get(client, "/forecast/accuracy", weeks=1, as_of="2020-01-01")
    assert late["items"] == []


@pytest.mark.usefixtures("start")
def test_a_harmful_planner_is_found(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    for number in range(4):
        run_of(database, settings, number, 10)
        assert put(client, "planner", sku="A", value="10.5", first_week=str(week(number))).status_code == 201
        assert put(client, "operator", sku="B", value="13", first_week=str(week(number))).status_code == 201
        project(sale("A", str(week(number)), "9"), sale("B", str(week(number)), "14"))
    run_of(database, settings, 4, 10)
    assert put(client, "operator", sku="B", value="99", first_week=str(week(4))).status_code == 201
    found = get(client, "/forecast/accuracy/value-added", lag=1, weeks=4, as_of=str(week(4) - timedelta(days=1)))
    people = {person["author"]: person for person in found["people"]}
    assert people["planner"]["value_added_units"] == pytest.approx(4 * (1 - 1.5))
    assert people["planner"]["size"] == "below 10 %"
    assert "cost 2 units" in people["planner"]["sentence"]
    assert people["operator"]["value_added_units"] == pytest.approx(4 * (4 - 1))
    sold = 4 * 23
    assert found["model"] == pytest.approx((4 * 1 + 4 * 4) / sold, abs=1e-4)
    assert found["override"] == pytest.approx((4 * 1.5 + 4 * 1) / sold, abs=1e-4)


@pytest.mark.usefixtures("start")
def test_an_override_made_after_the_next_run_took_over_does_not_count_for_the_one_before(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    run_of(database, settings, 0, 10)
    project(sale("A", str(week(0)), "20"))
    run_of(database, settings, 1, 10)
    project(sale("A", str(week(1)), "20"))
    put(client, sku="A", value="20", first_week=str(week(1)))
    run_of(database, settings, 2, 10)
    found = get(client, "/forecast/accuracy", weeks=2, sku="A", as_of=str(week(2) - timedelta(days=1)))
    by_lag = {item["lag"]: item for item in found["items"]}
    assert by_lag[1]["wape"] == pytest.approx(10 / 40)
    assert by_lag[1]["wape_model"] == pytest.approx(20 / 40)


@pytest.mark.usefixtures("start")
def test_what_was_live_on_a_day_is_read_with_its_overrides(
    client: Any, database: Database, settings: Settings
) -> None:
    first = run_of(database, settings, 0, 10)
    put(client, sku="A", value="77")
    today = datetime.now(UTC).date()
    with database.transaction() as connection:  # all of that was ten days ago
        for table, column in (("publication", "published_at"), ("override_set", "created_at")):
            connection.exec_driver_sql(f"UPDATE {table} SET {column} = {column} - interval '10 days'")
    second = run_of(database, settings, 0, 30)
    then = pages(client, "/forecast/as-of", day=str(today - timedelta(days=5)), limit=1)
    assert [item["sku"] for item in then] == ["A", "B"]
    assert {item["run_id"] for item in then} == {str(first["id"])}
    assert (then[0]["mean"][0], then[0]["overridden"], then[1]["mean"][0]) == (77, True, 10)
    now = pages(client, "/forecast/as-of", day=str(today))
    assert {item["run_id"] for item in now} == {str(second["id"])}
    assert pages(client, "/forecast/as-of", day=str(today - timedelta(days=30))) == []


@pytest.mark.usefixtures("start")
def test_the_causes_of_a_difference_sum_to_its_total(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    def by_method(level: float, method: str) -> Any:
        def engine(dataset: Any, **more: Any) -> Any:
            answer = says(level)(dataset, **more)
            answer.method = [method if name.endswith(":B") else "flat" for name in answer.ids]
            return answer

        return engine

    first = train(database, settings, by_method(10, "flat"), as_of=week(0) - timedelta(days=1))
    put(client, sku="A", value="25")
    project(*weekly_sales("NEW", "2026-02-02", [3]))
    second = train(database, settings, by_method(12, "other"), as_of=week(1) - timedelta(days=1))
    put(client, sku="A", kind="formula", value="+100", first_week=str(week(3)))
    found = get(client, f"/forecast/runs/{first['id']}/diff", to=str(second["id"]))
    assert found["data"] + found["model"] + found["override"] == pytest.approx(
        found["total_after"] - found["total_before"]
    )
    by_sku = {item["sku"]: item for item in found["items"]}
    for item in by_sku.values():
        assert item["data"] + item["model"] + item["override"] == pytest.approx(item["after"] - item["before"])
    assert by_sku["A"]["data"] == pytest.approx(24)  # 12 weeks, 2 more each
    assert by_sku["A"]["override"] == pytest.approx(100)
    assert (by_sku["B"]["data"], by_sku["B"]["model"]) == (0, pytest.approx(24))
    assert by_sku["NEW"]["before"] == 0


@pytest.mark.usefixtures("start")
def test_what_the_models_said_is_held_for_who_asks_again_and_overrides_made_meanwhile_are_told(
    client: Any, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = run_of(database, settings, 0, 10), run_of(database, settings, 1, 12)

    def asked() -> dict[str, Any]:
        found: dict[str, Any] = get(client, f"/forecast/runs/{first['id']}/diff", to=str(second["id"]))
        return found

    before, units = asked(), compare.units
    put(client, sku="A", kind="formula", value="+100", first_week=str(week(3)))
    monkeypatch.setattr(compare, "units", lambda *_: pytest.fail("read again"))
    after = asked()
    assert after["override"] == pytest.approx(before["override"] + 100)
    monkeypatch.setattr(compare, "units", units)
    for number in range(comparison.HELD.most):  # others are held by then
        get(client, f"/forecast/runs/{second['id']}/diff", to=str(run_of(database, settings, 2 + number, 9)["id"]))
    assert (first["id"], second["id"]) not in comparison.HELD
    assert len(comparison.HELD) <= comparison.HELD.most


@pytest.mark.usefixtures("start")
def test_runs_without_a_week_in_common_differ_by_nothing(client: Any, database: Database, settings: Settings) -> None:
    first, second = run_of(database, settings, 0, 10), run_of(database, settings, 20, 30)
    found = get(client, f"/forecast/runs/{first['id']}/diff", to=str(second["id"]))
    assert (found["series"], found["total_before"], found["total_after"]) == (2, 0, 0)


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize("cause", ["data", "method", "libraries", "override", "nothing"])
def test_where_only_one_thing_changed_the_difference_is_its_alone(
    client: Any, database: Database, settings: Settings, project: Any, cause: str
) -> None:
    def other_method(dataset: Any, **more: Any) -> Any:
        answer = says(30)(dataset, **more)
        answer.method = ["other"] * len(answer.ids)
        return answer

    day = week(0) - timedelta(days=1)
    first = train(database, settings, flat_engine, as_of=day)
    if cause == "data":
        project(sale("A", str(week(-1)), "40"))
    engine = {"method": other_method, "libraries": says(30)}.get(cause, flat_engine)
    second = train(database, settings, engine, as_of=day)
    assert (first["status"], second["status"]) == ("succeeded", "succeeded")
    if cause == "libraries":
        with database.transaction() as connection:
            other = ('{"numpy": "0"}', str(second["id"]))
            connection.exec_driver_sql("UPDATE run SET versions = %s WHERE id = %s", other)
    if cause == "override":
        assert put(client, sku="A", value="50", first_week=str(week(0))).status_code == 201
    found = get(client, f"/forecast/runs/{first['id']}/diff", to=str(second["id"]))
    parts = {name: round(found[name], 6) for name in ("data", "model", "override")}
    total = round(found["total_after"] - found["total_before"], 6)
    guilty = {"method": "model", "libraries": "model"}.get(cause, cause)
    assert parts == {name: total if name == guilty else 0 for name in parts}
    assert (total == 0) == (cause == "nothing")
