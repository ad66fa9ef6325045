"""What a planner says of a kit is said of its components: in mean, band, why, lists, sums and events."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from chassis.database import Database, rows
from forecaster.application.training import engine_port
from forecaster.settings import Settings
from forecaster.storage import accuracy

from services.forecaster.tests.engine.frames import QUICK
from services.forecaster.tests.helpers import weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_kits import FIRST, bill, kit
from services.forecaster.tests.test_overrides import put
from services.forecaster.tests.test_planning import get
from services.forecaster.tests.test_training import AS_OF, published, train
from services.forecaster.tests.test_what_if import tell

__all__ = ["app", "client"]

Call = Callable[..., Any]
WEEK = str(FIRST)


@pytest.fixture(autouse=True)
def live(database: Database, settings: Settings, project: Callable[..., None]) -> None:
    """4 boxes a week of three candles and half a ribbon; 10 candles a week besides."""
    begin = AS_OF - timedelta(days=34)
    project(*weekly_sales("BOX", str(begin), [4] * 5), *weekly_sales("A", str(begin), [10] * 5))
    tell(database, settings, kit("BOX", bill(A=3, RIBBON="0.5")))
    train(database, settings)


def means(client: Call, sku: str) -> list[float]:
    return [week["mean"] for week in get(client, f"/forecast/{sku}")["forecast"]]


def raised(client: Call, value: str, sku: str = "BOX", **more: Any) -> Any:
    made = put(client, sku=sku, first_week=WEEK, last_week=WEEK, value=value, kind="formula", **more)
    assert made.status_code == 201, made.text
    return made.json()


def test_what_is_said_of_a_kit_is_expected_and_told_of_its_components_and_undone_with_it(
    client: Call, database: Database
) -> None:
    before = get(client, "/forecast/A")
    made = raised(client, "+10")
    assert means(client, "A")[:3] == [22 + 30, 22, 22]
    assert means(client, "RIBBON")[:2] == [2 + 5, 2]
    after = get(client, "/forecast/A")
    assert after["overridden"] and after["forecast"][0]["model"] == 22
    band = [week["forecast"][0]["quantiles"]["0.9"] / week["forecast"][0]["mean"] for week in (before, after)]
    assert band[0] == pytest.approx(band[1], rel=1e-3)
    assert after["sums"][3]["mean"] == before["sums"][3]["mean"] + 30
    line = next(one for one in get(client, "/forecast/summary")["items"] if one["sku"] == "A")
    assert line["next4"]["mean"] == 4 * 22 + 30
    ready = {one["sku"]: one for one in published(database, "forecast-ready")}
    assert (ready["A"]["mean"][0], ready["RIBBON"]["mean"][0], ready["A"]["overridden"]) == (52, 7, True)
    assert client("POST", f"/overrides/{made['id']}/undo", "planner").status_code == 200
    assert get(client, "/forecast/A")["forecast"] == before["forecast"]
    ready = {one["sku"]: one for one in published(database, "forecast-ready")}
    assert (ready["A"]["mean"][0], ready["A"]["overridden"]) == (22, False)


def test_what_is_said_of_the_component_is_done_to_what_kits_make_of_it(client: Call) -> None:
    raised(client, "+10")
    raised(client, "*2", sku="A")
    assert means(client, "A")[0] == 2 * (22 + 30)
    raised(client, "+5", sku="A")
    assert means(client, "A")[0] == 22 + 30 + 5
    raised(client, "=60", sku="A")
    assert means(client, "A")[0] == 60
    assert raised(client, "*1.5", sku="A")["after_total"] == 1.5 * 52


def test_a_kit_that_nobody_will_buy_takes_all_that_came_through_it_and_no_more(client: Call) -> None:
    raised(client, "*0")
    assert means(client, "A")[0] == 10
    assert means(client, "RIBBON")[0] == 0


def test_it_holds_over_a_training_and_follows_the_bill_that_the_run_learned_from(
    client: Call, database: Database, settings: Settings
) -> None:
    raised(client, "*2")
    tell(database, settings, kit("BOX", bill(A=1), revision=2))
    assert means(client, "A")[0] == 10 + 2 * 12
    train(database, settings, as_of=AS_OF + timedelta(days=1))
    assert means(client, "A")[0] == 10 + 2 * 4
    ready = {one["sku"]: one for one in published(database, "forecast-ready")}
    assert ready["A"]["mean"][0] == 18


def test_sums_count_the_change_once_with_the_kit(client: Call) -> None:
    raised(client, "+10")
    whole = client("POST", "/forecast/totals", json={"by": "sku"}).json()
    assert whole["forecast"][0]["mean"] == pytest.approx(4 + 10 + 10)
    assert {part["key"]: part["next4"] for part in whole["parts"]} == {"A": 40, "BOX": 26, "RIBBON": 0}


def test_why_a_components_number_is_what_it_is_names_the_kit_and_adds_up(
    client: Call, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_port, "_options", lambda *_: QUICK)
    train(database, settings, partial(engine_port.forecast, measured=False), as_of=AS_OF)
    before = {sku: get(client, f"/forecast/{sku}/why", week=WEEK) for sku in ("A", "RIBBON")}
    raised(client, "+10")
    raised(client, "+7", sku="RIBBON")
    for sku, kits, own in (("A", 30, 0), ("RIBBON", 5, 7)):
        why = get(client, f"/forecast/{sku}/why", week=WEEK)
        was, now = (
            {one["driver"]: one["units"] for one in each["contributions"]} for each in (before[sku], why)
        )
        assert now["kits"] == pytest.approx(was["kits"] + kits, rel=1e-4)
        assert now.get("override", 0) == pytest.approx(own, rel=1e-4)
        assert sum(now.values()) == pytest.approx(why["expected"], rel=1e-4)
        assert why["expected"] == pytest.approx(before[sku]["expected"] + kits + own, rel=1e-4)


def test_who_edits_a_component_on_what_it_was_before_its_kit_was_raised_is_refused(client: Call) -> None:
    old = client("GET", "/overrides/revision", params={"sku": "A"}).json()["revision"]
    raised(client, "+10")
    late = {"sku": "A", "first_week": WEEK, "reason": "fair", "revision": old, "value": "100", "kind": "units"}
    refused = client("POST", "/overrides", "planner", json=late)
    assert (refused.status_code, refused.json()["code"]) == (409, "revision_conflict")


def test_a_past_week_is_scored_by_what_was_published_of_it(client: Call, database: Database) -> None:
    raised(client, "+10")
    with database.snapshot() as connection:
        week = accuracy.of_series(connection, "A", "main", FIRST, FIRST, 1)[0]
    assert (week["model"], week["final"]) == (22, 52)


def test_what_was_live_on_a_day_has_it_and_so_has_what_two_runs_differ_by(
    client: Call, database: Database, settings: Settings
) -> None:
    raised(client, "+10")
    first, second = runs_of(database), train(database, settings, as_of=AS_OF + timedelta(days=1))["id"]
    found = get(client, f"/forecast/runs/{first}/diff", to=str(second))
    assert found["override"] == 0 and found["total_before"] == found["total_after"]
    shown = get(client, "/forecast/as-of", day=str(datetime.now(UTC).date()))["items"]
    assert {one["sku"]: one["mean"][0] for one in shown} == {"A": 52, "BOX": 14, "RIBBON": 7}


def runs_of(database: Database) -> Any:
    with database.snapshot() as connection:
        return rows(connection, "SELECT run_id FROM live_forecast LIMIT 1")[0]["run_id"]
