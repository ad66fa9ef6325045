"""Sums of series: means add, bands come of joint draws that move together as past forecasts did; parts add up."""

from datetime import date, timedelta
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from chassis.database import Database
from contracts.quantiles import LEVELS
from forecaster.api import totals as api
from forecaster.domain.common_part import Reached, common
from forecaster.domain.totals import HIGHEST, LOWEST, total
from forecaster.engine.uncertainty import tails
from forecaster.settings import Settings

from services.forecaster.tests.helpers import sale, weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_overrides import products, put
from services.forecaster.tests.test_planning import run_of, says, week
from services.forecaster.tests.test_training import train

__all__ = ["app", "client"]

Z = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
AS_OF = date(2026, 2, 8)


def normal(mean: np.ndarray[Any, Any], deviation: np.ndarray[Any, Any], weeks: int = 2) -> tuple[Any, Any]:
    """Quantiles and means of normal series, the same in every week."""
    quantiles = np.repeat((mean[:, None] + deviation[:, None] * Z)[:, None, :], weeks, axis=1)
    return quantiles.astype(np.float32), np.repeat(mean[:, None], weeks, axis=1).astype(np.float32)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("count", [2, 30, 500])
def test_the_band_of_a_sum_is_as_wide_as_the_truth_says(count: int, part: float) -> None:
    random = np.random.default_rng(count)
    mean = random.gamma(2, 50, count) + 40
    deviation = mean * random.uniform(0.1, 0.3, count)
    found = total(*normal(mean, deviation), np.full((2, 1), part))
    truth = np.sqrt(part * deviation.sum() ** 2 + (1 - part) * (deviation**2).sum())
    width = found[:, LEVELS.index(0.9)] - found[:, LEVELS.index(0.1)]
    assert width == pytest.approx(2 * Z[LEVELS.index(0.9)] * truth, rel=0.04)
    assert found[:, LEVELS.index(0.5)] == pytest.approx(mean.sum(), rel=0.01)
    added = normal(mean, deviation)[0].sum(axis=0)
    assert (width < (added[:, LEVELS.index(0.9)] - added[:, LEVELS.index(0.1)]) * 1.001).all()  # quantiles do not add
    assert (np.diff(found, axis=1) >= 0).all()


def test_one_series_has_its_own_band_and_counts_have_no_negative_sum() -> None:
    quantiles, means = normal(np.array([5.0]), np.array([4.0]))
    assert (total(quantiles, means, np.full((2, 1), 0.5)) == quantiles[0]).all()
    rare = np.zeros((200, 1, len(LEVELS)), dtype=np.float32)
    rare[:, :, LEVELS.index(0.9) :] = 1
    found = total(rare, np.full((200, 1), 0.12, dtype=np.float32), np.full((1, 1), 0.1))
    assert found.min() >= 0
    assert found[0, LEVELS.index(0.1)] < 24 < found[0, LEVELS.index(0.9)]  # the sum of the means


def test_draws_go_as_far_beyond_the_outermost_quantiles_as_the_engines_paths() -> None:
    assert (LOWEST, HIGHEST) == (tails.LOWEST, tails.HIGHEST)


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5])
def test_how_much_series_move_together_is_found_in_what_past_forecasts_missed(part: float) -> None:
    random = np.random.default_rng(3)
    found: list[Reached] = []
    for number in range(800):
        scores = np.sqrt(part) * random.standard_normal() + np.sqrt(1 - part) * random.standard_normal(80)
        below = (scores[:, None] > Z).sum(axis=1)
        for b in np.unique(below):
            count = float((below == b).sum())  # their bands are one wide
            found.append(Reached(1, week(number), int(b), int(b), count, count))
    assert common(found, 1).part == pytest.approx(part, abs=0.06)
    few, none = common(found[:3], 2), common([], 2)
    assert (few.weeks, none.weeks, none.likely.shape) == (1, 0, (2, 20))
    assert none.likely.min() == 0 and 0.1 < none.part < 0.25 and none.likely.max() > 0.7  # much is possible


@pytest.fixture
def live(database: Database, settings: Settings, project: Any) -> None:
    for sku, level in (("A", 10), ("B", 20), ("C", 30)):
        project(*weekly_sales(sku, "2025-12-29", [level] * 6), *weekly_sales(sku, "2025-12-29", [1] * 6, "north"))
    products(database, settings, ["A", "B", "C"])
    train(database, settings)


@pytest.fixture(autouse=True)
def then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "yesterday", lambda _: AS_OF)


def asked(client: Any, **body: Any) -> dict[str, Any]:
    answer = client("POST", "/forecast/totals", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("live")
def test_a_total_is_the_sum_of_its_series_after_overrides_and_of_its_parts(client: Any) -> None:
    whole = asked(client, by="location")
    assert (whole["series"], whole["older"], whole["more_parts"]) == (6, 0, 0)
    assert [item["units"] for item in whole["history"]] == [63] * 6
    assert whole["history"][-1]["week"] == str(AS_OF - timedelta(days=6))
    assert whole["forecast"][0]["mean"] == pytest.approx(63)
    assert whole["sums"][3]["mean"] == pytest.approx(4 * 63)
    assert {part["key"]: (part["series"], part["last4"], part["next4"]) for part in whole["parts"]} == {
        "main": (3, 240, pytest.approx(240)), "north": (3, 12, pytest.approx(12)),
    }  # fmt: skip
    put(client, sku="A", location="main", value="100", first_week=str(AS_OF + timedelta(days=1)))
    changed = asked(client, by="category")
    assert (changed["forecast"][0]["mean"], changed["forecast"][0]["model"]) == pytest.approx((153, 63))
    assert [(part["key"], part["series"]) for part in changed["parts"]] == [("Lamps", 6)]
    one = client("GET", "/forecast/B", params={"location": "main"}).json()
    mine = asked(client, sku="B", location="main")
    assert mine["forecast"][0]["quantiles"] == pytest.approx(one["forecast"][0]["quantiles"])
    named = asked(client, series=[{"sku": "B", "location": "main"}, {"sku": "C", "location": "north"}], by="sku")
    assert {part["key"]: part["next4"] for part in named["parts"]} == pytest.approx({"B": 80, "C": 4})


@pytest.mark.usefixtures("live")
def test_nothing_is_the_sum_of_nothing(client: Any) -> None:
    nowhere: list[dict[str, Any]] = [{"category": "Chairs"}, {"series": []}, {"sku": "NONE"}]
    for body in nowhere:
        found = asked(client, **body)
        assert (found["series"], found["history"], found["forecast"], found["sums"]) == (0, [], [], [])


def test_the_common_part_is_measured_on_the_weeks_that_were_forecast(
    client: Any, database: Database, settings: Settings, project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    skus = [f"S{number}" for number in range(8)]
    for sku in skus:
        project(*weekly_sales(sku, "2025-12-29", [10] * 6))
    products(database, settings, skus)
    monkeypatch.setattr(api, "yesterday", lambda _: week(4) - timedelta(days=1))
    for number in range(4):
        run_of(database, settings, number, 10)
        sold = "16" if number % 2 else "4"  # all of them far off, the same way
        project(*(sale(sku, str(week(number)), sold) for sku in skus))
    train(database, settings, says(10), as_of=week(4) - timedelta(days=1))
    found = asked(client)
    assert found["measured_weeks"] == 4
    assert found["common"] > 0.4
