"""Confirmed demand is consumed by the forecast: below it nothing changes, above it the order grows by the excess."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from catalog.domain.decided import Decided, decide_situations
from catalog.domain.netting import net
from fastapi.testclient import TestClient

from services.catalog.tests.test_risk import DRAWS, situation

MEANS = DRAWS.mean(axis=0)  # about 30 a week


def decided(weeks: list[int], units: list[float], **more: Any) -> Decided:
    known = situation(20.0) | {"confirmed_weeks": weeks, "confirmed_units": units} | more
    return decide_situations([known])[0]


def test_each_unit_is_counted_once_and_the_week_needs_the_larger_of_both() -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        means = rng.gamma(2, 10, 8)
        weeks = rng.integers(0, 8, 12).tolist()
        units = rng.gamma(1, 12, 12).tolist()
        found = net(means, weeks, units)
        assert found.confirmed.sum() == pytest.approx(sum(units))
        assert (found.excess >= 0).all() and (found.excess <= np.maximum(found.confirmed - means, 0) + 1e-9).all()
        window = [means[max(0, n - 1) : n + 2].sum() for n in range(8)]
        for week in range(8):  # beyond what the window can consume, everything is demand of its own
            least = found.confirmed[max(0, week - 0) : week + 1].sum() - window[week]
            assert found.excess[week] >= least - 1e-9
        assert found.excess.sum() >= max(0.0, found.confirmed.sum() - means.sum()) - 1e-9


def test_the_own_week_first_then_the_week_before_then_the_week_after() -> None:
    assert net([10, 10, 10], [1], [10]).excess.tolist() == [0, 0, 0]
    assert net([10, 10, 10], [1], [35]).excess.tolist() == [0, 5, 0]
    assert net([10, 10, 10], [0, 1], [10, 25]).excess.tolist() == [0, 5, 0], "what week 0 needs itself it keeps"
    assert net([10, 10, 10, 10], [3], [25]).excess.tolist() == [0, 0, 0, 5], "two weeks before are beyond the window"
    assert net([10], [1, -1], [99, 99]).excess.tolist() == [0], "neither what is held already nor what is too far ahead"


@pytest.mark.parametrize("share", [0.2, 0.7, 1.0])
@pytest.mark.parametrize("means", ["known", "unknown"])
def test_below_the_forecast_an_order_is_as_without(share: float, means: str) -> None:
    more: dict[str, Any] = {} if means == "known" else {"means": None}
    before, after = decided([], [], **more), decided([0, 1], [share * 29, share * 29], **more)
    for name in ("quantity", "order_up_to", "reorder_point", "expected_demand", "stockout_risk", "short_units"):
        assert getattr(after.decision, name) == pytest.approx(getattr(before.decision, name))
    told = after.decision.inputs["confirmed"]
    assert (sum(told["units"]), sum(told["excess"])) == (pytest.approx(share * 58), 0)
    assert "confirmed" not in before.decision.inputs


def test_above_the_forecast_the_order_grows_by_the_excess_and_so_does_the_risk() -> None:
    excess = 200.0
    confirmed = MEANS[:3].sum() + excess  # due in week 1, whose window is weeks 0 to 2
    before, after = decided([], []), decided([1], [float(confirmed)])
    assert sum(after.decision.inputs["confirmed"]["excess"]) == pytest.approx(excess)
    assert after.decision.order_up_to == pytest.approx(before.decision.order_up_to + excess, abs=1.0)
    assert after.decision.quantity == pytest.approx(before.decision.quantity + excess, abs=1.0)
    assert after.decision.expected_demand == pytest.approx(before.decision.expected_demand + excess)
    assert after.decision.safety_stock == pytest.approx(before.decision.safety_stock, abs=1.0)
    assert after.decision.stockout_risk > before.decision.stockout_risk
    assert after.decision.short_units > before.decision.short_units + 100


def line(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/replenishment", params={"sku": "A1"}).json()["items"][0])


def held(client: TestClient) -> dict[str, Any]:
    [one] = client.get("/stock/reservations", params={"reference": "SO-1"}).json()["items"]
    return dict(one)


def test_a_reservation_with_a_day_ahead_is_consumed_and_one_without_is_held(stocked: TestClient) -> None:
    """A1 is expected to sell 10 a week, over two weeks."""
    before = line(stocked)
    ahead = date.fromisoformat(before["as_of"]) + timedelta(days=9)  # in its second week

    def reserve(quantity: int, needed_on: date | None) -> dict[str, Any]:
        item = {"sku": "A1", "quantity": quantity} | ({"needed_on": str(needed_on)} if needed_on else {})
        assert stocked.put("/stock/reservations", json={"reference": "SO-1", "items": [item]}).status_code == 200
        return line(stocked)

    below = reserve(8, ahead)
    assert below["quantity"] == before["quantity"]
    assert below["inputs"]["confirmed"]["units"][:2] == [0, 8]
    assert held(stocked)["needed_on"] == str(ahead)
    above = reserve(150, ahead)
    excess = sum(above["inputs"]["confirmed"]["excess"])
    assert excess == pytest.approx(120, rel=0.02)
    assert above["order_up_to"] == pytest.approx(before["order_up_to"] + excess)
    assert float(above["reserved"]) == 0
    for day in (None, date.fromisoformat(before["as_of"])):
        now = reserve(8, day)
        assert (float(now["reserved"]), now["inputs"].get("confirmed")) == (8, None)
        assert now["inputs"]["need_before_packs"] == pytest.approx(before["inputs"]["need_before_packs"] + 8)
    assert stocked.delete("/stock/reservations/SO-1").status_code == 204
    assert line(stocked)["inputs"] == before["inputs"]


def test_a_line_that_is_changed_keeps_its_day_unless_another_is_said(stocked: TestClient) -> None:
    def change(**item: Any) -> dict[str, Any]:
        body = {"reference": "SO-1", "items": [{"sku": "A1"} | item]}
        assert stocked.patch("/stock/reservations", json=body).status_code == 200
        return held(stocked)

    assert change(quantity=3, needed_on="2031-05-06")["needed_on"] == "2031-05-06"
    assert change(quantity=4)["needed_on"] == "2031-05-06"
    assert change(quantity=4, needed_on=None)["needed_on"] is None
