"""What drivers do, over HTTP: planted lifts and elasticities told with their bounds; dips and rivals measured."""

from typing import Any

import numpy as np
import pytest
from forecaster.engine import effects
from forecaster.engine.working import Working
from forecaster.storage import runs

from services.forecaster.tests.helpers import weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_planning import get
from services.forecaster.tests.test_training import AS_OF, train
from services.forecaster.tests.test_what_if import AHEAD, LIFT, REAL, SKUS, ask, quick, trained

__all__ = ["app", "client", "quick", "trained"]


def of(found: dict[str, Any], name: str, group: str = "") -> dict[str, Any]:
    (one,) = [each for each in found["effects"] if (each["name"], each["group"]) == (name, group)]
    return dict(one)


@pytest.mark.usefixtures("trained")
def test_planted_lifts_and_elasticities_are_told_of_all_a_category_and_a_product(client: Any) -> None:
    found = get(client, "/forecast/effects")
    for group in ("", "C0", "C1"):
        lift = of(found, "promotion", group)
        assert (lift["driver"], lift["how"]) == ("promotion", "measured")
        assert lift["change"] == pytest.approx(LIFT - 1, rel=0.1)
        assert lift["low"] < LIFT - 1 < lift["high"]
        assert lift["series"] == (len(SKUS) if group == "" else len(SKUS) // 2)
        price = of(found, "price", group)
        assert (price["driver"], price["how"]) == ("price", "measured")
        assert price["change"] == pytest.approx(np.log(1.4) / np.log(0.8), rel=0.15)
        assert price["low"] <= price["change"] <= price["high"] < 0
    (own,) = [one for one in get(client, "/forecast/effects", sku=SKUS[3])["effects"] if one["name"] == "promotion"]
    assert (own["group"], own["series"]) == (SKUS[3], 1)
    assert own["change"] == pytest.approx(LIFT - 1, rel=0.2)
    price = {"valid_from": AHEAD.isoformat(), "factor": "0.8"}
    (row,) = ask(client, [SKUS[3]], price=price)["series"]
    (of_price,) = [one for one in get(client, "/forecast/effects", sku=SKUS[3])["effects"] if one["name"] == "price"]
    assert np.log(row["units"][4] / row["base"][4]) / np.log(0.8) == pytest.approx(of_price["change"], abs=0.01)
    only = get(client, "/forecast/effects", category="C1")["effects"]
    assert {one["group"] for one in only} == {"C1"}
    assert found["notes"] == []
    assert client("GET", "/forecast/effects", params={"sku": "NONE"}).status_code == 404
    assert client("GET", "/forecast/effects", params={"sku": "A", "category": "B"}).status_code == 422


def test_what_nothing_is_known_of_is_said(client: Any, database: Any, settings: Any, project: Any) -> None:
    project(*weekly_sales("A", "2025-01-06", [10, 12, 9, 11] * 14))
    assert client("GET", "/forecast/effects").json()["code"] == "no_forecast"
    train(database, settings, REAL)
    found = get(client, "/forecast/effects")
    assert found["effects"] == []
    assert len(found["notes"]) == 2


def test_without_its_working_no_inputs_are_read(
    client: Any, database: Any, settings: Any, project: Any, monkeypatch: Any
) -> None:
    project(*weekly_sales("A", "2026-01-05", [4, 6, 5, 5]))
    train(database, settings, as_of=AS_OF)  # by an engine that keeps no working
    monkeypatch.setattr(runs, "inputs", lambda *_: pytest.fail("read"))
    answer = client("GET", "/forecast/effects")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_working")


def test_the_week_after_a_promotion_and_rivals_that_stand_beside_it_are_measured() -> None:
    rng = np.random.default_rng(2)
    n, weeks, dip, taken = 30, 150, 0.8, 0.9
    on = np.zeros((n, weeks + 4), dtype=bool)
    on[::3] = rng.random((n // 3, weeks + 4)) < 0.1
    after = np.zeros((n, weeks), dtype=bool)
    after[:, 1:] = on[:, : weeks - 1] & ~on[:, 1:weeks]
    rivals = on[:15, :weeks].any(axis=0)[None, :] & ~on[:15, :weeks]
    rate = rng.uniform(50, 90, n)[:, None] * np.where(after, dip, 1.0)
    rate[:15] *= np.where(rivals, taken, 1.0)
    arrays = {"sales": rng.poisson(rate).astype(np.float32), "known": on[None].astype(np.float32)}
    working = Working([f"P{i}" for i in range(n)], "week", 4, [], [], ["promotion"], [], [], 1.0, arrays)
    halves = {"first": np.arange(15), "second": np.arange(15, n)}
    found = {
        (one.name, one.group): one for one in effects.beside(working, "promotion", {"second": halves["second"]}, halves)
    }
    after_one = found[effects.AFTER, "second"]
    assert after_one.change == pytest.approx(dip - 1, abs=0.05)
    assert after_one.low < dip - 1 < after_one.high < 0
    first, second = (found[effects.NEIGHBOURS, half] for half in halves)
    assert first.change == pytest.approx(taken - 1, abs=0.04)
    assert first.high < 0
    assert abs(second.change) < 0.03
