"""Why a forecast is what it is, over HTTP: parts that add up to what is shown, as planned and as overridden."""

import threading
import time
from functools import partial
from typing import Any

import numpy as np
import pytest
from chassis.database import Database
from forecaster.application import why
from forecaster.application.training import engine_port
from forecaster.domain.reasons import Reason, reasons, sentence
from forecaster.settings import Settings

from services.forecaster.tests.helpers import weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_overrides import products, put
from services.forecaster.tests.test_planning import get
from services.forecaster.tests.test_training import AS_OF, train

__all__ = ["app", "client"]

REAL = partial(engine_port.forecast, measured=False)
SKUS = [f"P{number}" for number in range(12)]


@pytest.fixture
def trained(database: Database, settings: Settings, project: Any) -> dict[str, Any]:
    why._read.cache_clear()
    rng = np.random.default_rng(1)
    for number, sku in enumerate(SKUS):
        project(*weekly_sales(sku, "2024-12-30", rng.poisson(6 + 3 * number, 58).tolist()))
    products(database, settings, SKUS)
    run = train(database, settings, REAL)
    assert run["status"] == "succeeded", run["error"]
    return run


def test_the_parts_of_every_week_add_up_to_what_is_shown(client: Any, trained: dict[str, Any]) -> None:
    for sku in SKUS:
        shown = get(client, f"/forecast/{sku}")
        for week in shown["forecast"]:
            one = get(client, f"/forecast/{sku}/why", week=week["week"])
            assert one["expected"] == pytest.approx(week["mean"], rel=1e-6)
            assert sum(part["units"] for part in one["contributions"]) == pytest.approx(one["expected"], rel=1e-9)
            rounding = [part["units"] for part in one["contributions"] if part["driver"] == "rounding"]
            assert abs(sum(rounding)) <= 1e-4 * one["expected"]
            assert one["contributions"][0]["driver"] == "level"
            assert float(one["sentence"].split()[0]) == pytest.approx(one["expected"], rel=0.03)
    assert get(client, "/forecast/P3/why")["week"] == get(client, "/forecast/P3")["forecast"][0]["week"]
    assert len(get(client, "/forecast/P3/why")["similar"]) == 3


class TwoWaits(threading.Event):
    """Stops at the second wait, and waits for nothing."""

    waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        if self.waits == 2:
            self.set()
        return self.is_set()


def test_what_is_live_is_at_hand_before_somebody_asks(
    client: Any, trained: dict[str, Any], database: Database, settings: Settings
) -> None:
    why.hold_live(settings.files_dir, database, TwoWaits())
    assert why._read.cache_info().misses == 1
    assert get(client, "/forecast/P3/why")["run_id"] == str(trained["id"])
    assert why._read.cache_info().misses == 1


def test_before_the_first_run_there_is_nothing_to_hold(database: Database, settings: Settings) -> None:
    why._read.cache_clear()
    why.hold_live(settings.files_dir, database, TwoWaits())
    assert why._read.cache_info().misses == 0


@pytest.mark.usefixtures("trained")
def test_a_planners_change_is_one_of_the_parts(client: Any) -> None:
    before = get(client, "/forecast/P5/why")
    put(client, "planner", sku="P5", value="40", first_week=before["week"])
    after = get(client, "/forecast/P5/why")
    assert (after["expected"], after["model"]) == (40, before["expected"])
    (own,) = [part for part in after["contributions"] if part["driver"] == "override"]
    assert own["units"] == pytest.approx(40 - before["expected"], rel=1e-6)
    assert "by a planner" in after["sentence"]


@pytest.mark.usefixtures("trained")
def test_it_is_answered_within_half_a_second(client: Any) -> None:
    get(client, "/forecast/P1/why")
    took = []
    for sku in SKUS:
        began = time.perf_counter()
        get(client, f"/forecast/{sku}/why")
        took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.5


def test_without_its_working_nothing_is_made_up(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    project(*weekly_sales("A", "2026-01-05", [4, 6, 5, 5]))
    products(database, settings, ["A"])
    train(database, settings, as_of=AS_OF)
    answer = client("GET", "/forecast/A/why")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_working")
    assert client("GET", "/forecast/NONE/why").status_code == 404
    assert client("GET", "/forecast/A/why", params={"week": "2020-01-06"}).status_code == 422


def test_what_is_done_after_the_engine_has_a_name() -> None:
    parts = {("level", "mean 8"): 8.0, ("promotion", "promo"): 3.0, ("season", "phase"): 1.0}
    found = reasons(parts, 12.0, 0.0, 5.0)
    assert {one.driver: one.units for one in found} == {
        "level": 8, "on sale": -12, "override": 5, "promotion": 3, "season": 1,
    }  # fmt: skip
    assert [one.driver for one in reasons(parts, 12.0, 12.00004, 12.00004)][-1] == "rounding"


def test_the_sentence_adds_up_and_names_the_largest() -> None:
    found = [Reason("level", 10.04), Reason("promotion", 3.2), Reason("season", 1.1), Reason("price", -0.01)]
    assert sentence(found, 14.33).english() == "14.3 expected: 10.0 as usual, +3.2 since a promotion runs, +1.1 season"
    closed = [Reason("level", 30.0), Reason("closings", -30.0)]
    assert sentence(closed, 0.0).english() == "0.00 expected: 30.00 as usual, −30.00 since it is closed"
