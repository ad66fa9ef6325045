"""What is on order: expected when, and whether it had better come sooner or later."""

import math
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from catalog.domain.deliveries import PromisedDelivery
from catalog.storage import deliveries
from chassis.database import Connection, Database
from fastapi.testclient import TestClient
from sqlalchemy import text

TODAY = date(2026, 11, 23)
Asked = Callable[..., list[PromisedDelivery]]


# Ten a day are sold, thirty are there: gone on the 26th, at the safety stock on the 25th.
LINE = {
    "number": 1, "sku": "A1", "open": 100, "cost": 2, "price": 4, "on_hand": 30, "safety": 10.0, "daily": 10.0,
    "comes": TODAY + timedelta(days=3), "lead": 5.0,
}  # fmt: skip


def _order(connection: Connection, line: dict[str, Any]) -> None:
    """An approved order of one line, and what is decided of its product."""
    given = line | {"id": uuid4(), "run": "00000000-0000-0000-0000-000000000001", "today": TODAY}
    for sql in (
        "UPDATE live_run SET run_id = CAST(:run AS uuid)",
        "INSERT INTO supplier (code, name, lead_days, review_days) VALUES ('ACME', 'Acme', 7, 7)"
        " ON CONFLICT DO NOTHING",
        "INSERT INTO product (id, sku, name, category, price, archived, revision)"
        " VALUES (CAST(:id AS uuid), :sku, :sku, NULL, :price, false, 1) ON CONFLICT DO NOTHING",
        "INSERT INTO purchase_order (id, supplier, status, total, created_by, approved_at, number, confirmed_on)"
        " OVERRIDING SYSTEM VALUE VALUES (CAST(:id AS uuid), 'ACME', 'approved', 0, 'test', :today, :number, :comes)",
        "INSERT INTO order_line (order_id, sku, location, quantity, unit_cost)"
        " VALUES (CAST(:id AS uuid), :sku, 'main', :open, :cost)",
        "INSERT INTO decision (run_id, sku, location, as_of, supplier, on_hand, on_order, reserved, unit_cost,"
        " quantity, reorder_point, order_up_to, safety_stock, expected_demand, short_units, reason, inputs,"
        " order_value, revenue_at_risk, excess, excess_value, stock_value, due) VALUES (CAST(:run AS uuid),"
        " :sku, 'main', :today, 'ACME', :on_hand, 0, 0, :cost, 0, 0, 0, :safety, 0, 0, '',"
        " jsonb_build_object('daily_demand', CAST(:daily AS float8), 'terms',"
        " jsonb_build_object('review_days', 7), 'lead_time', jsonb_build_object('mean_days', CAST(:lead AS float8))),"
        " 0, 0, 0, 0, 0, false) ON CONFLICT DO NOTHING",
    ):
        connection.execute(text(sql), given)


@pytest.fixture
def lines(database: Database) -> Asked:
    """Order these lines, each of an order of its own, and read the advice on them."""

    def ordered(*given: dict[str, Any]) -> list[PromisedDelivery]:
        with database.transaction() as connection:
            for number, one in enumerate(given, start=1):
                _order(connection, LINE | {"number": number} | one)
            return [
                line
                for _, line in deliveries.advised_page(
                    connection, order_id=None, advice=None, today=TODAY, zone="UTC", after=None, limit=1000
                )
            ]

    return ordered
@pytest.mark.parametrize(
    ("days", "advice", "short"), [(0, "keep", 0), (3, "keep", 0), (5, "expedite", 20), (40, "expedite", 100)]
)
def test_what_comes_after_the_stock_is_gone_had_better_come_sooner(
    lines: Asked, days: int, advice: str, short: int
) -> None:
    (found,) = lines({"comes": TODAY + timedelta(days=days)})
    assert (found.advice, found.short_units) == (advice, short)
    assert found.runs_out_on == TODAY + timedelta(days=3)
    assert found.value == (short * 4 if advice == "expedite" else 200)


def test_what_is_lacked_of_a_product_without_a_price_is_worth_its_cost(lines: Asked) -> None:
    (found,) = lines({"comes": TODAY + timedelta(days=5), "price": None})
    assert found.value == 20 * 2


@pytest.mark.parametrize(
    ("stock", "advice", "needed"),
    [({"on_hand": 130}, "postpone", 12), ({"on_hand": 110}, "keep", 10), ({"daily": 0.0}, "postpone", None)],
)
def test_what_comes_more_than_a_review_before_it_is_needed_had_better_come_later(
    lines: Asked, stock: dict[str, Any], advice: str, needed: int | None
) -> None:
    (found,) = lines(stock)
    day = None if needed is None else TODAY + timedelta(days=needed)
    assert (found.advice, found.needed_on) == (advice, day)


def test_of_two_deliveries_of_a_product_the_first_counts_for_the_second(lines: Asked) -> None:
    found = lines({"number": 2, "comes": TODAY + timedelta(days=9)}, {"number": 1})
    assert {each.number: (each.advice, each.needed_on) for each in found} == {
        1: ("keep", TODAY + timedelta(days=2)),
        2: ("keep", TODAY + timedelta(days=12)),
    }


def test_a_confirmed_day_outvotes_the_lead_time(lines: Asked) -> None:
    usual, said = sorted(
        lines({"sku": "A1", "lead": 6.2, "comes": None}, {"sku": "B2", "lead": 6.2}), key=lambda one: one.sku
    )
    assert (usual.expected_on, usual.confirmed) == (TODAY + timedelta(days=7), False)
    assert (said.expected_on, said.confirmed) == (TODAY + timedelta(days=3), True)


def test_advice_never_contradicts_its_own_days_and_pages_give_every_line_once_in_order(
    lines: Asked, database: Database
) -> None:
    chance = random.Random(7)
    found = lines(*(
        {"sku": f"S{chance.randrange(120)}", "on_hand": round(chance.uniform(0, 500), 3),
         "daily": chance.choice([0.0, chance.uniform(0.01, 50)]), "safety": chance.uniform(0, 100),
         "comes": TODAY + timedelta(days=chance.randrange(-5, 60)), "price": chance.choice([None, 4, 0])}
        for _ in range(200)
    ))  # fmt: skip
    assert {each.advice for each in found} == {"expedite", "postpone", "keep"}
    for each in found:
        arrives = max(each.expected_on, TODAY)
        assert (each.advice == "expedite") == (each.runs_out_on is not None and each.runs_out_on < arrives)
        if each.advice == "postpone":
            assert each.needed_on is None or each.needed_on > arrives + timedelta(days=7)
        assert 0 <= each.short_units <= 100
        assert math.isfinite(each.value)
    after, paged = None, []
    with database.snapshot() as connection:
        while page := deliveries.advised_page(
            connection, order_id=None, advice=None, today=TODAY, zone="UTC", after=after, limit=7
        ):
            after = page[-1][0]
            paged += [line for _, line in page]
    assert paged == found


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
    assert first["items"] + second["items"] == stocked.get("/deliveries").json()["items"]
    late = {"confirmed_on": None, "was": None}
    assert stocked.put(path, json=late).json()["code"] == "stale_value"
    assert stocked.put(path, json={"confirmed_on": None, "was": far}).json()["confirmed_on"] is None
    assert stocked.put(path, json=late | {"confirmed_on": far}).status_code == 200
    assert stocked.put(path, json={"confirmed_on": None}).json()["confirmed_on"] is None
