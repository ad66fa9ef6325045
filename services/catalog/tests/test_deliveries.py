"""What is on order: expected when, and whether it had better come sooner or later."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from catalog.domain.deliveries import advised, expected_on
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 11, 23)


def line(**other: Any) -> dict[str, Any]:
    """Ten a day are sold, thirty are there: gone on the 26th, at the safety stock on the 25th."""
    return {
        "order_id": uuid4(), "number": 1, "supplier": "ACME", "sku": "A1", "location": "main", "name": "A", "price": 4,
        "open": Decimal(100), "unit_cost": Decimal(2), "on_hand": Decimal(30), "reserved": Decimal(0),
        "safety_stock": 10.0, "daily": 10.0, "review_days": 7.0, "expected_on": TODAY + timedelta(days=3),
        "confirmed_on": None,
    } | other  # fmt: skip


@pytest.mark.parametrize(
    ("days", "advice", "short"), [(0, "keep", 0), (3, "keep", 0), (5, "expedite", 20), (40, "expedite", 100)]
)
def test_what_comes_after_the_stock_is_gone_had_better_come_sooner(days: int, advice: str, short: int) -> None:
    (found,) = advised([line(expected_on=TODAY + timedelta(days=days))], TODAY)
    assert (found.advice, found.short_units) == (advice, short)
    assert found.runs_out_on == TODAY + timedelta(days=3)
    assert found.value == (short * 4 if advice == "expedite" else 200)


def test_what_comes_more_than_a_review_before_it_is_needed_had_better_come_later() -> None:
    (needed,) = advised([line(on_hand=Decimal(130))], TODAY)
    assert (needed.advice, needed.needed_on) == ("postpone", TODAY + timedelta(days=12))
    (soon,) = advised([line(on_hand=Decimal(110))], TODAY)
    assert soon.advice == "keep"
    (never,) = advised([line(daily=0.0)], TODAY)
    assert (never.advice, never.needed_on) == ("postpone", None)


def test_of_two_deliveries_of_a_product_the_first_counts_for_the_second() -> None:
    found = advised([line(number=2, expected_on=TODAY + timedelta(days=9)), line(number=1)], TODAY)
    assert {each.number: (each.advice, each.needed_on) for each in found} == {
        1: ("keep", TODAY + timedelta(days=2)),
        2: ("keep", TODAY + timedelta(days=12)),
    }


@given(st.floats(0, 500), st.floats(0.1, 50), st.integers(0, 60), st.floats(0, 100))
def test_advice_never_contradicts_its_own_days(there: float, daily: float, days: int, safety: float) -> None:
    (found,) = advised(
        [line(on_hand=there, daily=daily, safety_stock=safety, expected_on=TODAY + timedelta(days=days))], TODAY
    )
    late = found.runs_out_on is not None and found.runs_out_on < found.expected_on
    assert (found.advice == "expedite") == late
    if found.advice == "postpone":
        assert found.needed_on is None or found.needed_on > found.expected_on + timedelta(days=7)
    assert 0 <= found.short_units <= 100
    assert math.isfinite(found.value)


def test_a_confirmed_day_outvotes_the_lead_time() -> None:
    assert expected_on(TODAY, 6.2, None) == TODAY + timedelta(days=7)
    assert expected_on(TODAY, 6.2, TODAY + timedelta(days=20)) == TODAY + timedelta(days=20)


def test_an_approved_order_is_confirmed_and_advised(stocked: TestClient) -> None:
    (order,) = stocked.post("/orders", json={}).json()
    path = f"/orders/{order['id']}/confirmation"
    far = (datetime.now(UTC).date() + timedelta(days=300)).isoformat()
    assert stocked.put(path, json={"confirmed_on": far}).json()["code"] == "not_approved"
    assert stocked.get("/deliveries").json()["items"] == []
    stocked.post(f"/orders/{order['id']}/approve")
    before = stocked.get("/deliveries").json()["items"]
    assert {item["sku"] for item in before} == {each["sku"] for each in order["lines"]}
    assert not any(item["confirmed"] for item in before)
    assert stocked.put(path, json={"confirmed_on": far}).json()["confirmed_on"] == far
    after = stocked.get("/deliveries", params={"advice": "expedite", "order_id": order["id"]}).json()["items"]
    assert [(item["expected_on"], item["confirmed"]) for item in after] == [(far, True)] * len(before)
    assert all(item["short_units"] > 0 and item["runs_out_on"] < far for item in after)
    first = stocked.get("/deliveries", params={"limit": 1}).json()
    second = stocked.get("/deliveries", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert first["items"] != second["items"]
    assert stocked.put(path, json={"confirmed_on": None}).json()["confirmed_on"] is None
