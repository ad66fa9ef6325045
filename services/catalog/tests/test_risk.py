"""May it run out: the chance of a stock-out before the next delivery can arrive, against planted truth."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from catalog.domain.decided import Decided, decide_situations
from catalog.domain.demand import LEVELS
from fastapi.testclient import TestClient

DAY = date(2026, 11, 1)
LEAD_DAYS = [7.0, 7.0, 14.0, 21.0, 28.0]  # what five receipts showed
DRAWS = np.random.default_rng(7).gamma(2.0, 15.0, (40_000, 8))  # weekly demand: 30 on average, skewed


def situation(on_hand: float, *, reserved: float = 0.0, on_order: float = 0.0, level: float = 0.95) -> dict[str, Any]:
    return {
        "run_id": None, "sku": "A", "location": "main", "as_of": DAY, "supplier": "ACME", "segment": None,
        "on_hand": on_hand, "on_order": on_order, "reserved": reserved, "unit_cost": 2.0, "price": 5.0, "moq": 0,
        "revenue": 0.0, "confirmed_weeks": [], "confirmed_units": [], "overdue": 0,
        "multiple": 1, "shelf_life_days": None, "holding_rate": 0.2, "service_level": level, "stockout_cost": None,
        "observed_days": LEAD_DAYS, "lead_days": 14, "lead_spread_days": 0, "review_days": 7,
        "sums": np.quantile(np.cumsum(DRAWS, axis=1), LEVELS, axis=0).T,
        "means": DRAWS.mean(axis=0),
    }  # fmt: skip


def decided(on_hand: float, **more: float) -> Decided:
    return decide_situations([situation(on_hand, **more)])[0]


def truth(net: float) -> float:
    """How often demand until the delivery exceeded what was there, of many futures drawn."""
    reached = np.cumsum(DRAWS, axis=1)
    return float(np.mean([np.mean(reached[:, int(days / 7) - 1] > net) for days in LEAD_DAYS]))


@pytest.mark.parametrize("on_hand", [0, 10, 30, 60, 90, 120, 160, 220, 300])
def test_the_chance_is_how_often_stock_ends_before_the_delivery(on_hand: float) -> None:
    assert decided(on_hand).decision.stockout_risk == pytest.approx(truth(on_hand), abs=0.02)


def test_what_is_on_order_counts_and_what_is_held_does_not() -> None:
    there = decided(60).decision.stockout_risk
    assert decided(30, on_order=30).decision.stockout_risk == pytest.approx(there)
    assert decided(100, reserved=40).decision.stockout_risk == pytest.approx(there)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.98])
def test_it_may_run_out_when_that_is_likelier_than_the_service_level_accepts(level: float) -> None:
    for on_hand in range(0, 400, 20):
        item = decided(on_hand, level=level)
        assert item.at_risk == (item.decision.stockout_risk > 1 - level and item.revenue_at_risk >= 1), on_hand


def test_out_of_stock_is_nothing_free_of_what_somebody_will_ask_for() -> None:
    assert decided(0).out_of_stock
    assert decided(5, reserved=5, on_order=500).out_of_stock
    assert decided(0, on_order=500).at_risk
    assert not decided(1).out_of_stock
    unwanted = situation(0) | {"sums": np.zeros((8, len(LEVELS))), "means": np.zeros(8)}
    assert not decide_situations([unwanted])[0].at_risk


def test_money_is_the_same_to_the_penny_wherever_it_stands(stocked: TestClient) -> None:
    shown = {item["sku"]: item for item in stocked.get("/replenishment").json()["items"]}
    for entry in stocked.get("/attention", params={"kind": "stockout"}).json()["items"]:
        assert entry["money"] == shown[entry["sku"]]["revenue_at_risk"]
        assert entry["detail"]["stockout_risk"] == shown[entry["sku"]]["stockout_risk"]


def test_what_is_out_of_stock_comes_before_all_money_and_is_asked_for_alone(stocked: TestClient) -> None:
    stocked.post("/stock/counts", json={"items": [{"sku": "A1", "quantity": 1}, {"sku": "B2", "quantity": 0}]})
    found = stocked.get("/attention", params={"kind": "stockout"}).json()["items"]
    assert [(item["sku"], item["urgency"], item["title"]) for item in found] == [
        ("B2", 2, "Out of stock"), ("A1", 1, "May run out before the next delivery can arrive"),
    ]  # fmt: skip
    only = stocked.get("/attention", params={"out_of_stock": True}).json()["items"]
    assert [item["sku"] for item in only] == ["B2"]
    first = stocked.get("/attention", params={"kind": "stockout", "limit": 1}).json()
    rest = stocked.get("/attention", params={"kind": "stockout", "cursor": first["next_cursor"]}).json()
    assert [item["sku"] for item in first["items"] + rest["items"]] == ["B2", "A1"]
    summary = stocked.get("/replenishment/summary").json()
    assert (summary["at_risk_series"], summary["out_of_stock_series"]) == (2, 1)
    assert summary["at_risk_value"] == pytest.approx(sum(item["money"] for item in found))
