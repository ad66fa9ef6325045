"""Lists of decisions: sorted, filtered and searched by the server, every row once over all pages."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from contracts.envelope import Event
from fastapi.testclient import TestClient


@pytest.fixture
def many(
    stocked: TestClient, deliver: Callable[..., None], telling: tuple[Callable[..., Event], Callable[..., Event]]
) -> TestClient:
    """Nine products of two suppliers, some with far too much, some not expected to sell."""
    forecast, completed = telling
    stocked.post("/suppliers", json={"code": "ZETA", "name": "Zeta", "lead_days": "7", "review_days": "7"})
    run, skus = uuid4(), [f"P{number}" for number in range(9)]
    for number, sku in enumerate(skus):
        product = {"sku": sku, "name": f"Thing {9 - number}", "price": "9", "stock": str(3 * 4**number % 997)}
        stocked.post("/products", json=product | {"category": "red" if number % 2 else "blue"})
        supplier = "ZETA" if number % 3 else "ACME"
        stocked.put("/supply-terms", json={"sku": sku, "supplier": supplier, "unit_cost": str(1 + number % 4)})
    deliver(*(forecast(sku, run, 0 if sku == "P4" else 5) for sku in skus), completed(run, 3, series=len(skus)))
    return stocked


def walk(client: TestClient, path: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while cursor is not None or not found:
        page = client.get(path, params={**query, "limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    return found


KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "sku": lambda row: row["sku"], "name": lambda row: row["name"].lower(), "supplier": lambda row: row["supplier"],
    "quantity": lambda row: row["quantity"], "value": lambda row: row["order_value"],
    "order_by": lambda row: row["order_by"] or "9999", "risk": lambda row: row["revenue_at_risk"],
    "chance": lambda row: row["stockout_risk"],
    "cover": lambda row: 1e300 if row["days_of_cover"] is None else row["days_of_cover"],
    "on_hand": lambda row: float(row["on_hand"]), "excess": lambda row: row["excess_value"],
}  # fmt: skip


def test_every_order_gives_every_series_once(many: TestClient) -> None:
    for name, key in KEYS.items():
        for sort in (name, f"-{name}"):
            found = walk(many, "/replenishment", sort=sort)
            assert len({row["sku"] for row in found}) == len(found) == 9, sort
            assert list(map(key, found)) == sorted(map(key, found), reverse=sort.startswith("-")), sort


def test_excess_goes_on_after_its_first_page(many: TestClient) -> None:
    page = many.get("/excess", params={"limit": 2}).json()
    assert page["next_cursor"] is not None
    found = walk(many, "/excess")
    assert [row["value"] for row in found] == sorted((row["value"] for row in found), reverse=True)
    every = many.get("/replenishment").json()["items"]
    assert {row["sku"] for row in found} == {row["sku"] for row in every if row["excess"] > 0}


FILTERS: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    ({"supplier": "ZETA"}, lambda row: row["supplier"] == "ZETA"),
    ({"category": "red"}, lambda row: row["category"] == "red"),
    ({"due": True}, lambda row: row["due"]), ({"due": False}, lambda row: not row["due"]),
    ({"at_risk": True}, lambda row: row["at_risk"]),
    ({"out_of_stock": False}, lambda row: not row["out_of_stock"]), ({"q": "thing 3"}, lambda row: row["sku"] == "P6"),
    ({"location": "main"}, lambda row: True), ({"sku": "p5"}, lambda row: row["sku"] == "P5"),
]  # fmt: skip


def test_a_filter_keeps_what_belongs(many: TestClient) -> None:
    every = many.get("/replenishment").json()["items"]
    for query, belongs in FILTERS:
        kept = walk(many, "/replenishment", **query)
        assert [row["sku"] for row in kept] == [row["sku"] for row in every if belongs(row)], query
        assert len(kept) > 0, query


def test_a_list_without_inputs_says_the_same_for_less(many: TestClient) -> None:
    full = many.get("/replenishment").json()["items"]
    short = many.get("/replenishment", params={"inputs": False}).json()["items"]
    assert [row | {"inputs": None} for row in full] == short


def test_a_cursor_of_another_order_is_refused(many: TestClient) -> None:
    cursor = many.get("/replenishment", params={"limit": 1}).json()["next_cursor"]
    answer = many.get("/replenishment", params={"cursor": cursor, "sort": "-value"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")
