"""The demo's stock is what the products' own policy would have led to: over any sales, and in the database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from catalog.application import demo
from catalog.application.demo_stock import Sold
from catalog.domain.stock_history import GAP_DAYS, Buying, DeliveringSupplier, Shop, Simulated, gaps
from catalog.storage import stock
from chassis.database import Database
from fastapi.testclient import TestClient

LONDON = ZoneInfo("Europe/London")
TODAY = datetime.now(UTC).date()
DAYS, BEFORE, SERIES = 182, 119, 120
SOURCES = [DeliveringSupplier("NEAR", 6, 2, 0), DeliveringSupplier("FAR", 24, 5, 3)]


def sales(seed: int) -> np.ndarray[Any, Any]:
    """Lumpy daily sales of very different pace, none on Sundays."""
    rng = np.random.default_rng(seed)
    pace = rng.gamma(0.6, 6, SERIES)[:, None]
    units = rng.negative_binomial(1, 1 / (1 + pace), (SERIES, BEFORE + DAYS)).astype(float)
    units[:, 6::7] = 0
    return units


def buying(series: int = SERIES) -> list[Buying]:
    return [
        Buying(("NEAR", "FAR")[i % 2], (1.0, 12.0, 6.0)[i % 3], (1.0, 6.0, 6.0)[i % 3], 0.95) for i in range(series)
    ]


def simulated(daily: np.ndarray[Any, Any], **given: Any) -> list[Simulated]:
    stretches = given.get("stretches", {})
    return Shop(daily, buying(len(daily)), SOURCES, DAYS, given.get("seed", 7), stretches).run()


@pytest.mark.parametrize("seed", range(4))
def test_what_was_sold_was_there_and_every_unit_is_accounted_for(seed: int) -> None:
    daily = sales(seed)
    for row, history in zip(daily, simulated(daily), strict=True):
        assert min(history.stock) >= 0
        received = sum(quantity for _, quantity in history.receipts)
        assert history.stock[-1] == pytest.approx(history.opening + received - row[BEFORE:].sum())


def test_the_same_seed_gives_the_same_and_another_seed_other_deliveries() -> None:
    daily = sales(0)
    first, again, other = simulated(daily), simulated(daily), simulated(daily, seed=8)
    assert first == again != other


def test_no_order_is_made_from_sales_that_come_later() -> None:
    daily = sales(1)
    changed = daily.copy()
    changed[:, BEFORE + 150 :] *= 3
    for before, after in zip(simulated(daily), simulated(changed), strict=True):
        assert before.stock[:150] == after.stock[:150]
        assert [each for each in before.receipts if each[0] < 150] == [each for each in after.receipts if each[0] < 150]


def test_orders_are_of_whole_packs_and_what_is_open_comes_after_the_end() -> None:
    for bought, history in zip(buying(), simulated(sales(2)), strict=True):
        for ordered, comes, quantity in history.open_lines:
            assert ordered < DAYS <= comes
            assert quantity >= bought.moq and quantity % bought.multiple == 0


def test_few_shelves_are_empty_today() -> None:
    histories = [history for seed in range(4) for history in simulated(sales(seed))]
    out = sum(history.stock[-1] == 0 for history in histories) / len(histories)
    assert 0.005 <= out <= 0.05


def test_a_good_seller_that_sold_nothing_for_weeks_was_out_of_stock_just_then() -> None:
    daily = np.maximum(sales(3), 1.0)
    daily[:, 6::7] = 0
    first, last = 70, 70 + GAP_DAYS + 4
    daily[5, BEFORE + first : BEFORE + last + 1] = 0
    found = gaps(daily, DAYS, daily.sum(axis=1), 3)
    assert list(found) == [5] and found[5][0] <= first and found[5][1] >= last
    history = simulated(daily, stretches=found)[5]
    assert history.written_off is not None and history.stock[found[5][0] - 1] > 0
    assert max(history.stock[found[5][0] : found[5][1]]) == 0
    assert min(history.stock[found[5][1] + 1 : found[5][1] + 20]) > 0


@pytest.fixture
def sold_for_40_weeks(client: TestClient, database: Database) -> date:
    """Two products with daily sales until a Friday; the Sunday after it."""
    friday = TODAY - timedelta(days=TODAY.weekday() + 3)
    for sku in ("A1", "B2"):
        client.post("/products", json={"sku": sku, "name": sku, "price": "3"})
    draw = np.random.default_rng(3)
    effects = [
        (uuid4(), 0, sku, "main", datetime.combine(friday - timedelta(days=ago), time(12), UTC), units, units)
        for sku in ("A1", "B2") for ago in range(280) if (units := Decimal(int(draw.poisson(4))))
    ]  # fmt: skip
    with database.transaction() as connection:
        stock.move(connection, effects, "UTC")
    return friday + timedelta(days=2)


def test_the_demo_s_stock_orders_and_lead_times_say_that_they_are_generated(
    client: TestClient, database: Database, sold_for_40_weeks: date, told: Callable[..., list[dict[str, Any]]]
) -> None:
    said = demo.seed(database, LONDON)
    assert said.startswith("generated 2 products' terms and ")
    levels = {item["sku"]: item for item in client.get("/stock").json()["items"]}
    assert set(levels) == {"A1", "B2"}
    for sku, level in levels.items():
        moves = client.get(f"/stock/{sku}/movements", params={"limit": 500}).json()["items"]
        entered = [move for move in moves if move["kind"] not in ("sale", "return")]
        assert entered and all(move["reason"].startswith("generated: ") for move in entered)
        assert Decimal(level["on_hand"]) >= 0
        began = datetime.fromisoformat(level["counted_at"]).astimezone(LONDON)
        assert began.date() == sold_for_40_weeks - timedelta(days=181)
    orders = client.get("/orders").json()["items"]
    assert orders and {(order["status"], order["approved_by"]) for order in orders} == {
        ("approved", "demo (generated)")
    }
    assert all(date.fromisoformat(order["confirmed_on"]) > TODAY for order in orders)
    assert len(told("order-approved")) == len(orders)
    assert {(each["sku"], each["cause"]) for each in told("stock-changed")} >= {("A1", "count"), ("B2", "count")}
    assert demo.seed(database, LONDON).startswith("generated 0")


def test_too_short_a_history_gets_terms_and_no_stock(client: TestClient, database: Database) -> None:
    client.post("/products", json={"sku": "A1", "name": "Lamp", "price": "3"})
    with database.transaction() as connection:
        stock.move(connection, [(uuid4(), 0, "A1", "main", datetime.now(UTC), Decimal(2), Decimal(6))], "UTC")
    assert "no stock" in demo.seed(database, ZoneInfo("UTC"))
    assert client.get("/stock").json()["items"] == []


def test_nobody_buys_in_packs_that_last_longer_than_a_month(client: TestClient, database: Database) -> None:
    daily = np.zeros((1, BEFORE + DAYS))
    daily[0, -30:] = 0.2
    assert Sold([("A1", "main")], daily, date(2026, 1, 5), daily.sum(axis=1)).monthly["A1"] == pytest.approx(2.0)
    client.post("/products", json={"sku": "A1", "name": "Lamp", "price": "3"})
    demo.seed(database, ZoneInfo("UTC"))
    assert client.get("/supply-terms", params={"sku": "A1"}).json()["items"][0]["moq"] in ("1", "1.000", 1)
