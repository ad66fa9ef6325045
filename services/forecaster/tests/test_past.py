"""What was forecast of a product's past weeks, against what they sold: as published, and as rehearsed before that."""

from datetime import timedelta
from typing import Any

import pytest
from chassis.database import Database
from forecaster.api import accuracy as api
from forecaster.settings import Settings

from services.forecaster.tests import test_rehearsal as rehearsed
from services.forecaster.tests.helpers import sale, weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_overrides import products, put
from services.forecaster.tests.test_planning import FIRST, get, run_of, says, week

__all__ = ["app", "client"]


@pytest.fixture(autouse=True)
def then(monkeypatch: pytest.MonkeyPatch) -> Any:
    """As if the tests' weeks were the last ones."""
    monkeypatch.setattr(api, "yesterday", lambda _: week(5) - timedelta(days=1))


@pytest.fixture
def start(database: Database, settings: Settings, project: Any) -> None:
    project(*weekly_sales("A", "2025-12-29", [10] * 6), *weekly_sales("B", "2025-12-29", [10] * 6))
    products(database, settings, ["A", "B"])


@pytest.mark.usefixtures("start")
def test_each_past_week_stands_beside_what_was_said_of_it_so_many_weeks_before(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    for number, level in enumerate([10, 12, 8, 10, 10]):
        run_of(database, settings, number, level)
        project(sale("A", str(week(number)), "10"), sale("B", str(week(number)), "99"))
    one = get(client, "/forecast/A/past", lag=1, weeks=5)
    assert [(item["week"], item["expected"], item["actual"], item["inside"]) for item in one["items"]] == [
        (str(week(number)), level, 10, held) for number, (level, held) in enumerate([(10, 1), (12, 1), (8, 0), (10, 1),
                                                                                     (10, 1)])
    ]  # fmt: skip
    assert [round(item["p90"] - item["p10"], 3) for item in one["items"]][:2] == [4.0, 4.8]
    assert (one["coverage80"], one["wape"], one["bias"]) == (0.8, 0.08, 0.0)
    assert [item["rehearsed"] for item in one["items"]] == [False] * 5
    two = get(client, "/forecast/a/past", lag=2, weeks=5)  # said a week earlier: by the run before
    assert [(item["week"], item["expected"]) for item in two["items"]] == [
        (str(week(number)), level) for number, level in zip([1, 2, 3, 4], [10, 12, 8, 10], strict=True)
    ]
    assert get(client, "/forecast/A/past", lag=9, weeks=5)["items"] == []
    assert client("GET", "/forecast/A/past", params={"lag": 0}).status_code == 422
    assert client("GET", "/forecast/NONE/past").status_code == 404


@pytest.mark.usefixtures("start")
def test_the_record_is_the_one_that_accuracy_tells_of_the_same_weeks(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    for number, level in enumerate([10, 11, 9, 14, 7]):
        run_of(database, settings, number, level)
        put(client, "planner", sku="A", value="20", first_week=str(week(number)))
        project(sale("A", str(week(number)), str(7 + number)))
    one = get(client, "/forecast/A/past", lag=1, weeks=5)
    (whole,) = [row for row in get(client, "/forecast/accuracy", sku="A", weeks=5)["items"] if row["lag"] == 1]
    assert {name: one[name] for name in ("coverage80", "wape", "bias")} == {
        name: whole[name] for name in ("coverage80", "wape", "bias")
    }
    assert {item["expected"] for item in one["items"]} == {20}  # what was told then, after the override
    assert [item["model"] for item in one["items"]] == [10, 11, 9, 14, 7]


def test_weeks_before_the_first_forecast_are_rehearsed_and_say_so(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    project(*weekly_sales("A", rehearsed.FIRST_DAY, [10] * 40))
    products(database, settings, ["A"])
    rehearsed.train(database, settings, says(10))
    rehearsed.rehearse(database, settings, says(12))
    run_of(database, settings, 0, 10)
    project(sale("A", str(FIRST), "10"))
    four = get(client, "/forecast/A/past", lag=4, weeks=13)
    published = {str(week(3))}  # four weeks ahead, by the run that went live first
    assert {item["week"] for item in four["items"] if not item["rehearsed"]} == published
    one = get(client, "/forecast/A/past", lag=1, weeks=13)
    # Weeks that were really forecast are not rehearsed; those after the last forecast are not there.
    by_week = {item["week"]: (item["expected"], item["rehearsed"]) for item in one["items"]}
    assert by_week[str(FIRST)] == (10, False)
    assert by_week[str(week(-1))] == (12, True)
