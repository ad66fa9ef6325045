"""Scenarios in catalog: what they would do to stock and orders, nothing stored; approved, all of it entered, once."""

from typing import Any

import pytest
from chassis.database import Database, rows
from chassis.security import Role
from fastapi.testclient import TestClient

ALL = {"supplier": "ACME"}


def suppose(client: TestClient, scenario: dict[str, Any], **more: Any) -> dict[tuple[str, str], dict[str, Any]]:
    answer = client.post("/scenarios/stock", json={"scope": ALL, "scenario": scenario, **more})
    assert answer.status_code == 200, answer.text
    return {(row["sku"], row["location"]): row for row in answer.json()["series"]}


def tables(database: Database) -> list[Any]:
    names = ("decision", "promotion", "price", "product", "supply_term", "supplier", "outbox", "forecast")
    with database.transaction() as connection:
        digest = "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM"
        return [rows(connection, f"{digest} {name} t") for name in names]


def test_a_scenario_of_nothing_is_what_is_decided_and_none_is_stored(stocked: TestClient, database: Database) -> None:
    before = tables(database)
    found = suppose(stocked, {})
    decided = {(row["sku"], row["location"]): row for row in stocked.get("/replenishment").json()["items"]}
    assert found.keys() == decided.keys()
    for key, row in found.items():
        assert row["base"] == row["then"]
        for name in ("quantity", "order_value", "order_up_to", "safety_stock", "stockout_risk", "revenue_at_risk"):
            assert row["base"][name] == decided[key][name]
    suppose(stocked, {"lead_days": "21", "service_level": "0.99"})
    assert tables(database) == before


def test_more_demand_a_longer_lead_time_and_a_higher_promise_each_ask_for_more(stocked: TestClient) -> None:
    twice = {"demand": [{"sku": "A1", "location": "main", "factors": [2.0] * 8}]}
    more = suppose(stocked, {}, **twice)
    assert more["A1", "main"]["then"]["order_up_to"] == pytest.approx(2 * more["A1", "main"]["base"]["order_up_to"])
    assert more["B2", "main"]["then"] == more["B2", "main"]["base"]
    for scenario in ({"lead_days": "21"}, {"service_level": "0.99"}):
        for row in suppose(stocked, scenario).values():
            assert row["then"]["order_up_to"] > row["base"]["order_up_to"]
            assert row["then"]["kept_value"] >= row["base"]["kept_value"]
    shorter = suppose(stocked, {"lead_days": "1"})["A1", "main"]
    assert shorter["then"]["stockout_risk"] < shorter["base"]["stockout_risk"]
    last = suppose(stocked, {}, demand=[{"sku": "A1", "location": "main", "factors": [1.0, 1.0, 0.0]}])["A1", "main"]
    assert last["then"]["order_up_to"] <= last["base"]["order_up_to"], "beyond what is told the last factor goes on"


def test_products_are_named_one_way_and_are_known(stocked: TestClient) -> None:
    def skus(**scope: Any) -> Any:
        answer = stocked.post("/scenarios/scope", json=scope)
        return answer.json()["skus"] if answer.status_code == 200 else answer.json()["code"]

    assert skus(supplier="ACME") == skus(skus=["b2", "A1"]) == ["A1", "B2"]
    assert stocked.post("/scenarios/scope", json={"supplier": "ACME"}).json()["names"].keys() == {"A1", "B2"}
    assert skus(category="none of ours") == "no_products"
    assert skus(skus=["A1", "NONE"]) == "unknown_product"
    for scope in ({}, {"supplier": "ACME", "category": "x"}, {"segment": "QQ"}):
        assert stocked.post("/scenarios/scope", json=scope).status_code == 422


PLAN = {
    "promotion": {"name": "Spring", "starts": "2026-10-12", "ends": "2026-10-18", "discount": "0.2"},
    "price": {"valid_from": "2026-11-02", "factor": "0.9"}, "service_level": "0.99", "lead_days": "14",
    "on_sale_until": "2026-12-31",
}  # fmt: skip


def approve(client: TestClient, scenario: dict[str, Any], key: str | None = "k1", scope: Any = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/scenarios/approve", json={"scope": scope or ALL, "scenario": scenario}, headers=headers)


def test_weather_is_nobodys_to_plan(stocked: TestClient, database: Database) -> None:
    before = tables(database)
    weather = {"starts": "2026-12-01", "ends": "2026-12-07", "warmer": "5"}
    refused = approve(stocked, PLAN | {"weather": weather})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "scenario.weather")
    assert tables(database) == before
    assert suppose(stocked, {"weather": weather}), "stock is asked of what would be sold then"


def test_approved_it_is_the_plan_in_one_act_with_its_events_and_traces_and_once(stocked: TestClient, told: Any) -> None:
    supposed = suppose(stocked, {name: PLAN[name] for name in ("service_level", "lead_days")})
    first = approve(stocked, PLAN)
    assert first.status_code == 200, first.text
    entered = first.json()
    assert {name: entered[name] for name in ("prices", "products", "terms", "suppliers")} == {
        "prices": 2, "products": 2, "terms": 2, "suppliers": 1,
    }  # fmt: skip
    assert approve(stocked, PLAN).json() == entered
    (promotion,) = told("promotion-changed")
    assert (promotion["promotion_id"], promotion["skus"], promotion["name"]) == (
        entered["promotion_id"], ["A1", "B2"], "Spring"
    )  # fmt: skip
    changed = [one for one in told("price-changed") if one["valid_from"] == "2026-11-02"]
    assert {(one["sku"], float(one["price"])) for one in changed} == {("A1", 9.0), ("B2", 9.0)}
    assert {one["on_sale_until"] for one in told("product-changed")[-2:]} == {"2026-12-31"}
    actions = [one["action"] for one in told("audit-recorded")]
    for action in ("promotion-created", "price-set", "supply-term-set", "supplier-changed", "scenario-approved"):
        assert action in actions
    assert actions.count("scenario-approved") == 1
    decided = {(row["sku"], row["location"]): row for row in stocked.get("/replenishment").json()["items"]}
    for key, row in supposed.items():
        assert decided[key]["order_up_to"] == pytest.approx(row["then"]["order_up_to"])


def test_of_a_scenario_that_cannot_be_entered_whole_nothing_is(stocked: TestClient, database: Database) -> None:
    before = tables(database)
    refused = approve(stocked, PLAN, scope={"skus": ["A1"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_a_supplier")
    assert tables(database) == before
    for key in (None, " "):
        assert approve(stocked, PLAN, key=key).status_code == 422, "without a key it could be entered twice"
    stocked.post("/prices", json={"sku": "B2", "price": "900000000", "valid_from": "2026-10-01"})
    before = tables(database)
    dear = approve(stocked, {"price": {"valid_from": "2026-11-02", "factor": "10"}})
    assert (dear.status_code, dear.json()["code"]) == (422, "too_large")
    stocked.app.state.role = Role.VIEWER  # type: ignore[attr-defined]
    assert approve(stocked, PLAN, key="k2").status_code == 403
    assert tables(database) == before


def test_a_lead_time_that_receipts_tell_is_not_stated_over_them(
    stocked: TestClient, database: Database
) -> None:  # fmt: skip
    with database.transaction() as connection:
        for number in range(5):
            connection.exec_driver_sql(
                "INSERT INTO lead_observation VALUES (gen_random_uuid(), 'ACME', %s, now())", (7 + number % 2,)
            )
    answer = stocked.post("/scenarios/stock", json={"scope": ALL, "scenario": {"lead_days": "21"}}).json()
    assert answer["told_by_receipts"] == ["ACME"]
    refused = approve(stocked, {"lead_days": "21"})
    assert (refused.status_code, refused.json()["code"]) == (409, "told_by_receipts")
