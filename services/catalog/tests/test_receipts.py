"""Goods that come, go back and are held; proposals that are changed; stock that needs somebody. Each deed once."""

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chassis.security import Role
from fastapi.testclient import TestClient

Told = Callable[..., list[dict[str, Any]]]


def on_hand(client: TestClient, sku: str) -> float:
    return float(client.get("/stock", params={"sku": sku}).json()["items"][0]["on_hand"])


def situation(client: TestClient, sku: str) -> dict[str, Any]:
    return dict(client.get("/replenishment", params={"sku": sku}).json()["items"][0])


def test_a_proposal_takes_only_whole_packs_of_at_least_the_moq(stocked: TestClient) -> None:
    order = stocked.post("/orders", json={}).json()[0]
    change = f"/orders/{order['id']}/lines"
    for wrong in (6, 13):
        answer = stocked.put(change, json={"sku": "A1", "quantity": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_whole_packs")
    changed = stocked.put(change, json={"sku": "A1", "quantity": 18}).json()
    assert [float(line["quantity"]) for line in changed["lines"] if line["sku"] == "A1"] == [18]
    assert float(changed["total"]) == sum(float(x["quantity"]) * float(x["unit_cost"]) for x in changed["lines"])
    assert stocked.put(change, json={"sku": "A1", "quantity": 0}).json()["line_count"] == 1
    assert stocked.put(change, json={"sku": "B2", "quantity": 0}).json()["errors"][0]["code"] == "last_line"
    assert stocked.put(change, json={"sku": "ZZ", "quantity": 6}).status_code == 422
    stocked.post(f"/orders/{order['id']}/approve")
    assert stocked.put(change, json={"sku": "B2", "quantity": 12}).status_code == 409


def test_an_approval_repeated_with_its_key_gets_the_first_answer(stocked: TestClient, told: Told) -> None:
    key = {"Idempotency-Key": "k1"}
    first = stocked.post("/orders", json={}, headers=key).json()
    assert stocked.post("/orders", json={}, headers=key).json() == first
    assert stocked.post("/orders", json={"budget": "1"}, headers=key).status_code == 422
    approve = f"/orders/{first[0]['id']}/approve"
    approved = stocked.post(approve, headers={"Idempotency-Key": "k2"}).json()
    stocked.post(f"/orders/{first[0]['id']}/receive", json={})
    assert stocked.post(approve, headers={"Idempotency-Key": "k2"}).json() == approved
    assert len(told("order-approved")) == 1


def test_an_order_is_received_in_parts_and_teaches_when_whole(stocked: TestClient) -> None:
    order = stocked.post("/orders", json={}).json()[0]
    stocked.post(f"/orders/{order['id']}/approve")
    line = next(line for line in order["lines"] if line["sku"] == "A1")
    part = {"order_id": order["id"], "reference": "DN-1", "items": [{"sku": "A1", "quantity": 6}]}
    key = {"Idempotency-Key": "r1"}
    assert [stocked.post("/receipts", json=part, headers=key).status_code for _ in range(2)] == [201, 201]
    assert stocked.post("/receipts", json=part).json()["code"] == "received_before"
    assert on_hand(stocked, "A1") == 8
    assert float(situation(stocked, "A1")["on_order"]) == float(line["quantity"]) - 6
    assert stocked.get("/suppliers").json()["items"][0]["lead_time"]["receipts"] == 0
    stocked.post(f"/orders/{order['id']}/receive", json={})
    assert on_hand(stocked, "A1") == 2 + float(line["quantity"])
    assert stocked.get(f"/orders/{order['id']}").json()["status"] == "received"
    assert stocked.get("/suppliers").json()["items"][0]["lead_time"]["receipts"] == 1
    assert len(stocked.get("/receipts", params={"order_id": order["id"]}).json()["items"]) == 2


def test_a_receipt_names_what_is_wrong_and_changes_nothing(stocked: TestClient) -> None:
    order = stocked.post("/orders", json={}).json()[0]
    item = {"sku": "A1", "quantity": 6}
    early = {"order_id": order["id"], "items": [item]}
    assert stocked.post("/receipts", json=early).json()["code"] == "not_approved"
    stocked.post(f"/orders/{order['id']}/approve")
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert stocked.post("/receipts", json=early | {"received_at": past}).status_code == 422
    for wrong in (
        {"items": []}, {"items": [item, item]}, {"items": [item | {"quantity": 0}]}, {"items": [item | {"sku": "ZZ"}]},
        {"items": [item], "supplier": "NOBODY"}, {"order_id": order["id"], "items": [item | {"location": "moon"}]},
    ):  # fmt: skip
        answer = stocked.post("/receipts", json=wrong)
        assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json", wrong
    assert on_hand(stocked, "A1") == 2
    assert stocked.post("/receipts", json={"items": [item]}).status_code == 201
    assert on_hand(stocked, "A1") == 8


def test_what_goes_back_or_is_held_is_not_there_to_sell(stocked: TestClient) -> None:
    back = {"supplier": "ACME", "reason": "cracked", "items": [{"sku": "A1", "quantity": 1}]}
    for _ in range(2):
        assert stocked.post("/stock/supplier-returns", json=back, headers={"Idempotency-Key": "b"}).status_code == 201
    assert on_hand(stocked, "A1") == 1
    for _ in range(2):
        stocked.put("/stock/reservations", json={"reference": "SO-7", "items": [{"sku": "A1", "quantity": 1}]})
    assert situation(stocked, "A1")["inputs"]["position"]["net"] == 0
    assert len(stocked.get("/stock/reservations").json()["items"]) == 1
    assert stocked.delete("/stock/reservations/SO-7").status_code == 204
    assert situation(stocked, "A1")["inputs"]["position"]["net"] == 1


def test_what_is_held_for_one_reference_is_nobody_elses_and_each_change_says_who(
    stocked: TestClient, told: Told
) -> None:
    def hold(call: Any, reference: str, quantity: int) -> int:
        items = [{"sku": "A1", "quantity": quantity}]
        return int(call("/stock/reservations", json={"reference": reference, "items": items}).status_code)

    def held() -> dict[str, float]:
        items = stocked.get("/stock/reservations", params={"sku": "A1"}).json()["items"]
        return {item["reference"]: float(item["quantity"]) for item in items}

    assert {hold(stocked.put, "SO-1", 1), hold(stocked.put, "SO-2", 2)} == {200}
    assert held() == {"SO-1": 1, "SO-2": 2}
    assert (hold(stocked.put, "SO-1", 3), hold(stocked.patch, "SO-2", 4)) == (200, 200)
    assert held() == {"SO-1": 3, "SO-2": 4}
    assert hold(stocked.patch, "SO-2", 0) == 200
    assert stocked.delete("/stock/reservations/SO-2").status_code == 204
    assert held() == {"SO-1": 3}
    trail = [(entry["actor"], entry["action"], entry["subject"]) for entry in told("audit-recorded")]
    assert trail[-6:] == [
        ("ann", "stock-reserved", f"reference {reference}") for reference in ("SO-1", "SO-2", "SO-1", "SO-2", "SO-2")
    ] + [("ann", "stock-released", "reference SO-2")]


def test_one_more_product_is_held_for_a_reference_beside_hundreds_and_beside_somebody_elses(
    stocked: TestClient,
) -> None:
    skus = [f"H{number:03d}" for number in range(600)]
    stocked.post("/products/bulk", json={"items": [{"sku": sku, "name": sku} for sku in skus]})
    items = [{"sku": sku, "quantity": 1} for sku in skus]
    stocked.put("/stock/reservations", json={"reference": "SO-7", "items": items})

    def hold(sku: str, quantity: int) -> int:
        body = {"reference": "SO-7", "items": [{"sku": sku, "quantity": quantity}]}
        return stocked.patch("/stock/reservations", json=body).status_code

    with ThreadPoolExecutor(4) as people:
        assert set(people.map(hold, ["A1", "B2", "H000", "H001"], [1, 2, 3, 0])) == {200}
    held: dict[str, float] = {}
    cursor: dict[str, str] = {}
    while True:
        page = stocked.get("/stock/reservations", params={"reference": "SO-7", "limit": 500, **cursor}).json()
        held |= {item["sku"]: float(item["quantity"]) for item in page["items"]}
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert held == {"A1": 1, "B2": 2, "H000": 3} | dict.fromkeys(skus[2:], 1)
    assert situation(stocked, "A1")["inputs"]["position"]["reserved"] == 1
    twice = {"reference": "SO-7", "items": [{"sku": "A1", "quantity": 1}] * 2}
    assert stocked.patch("/stock/reservations", json=twice).status_code == 422


def test_a_priced_stockout_sets_the_service_level(stocked: TestClient) -> None:
    def level(cost: str | None) -> float:
        term = {"sku": "A1", "supplier": "ACME", "unit_cost": "2", "stockout_cost": cost, "holding_rate": "0.5"}
        assert stocked.put("/supply-terms", json=term).status_code == 200
        return float(situation(stocked, "A1")["inputs"]["terms"]["service_level"])

    kept = 2 * 0.5 * 7 / 365
    assert level(None) == 0.95
    assert level("0.1") == pytest.approx(0.1 / (0.1 + kept))
    assert level("0.1") < level("0.5") <= 0.995
    assert level("0") == 0.5


def test_the_summary_adds_up_to_its_parts(stocked: TestClient) -> None:
    summary = stocked.get("/replenishment/summary").json()
    items = stocked.get("/replenishment").json()["items"]
    wanted = sum(item["order_value"] for item in items)
    assert sum(supplier["value"] for supplier in summary["suppliers"]) == pytest.approx(wanted)
    assert sum(cell["order_value"] for cell in summary["classes"]) == pytest.approx(wanted)
    assert summary["revenue_at_risk"] == pytest.approx(sum(item["revenue_at_risk"] for item in items))
    assert (summary["inventory_value"], summary["excess_value"], summary["series"]) == (2 * 2 + 2 * 5, 0, 2)


def approved(client: TestClient) -> tuple[dict[str, Any], float]:
    """An approved order, and how much of A1 it asks for."""
    order = client.post("/orders", json={}).json()[0]
    client.post(f"/orders/{order['id']}/approve")
    return order, float(next(line["quantity"] for line in order["lines"] if line["sku"] == "A1"))


def line_of(client: TestClient, order: dict[str, Any], sku: str) -> tuple[float, float, float]:
    """(received, open, over) of an order's line."""
    lines = client.get(f"/orders/{order['id']}").json()["lines"]
    found = next(line for line in lines if line["sku"] == sku)
    return float(found["received"]), float(found["open"]), float(found["over"])


def test_a_part_leaves_the_rest_on_order_and_more_than_is_open_says_so(stocked: TestClient) -> None:
    order, ordered = approved(stocked)
    part = {"order_id": order["id"], "items": [{"sku": "A1", "quantity": 6}]}
    assert stocked.post("/receipts", json=part).status_code == 201
    assert line_of(stocked, order, "A1") == (6, ordered - 6, 0)
    more = part | {"items": [{"sku": "A1", "quantity": ordered}]}
    refused = stocked.post("/receipts", json=more)
    assert (refused.status_code, refused.json()["code"]) == (409, "over_delivery")
    assert refused.json()["errors"][0]["field"] == "items.0.quantity"
    assert f"{ordered:g} of A1 at main, but {ordered - 6:g} are open" in refused.json()["detail"]
    assert on_hand(stocked, "A1") == 8
    assert stocked.post("/receipts", json=more | {"over_delivery": True}).status_code == 201
    assert line_of(stocked, order, "A1") == (ordered + 6, 0, 6)
    assert on_hand(stocked, "A1") == 8 + ordered
    exported = csv.DictReader(io.StringIO(stocked.get("/orders.csv").text))
    assert {row["sku"]: float(row["open"]) for row in exported}["A1"] == 0
    assert float(situation(stocked, "A1")["on_order"]) == 0
    assert float(situation(stocked, "B2")["on_order"]) > 0


def test_an_order_whose_rest_will_not_come_is_closed_and_teaches_its_last_receipt(
    stocked: TestClient, told: Told
) -> None:
    order, ordered = approved(stocked)
    close = f"/orders/{order['id']}/close"
    assert stocked.post(close).json()["code"] == "nothing_received"
    stocked.post("/receipts", json={"order_id": order["id"], "items": [{"sku": "A1", "quantity": 6}]})
    assert stocked.post(f"/orders/{order['id']}/cancel").json()["code"] == "order_received"
    stocked.app.state.role = Role.VIEWER  # type: ignore[attr-defined]
    assert stocked.post(close).status_code == 403
    stocked.app.state.role = Role.PLANNER  # type: ignore[attr-defined]
    assert [stocked.post(close).json()["status"] for _ in range(2)] == ["received", "received"]
    assert [entry["action"] for entry in told("audit-recorded")].count("order-closed") == 1
    assert line_of(stocked, order, "A1") == (6, 0, 0)
    assert float(situation(stocked, "A1")["on_order"]) == float(situation(stocked, "B2")["on_order"]) == 0
    assert stocked.get("/suppliers").json()["items"][0]["lead_time"]["receipts"] == 1
    assert ordered > 6


def test_what_went_back_is_listed_with_its_reason(stocked: TestClient) -> None:
    for sku in ("A1", "B2"):
        back = {"supplier": "ACME", "reason": "cracked", "items": [{"sku": sku, "quantity": 1}]}
        stocked.post("/stock/supplier-returns", json=back)
    first = stocked.get("/stock/supplier-returns", params={"limit": 1}).json()
    rest = stocked.get("/stock/supplier-returns", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    found = [*first["items"], *rest["items"]]
    assert [(item["sku"], float(item["quantity"]), item["reason"]) for item in found] == [
        ("B2", 1, "ACME: cracked"), ("A1", 1, "ACME: cracked"),
    ]  # fmt: skip
    assert rest["next_cursor"] is None


def test_an_order_that_was_changed_since_it_was_read_is_left_as_it_is_and_the_reader_told(
    stocked: TestClient, told: Told
) -> None:
    order = stocked.post("/orders", json={}).json()[0]
    path = f"/orders/{order['id']}"
    units = sum(float(line["quantity"]) for line in order["lines"])
    was = {"total": order["total"], "open": units}
    now = stocked.put(f"{path}/lines", json={"sku": "A1", "quantity": 18}).json()
    for act in ("approve", "cancel"):
        refused = stocked.post(f"{path}/{act}", json={"was": was})
        assert (refused.status_code, refused.json()["code"]) == (409, "stale_order")
        said = f"its total is {float(now['total']):.2f} now, not {float(order['total']):.2f}"
        assert said in refused.json()["detail"]
    was = {"total": now["total"], "open": sum(float(line["quantity"]) for line in now["lines"])}
    assert stocked.post(f"{path}/approve", json={"was": was}).json()["status"] == "approved"
    assert stocked.post(f"{path}/approve", json={"was": was}).json()["status"] == "approved", "twice is once"
    # Discarding a proposal that a colleague approved meanwhile would take goods off order.
    refused = stocked.post(f"{path}/cancel", json={"was": was | {"status": "proposed"}})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_order")
    assert "it is approved now" in refused.json()["detail"]
    stocked.post("/receipts", json={"order_id": order["id"], "items": [{"sku": "A1", "quantity": 6}]})
    before = on_hand(stocked, "A1")
    part = {"order_id": order["id"], "items": [{"sku": "A1", "quantity": 6}], "was": was}
    for refused in (
        stocked.post(f"{path}/receive", json={"was": was}),
        stocked.post(f"{path}/close", json={"was": was}),
        stocked.post("/receipts", json=part),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "stale_order")
        assert f"what is open of it is {was['open'] - 6:g} now, not {was['open']:g}" in refused.json()["detail"]
    assert on_hand(stocked, "A1") == before
    part["was"] = {"open": was["open"] - 6}
    assert stocked.post("/receipts", json=part).status_code == 201
    assert stocked.post(f"{path}/close", json={"was": {"open": was["open"] - 12}}).json()["status"] == "received"
    assert [entry["action"] for entry in told("audit-recorded")].count("order-approved") == 1
