"""Claims make products and never overwrite people; sales move counted stock, each once, in any order."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from chassis.database import Connection, Database, rows
from contracts.bounds import MOST_UNITS
from contracts.envelope import Event, new_event
from contracts.events import CatalogSubmitted, Replaced, SaleRecorded
from fastapi.testclient import TestClient

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
Deliver = Callable[..., None]
Told = Callable[..., list[dict[str, Any]]]


def claim(sku: str = "A1", **content: Any) -> Event:
    return new_event(CatalogSubmitted(sku=sku, **content), "file:x", time=NOON)


def sold(
    quantity: str, at: datetime, *, sku: str = "A1", kind: str = "sale", replaces: SaleRecorded | None = None
) -> Event:
    old = replaces and Replaced(
        sku=replaces.sku, location=replaces.location, quantity=replaces.quantity, amount=replaces.amount,
        sold_at=replaces.sold_at,
    )  # fmt: skip
    units = Decimal(0) if kind == "void" else Decimal(quantity)
    entry = SaleRecorded(
        sale_id=uuid4(), source="till", event_id=str(uuid4()), kind=kind, sku=sku, location="main", quantity=units,  # type: ignore[arg-type]
        unit_price=Decimal("2.50"), amount=units * Decimal("2.50"), sold_at=at, recorded_at=NOON, replaces=old,
    )  # fmt: skip
    return new_event(entry, "sales", id=str(entry.sale_id))


def on_hand(client: TestClient, sku: str = "A1") -> Decimal | None:
    items = client.get("/stock", params={"sku": sku}).json()["items"]
    return Decimal(items[0]["on_hand"]) if items else None


def test_a_claim_creates_a_product_with_a_readable_name_and_tells_it(
    client: TestClient, deliver: Deliver, told: Told
) -> None:
    deliver(claim("lamp-1", price="9.99", location="shop", first_sold="2025-01-02"))
    product = client.get("/products/LAMP-1").json()
    assert (product["name"], product["price"], product["revision"]) == ("Product LAMP-1", "9.9900", 1)
    assert [event["sku"] for event in told("product-changed")] == ["LAMP-1"]
    assert told("price-changed")[0] | {"price": "9.99"} == {
        "sku": "LAMP-1",
        "price": "9.99",
        "valid_from": "2025-01-02",
    }
    assert "shop" in [event["code"] for event in told("location-changed")]


def test_the_same_claim_twice_changes_nothing(client: TestClient, deliver: Deliver, told: Told) -> None:
    first, second = claim(name="Lamp", price="1"), claim(name="Lantern", price="2")
    deliver(first, second)
    deliver(first)
    product = client.get("/products/A1").json()
    assert (product["name"], product["revision"]) == ("Lantern", 2)
    assert [event["revision"] for event in told("product-changed")] == [1, 2]


def test_a_claim_never_overwrites_what_a_person_edited(client: TestClient, deliver: Deliver) -> None:
    deliver(claim(name="Lamp", price="1"))
    product = client.get("/products/A1").json()
    client.put("/products/A1", json={**product, "name": "Our lamp"})
    deliver(claim(name="Lamp, red", price="3"))
    after = client.get("/products/A1").json()
    assert (after["name"], Decimal(after["price"])) == ("Our lamp", 3)


def test_sales_before_the_count_move_nothing_and_later_ones_do(client: TestClient, deliver: Deliver) -> None:
    before, after = sold("7", NOON - timedelta(days=1)), sold("4", NOON + timedelta(hours=1))
    deliver(before, after)
    assert on_hand(client) is None
    deliver(claim(stock="10"))
    assert on_hand(client) == 6
    deliver(sold("3", NOON - timedelta(days=2)), sold("1", NOON + timedelta(days=1)))
    assert on_hand(client) == 5


def kept_sums(connection: Connection) -> dict[str, Any]:
    """The sums as they are kept."""
    return rows(connection, "SELECT entries, movements, units, amount FROM stock_total")[0]


def counted_sums(connection: Connection) -> dict[str, Any]:
    """The sums as the rows give them."""
    return rows(
        connection,
        "SELECT count(*) FILTER (WHERE part = 0) AS entries, count(*) AS movements, COALESCE(sum(units), 0) AS units,"
        " COALESCE(sum(amount), 0) AS amount FROM stock_movement",
    )[0]


def test_every_order_of_counts_sales_voids_and_repeats_ends_alike(
    client: TestClient, deliver: Deliver, database: Database
) -> None:
    sale = sold("4", NOON + timedelta(hours=1))
    void = sold("0", NOON + timedelta(hours=2), kind="void", replaces=sale.payload)  # type: ignore[arg-type]
    events = [claim(stock="10"), sale, void, sold("3", NOON + timedelta(hours=3)), sale]
    ends = set()
    for order in itertools.permutations(events):
        with database.transaction() as connection:
            connection.exec_driver_sql("TRUNCATE stock_movement, stock_level, stock_entry, inbox")
            connection.exec_driver_sql("UPDATE stock_total SET entries = 0, movements = 0, units = 0, amount = 0")
        for event in order:
            deliver(event)
        totals = client.get("/stock/totals").json()
        with database.transaction() as connection:
            assert kept_sums(connection) == counted_sums(connection)
        ends.add((on_hand(client), totals["entries"], Decimal(totals["units"]), Decimal(totals["amount"])))
    assert ends == {(Decimal(7), 3, Decimal(3), Decimal("7.5"))}


def test_stock_is_told_at_a_count_and_when_it_runs_out_or_comes_back(
    client: TestClient, deliver: Deliver, told: Told
) -> None:
    deliver(claim(stock="5"))
    deliver(sold("2", NOON + timedelta(hours=1)))
    deliver(sold("4", NOON + timedelta(hours=2)))
    client.post("/stock/adjustments", json={"sku": "A1", "quantity": 3, "reason": "found"})
    assert [Decimal(event["on_hand"]) for event in told("stock-changed")] == [5, -1, 2]


def test_very_many_sales_as_large_as_the_ledger_takes_move_stock_and_are_told(
    client: TestClient, deliver: Deliver, told: Told
) -> None:
    deliver(claim(stock="5"))
    deliver(*(sold(str(MOST_UNITS), NOON + timedelta(hours=1)) for _ in range(200)))
    assert Decimal(told("stock-changed")[-1]["on_hand"]) == on_hand(client) == 5 - 200 * MOST_UNITS


def test_a_negative_balance_is_listed(client: TestClient, deliver: Deliver) -> None:
    deliver(claim(stock="1"), claim("B2", stock="1"))
    deliver(sold("4", NOON + timedelta(hours=1)))
    items = client.get("/stock", params={"negative": True}).json()["items"]
    assert [(item["sku"], Decimal(item["on_hand"])) for item in items] == [("A1", -3)]


def test_stock_is_found_by_name_code_and_category(client: TestClient) -> None:
    for sku, name, category in [("C1", "Blue cup", "Cups"), ("C2", "Red cup", "Cups"), ("D1", "Blue dish", "Dishes")]:
        client.post("/products", json={"sku": sku, "name": name, "category": category, "stock": 2})
    found = {
        str(asked): [(item["sku"], item["name"]) for item in client.get("/stock", params=asked).json()["items"]]
        for asked in ({"q": "blue"}, {"q": "c2"}, {"category": "Cups", "q": "blue"})
    }
    assert list(found.values()) == [
        [("C1", "Blue cup"), ("D1", "Blue dish")],
        [("C2", "Red cup")],
        [("C1", "Blue cup")],
    ]


def test_an_older_count_does_not_replace_a_newer_one(client: TestClient, deliver: Deliver) -> None:
    deliver(claim(stock="5"))
    client.post(
        "/stock/counts",
        json={"items": [{"sku": "A1", "quantity": 9, "counted_at": (NOON - timedelta(days=3)).isoformat()}]},
    )
    assert on_hand(client) == 5


def test_what_is_no_sale_becomes_a_dead_letter_and_its_neighbours_count(
    client: TestClient, deliver: Deliver, database: Database
) -> None:
    good, strange = sold("2", NOON), claim()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CatalogSubmitted, "TOPIC", SaleRecorded.TOPIC)
        deliver(good, strange)
    assert client.get("/stock/totals").json()["entries"] == 1
    with database.transaction() as connection:
        assert [row["code"] for row in rows(connection, "SELECT code FROM dead_letter")] == ["bad_payload"]
