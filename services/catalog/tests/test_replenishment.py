"""From a live forecast to a received order, by API: each number explained, each deed once."""

import csv
import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from catalog.application import demo
from chassis.database import Database, scalar
from contracts.envelope import Event
from fastapi.testclient import TestClient

UTC_ZONE = ZoneInfo("UTC")
Deliver = Callable[..., None]
Told = Callable[..., list[dict[str, Any]]]


def test_every_number_of_a_decision_opens_to_its_inputs(stocked: TestClient) -> None:
    item = stocked.get("/replenishment", params={"sku": "A1"}).json()["items"][0]
    inputs = item["inputs"]
    assert item["expected_demand"] == pytest.approx(20, rel=0.02)
    assert item["safety_stock"] == pytest.approx(item["order_up_to"] - item["expected_demand"])
    assert inputs["need_before_packs"] == pytest.approx(item["order_up_to"] - inputs["position"]["net"])
    assert item["quantity"] % 6 == 0 and 0 <= item["quantity"] - inputs["need_before_packs"] < 6
    assert (inputs["lead_time"]["source"], inputs["protected_days"]) == ("stated", 14)
    assert item["reorder_point"] < item["order_up_to"]


def test_the_expected_demand_is_the_sum_of_the_forecast_s_means_whatever_mean_its_quantiles_have(
    stocked: TestClient, deliver: Deliver, telling: tuple[Callable[..., Event], Callable[..., Event]]
) -> None:
    forecast, completed = telling
    run = uuid4()
    event = forecast("A1", run, 20)
    means = [13.0 + week for week in range(len(event.payload.mean))]
    deliver(event._replace(payload=event.payload.model_copy(update={"mean": means})))
    deliver(completed(run, 1))
    item = stocked.get("/replenishment", params={"sku": "A1"}).json()["items"][0]
    assert item["expected_demand"] == pytest.approx(13 + 14)  # lead 7 days, review 7 days


def test_a_run_is_live_only_when_completed_whatever_arrives_first(
    stocked: TestClient, deliver: Deliver, telling: tuple[Callable[..., Event], Callable[..., Event]]
) -> None:
    forecast, completed = telling

    def expected() -> float:
        return float(stocked.get("/replenishment", params={"sku": "A1"}).json()["items"][0]["expected_demand"])

    later, failed = uuid4(), uuid4()
    deliver(forecast("A1", later, 20), forecast("A1", failed, 90))
    assert expected() == pytest.approx(20, rel=0.02)
    deliver(completed(failed, 1, "failed"))
    deliver(completed(later, 2))
    assert expected() == pytest.approx(40, rel=0.02)
    deliver(completed(uuid4(), 1))
    assert expected() == pytest.approx(40, rel=0.02)


def test_an_order_is_approved_once_counts_as_on_order_and_is_received_once(stocked: TestClient, told: Told) -> None:
    order = stocked.post("/orders", json={}).json()[0]
    for _ in range(2):
        assert stocked.post(f"/orders/{order['id']}/approve").json()["status"] == "approved"
    assert len(told("order-proposed")) == len(told("order-approved")) == 1
    assert all(item["quantity"] == 0 for item in stocked.get("/replenishment").json()["items"])
    assert stocked.post("/orders", json={}).json() == []
    for _ in range(2):
        assert stocked.post(f"/orders/{order['id']}/receive", json={}).json()["status"] == "received"
    line = order["lines"][0]
    level = stocked.get("/stock", params={"sku": line["sku"]}).json()["items"][0]
    assert float(level["on_hand"]) == 2 + float(line["quantity"])
    assert len(stocked.get("/suppliers").json()["items"][0]["observed_days"]) == 1
    assert stocked.post(f"/orders/{order['id']}/cancel").status_code == 409


def test_proposing_again_replaces_open_proposals(stocked: TestClient) -> None:
    first, second = stocked.post("/orders", json={}).json()[0], stocked.post("/orders", json={}).json()[0]
    assert first["lines"] == second["lines"]
    assert [o["id"] for o in stocked.get("/orders", params={"status": "proposed"}).json()["items"]] == [second["id"]]


def test_a_budget_buys_first_what_earns_most(stocked: TestClient) -> None:
    order = stocked.post("/orders", json={"budget": "30"}).json()[0]
    assert [(line["sku"], float(line["quantity"])) for line in order["lines"]] == [("A1", 12)]


def test_the_csv_equals_the_order(stocked: TestClient) -> None:
    order = stocked.post("/orders", json={}).json()[0]
    found = list(csv.DictReader(io.StringIO(stocked.get("/orders.csv").text)))
    numbers = ("quantity", "unit_cost", "received", "open")
    assert [(row["sku"], row["location"], *(float(row[name]) for name in numbers)) for row in found] == [
        (line["sku"], line["location"], *(float(line[name]) for name in numbers)) for line in order["lines"]
    ]
    assert [float(row["value"]) for row in found] == [
        float(line["quantity"]) * float(line["unit_cost"]) for line in order["lines"]
    ]
    assert {(row["order"], row["supplier"], row["status"], row["order_by"] or None) for row in found} == {
        (str(order["number"]), order["supplier"], "proposed", order["order_by"])
    }


def test_a_page_of_orders_is_bounded_by_their_lines_and_none_is_lost(
    stocked: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):  # each proposal of two lines replaces the one before
        stocked.post("/orders", json={})

    def pages(**query: Any) -> list[list[str]]:
        answer = stocked.get("/orders", params=query).json()
        found = [[order["id"] for order in answer["items"]]]
        while answer["next_cursor"]:
            answer = stocked.get("/orders", params=query | {"cursor": answer["next_cursor"]}).json()
            found.append([order["id"] for order in answer["items"]])
        return found

    (whole,) = pages()
    monkeypatch.setattr("catalog.api.orders._LINES_A_PAGE", 5)
    assert pages() == [whole[:2], whole[2:]]
    monkeypatch.setattr("catalog.api.orders._LINES_A_PAGE", 1)
    assert pages() == [[one] for one in whole], "an order that is larger than a page is a page"
    assert pages(lines=False) == [whole]


def test_orders_are_proposed_for_every_supplier_when_none_is_named_and_never_by_a_mistake(stocked: TestClient) -> None:
    stocked.post("/suppliers", json={"code": "ZETA", "name": "Zeta", "lead_days": "7"})
    stocked.put("/supply-terms", json={"sku": "B2", "supplier": "ZETA", "unit_cost": "5"})
    every = stocked.post("/orders", json={}).json()
    assert sorted(order["supplier"] for order in every) == ["ACME", "ZETA"]
    for mistaken in ({"suplier": "ZETA"}, {"suppliers": ["ZETA"]}, None, []):
        assert stocked.post("/orders", json=mistaken).status_code == 422
    still = stocked.get("/orders", params={"status": "proposed"}).json()["items"]
    assert {order["id"] for order in still} == {order["id"] for order in every}
    assert [order["supplier"] for order in stocked.post("/orders", json={"supplier": "ZETA"}).json()] == ["ZETA"]


def test_an_orders_own_csv_is_that_order_as_its_supplier_reads_it(stocked: TestClient) -> None:
    stocked.post("/suppliers", json={"code": "ZETA", "name": "=Zeta", "lead_days": "7"})
    terms = {"sku": "B2", "supplier": "ZETA", "supplier_sku": "Z-2", "unit_cost": "5", "multiple": "6"}
    stocked.put("/supply-terms", json=terms)
    orders = {order["supplier"]: order for order in stocked.post("/orders", json={}).json()}
    answer = stocked.get(f"/orders/{orders['ZETA']['id']}.csv")
    (line,) = csv.DictReader(io.StringIO(answer.text))
    assert answer.headers["content-disposition"] == f'attachment; filename="order-{orders["ZETA"]["number"]}.csv"'
    assert (line["order"], line["supplier"], line["supplier_name"]) == (str(orders["ZETA"]["number"]), "ZETA", "'=Zeta")
    assert (line["sku"], line["name"], line["currency"], float(line["pack"])) == ("B2", "'=B2", "EUR", 6)
    assert float(line["quantity"]) == float(orders["ZETA"]["lines"][0]["quantity"])
    assert (float(line["unit_cost"]), float(line["value"])) == (5, 5 * float(line["quantity"]))
    assert line["supplier_sku"] == "Z-2"
    last_day = max(date.fromisoformat(orders["ZETA"]["order_by"]), datetime.now(UTC).date())
    assert line["wanted_by"] == (last_day + timedelta(days=7)).isoformat()
    assert orders["ZETA"]["number"] != orders["ACME"]["number"]
    assert stocked.get(f"/orders/{uuid4()}.csv").status_code == 404


def test_excess_is_what_lies_beyond_the_order_up_to_level(stocked: TestClient) -> None:
    assert stocked.get("/excess").json()["items"] == []
    stocked.post("/stock/counts", json={"items": [{"sku": "B2", "quantity": 500}]})
    item = stocked.get("/excess").json()["items"][0]
    assert item["sku"] == "B2"
    assert item["value"] == pytest.approx(5 * (500 - item["order_up_to"]))


def test_the_demo_is_seeded_once_and_named_as_generated(client: TestClient, database: Database) -> None:
    client.post("/products", json={"sku": "A1", "name": "Lamp", "price": "3"})
    first, second = demo.seed(database, UTC_ZONE), demo.seed(database, UTC_ZONE)
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM supply_term") == 1
    assert (first[:11], second[:11]) == ("generated 1", "generated 0")
    assert client.get("/products/A1").json()["attributes"] == {"generated": "true"}
    assert all("(generated)" in s["name"] for s in client.get("/suppliers").json()["items"])


def test_an_approved_order_that_is_cancelled_is_told_and_a_proposal_is_not(stocked: TestClient, told: Told) -> None:
    order = stocked.post("/orders", json={}).json()[0]
    stocked.post(f"/orders/{order['id']}/approve")
    for _ in range(2):
        assert stocked.post(f"/orders/{order['id']}/cancel").json()["status"] == "cancelled"
    assert [(event["order_id"], event["cancelled_by"]) for event in told("order-cancelled")] == [(order["id"], "ann")]
    second = stocked.post("/orders", json={}).json()[0]
    stocked.post(f"/orders/{second['id']}/cancel")
    assert len(told("order-cancelled")) == 1
    assert all(item["quantity"] > 0 for item in stocked.get("/replenishment").json()["items"])


def test_an_order_approved_while_others_are_proposed_is_neither_cancelled_nor_ordered_again(
    stocked: TestClient, database: Database
) -> None:
    order = stocked.post("/orders", json={}).json()[0]
    with ThreadPoolExecutor(1) as planner, database.transaction() as connection:
        scalar(connection, "SELECT pg_advisory_xact_lock(hashtext(current_schema() || 'propose'))")
        proposing = planner.submit(stocked.post, "/orders", json={})
        time.sleep(0.3)
        assert stocked.post(f"/orders/{order['id']}/approve").status_code == 200
        connection.commit()
        assert proposing.result().json() == []
    assert stocked.get(f"/orders/{order['id']}").json()["status"] == "approved"


def test_what_was_received_before_is_received_again_without_a_word_in_the_audit(
    stocked: TestClient, told: Told
) -> None:
    order = stocked.post("/orders", json={}).json()[0]
    stocked.post(f"/orders/{order['id']}/approve")
    for _ in range(2):
        assert stocked.post(f"/orders/{order['id']}/receive", json={}).json()["status"] == "received"
    assert [entry["action"] for entry in told("audit-recorded")].count("order-received") == 1
