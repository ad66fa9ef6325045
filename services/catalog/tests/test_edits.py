"""What a person changes of a proposal: kept when it is proposed anew, paid for first, and named beside the policy's."""

from typing import Any

from fastapi.testclient import TestClient


def proposal(client: TestClient, **asked: Any) -> dict[str, Any]:
    return dict(client.post("/orders", json=asked).json()[0])


def say(client: TestClient, order: dict[str, Any], sku: str, quantity: str) -> dict[str, Any]:
    return dict(client.put(f"/orders/{order['id']}/lines", json={"sku": sku, "quantity": quantity}).json())


def quantities(order: dict[str, Any]) -> dict[str, float]:
    return {line["sku"]: float(line["quantity"]) for line in order["lines"]}


def test_a_persons_quantity_stays_when_it_is_proposed_anew_unless_it_is_dropped(stocked: TestClient) -> None:
    first = proposal(stocked)
    wanted = quantities(first)
    changed = say(stocked, first, "A1", str(wanted["A1"] + 24))
    line = next(line for line in changed["lines"] if line["sku"] == "A1")
    assert (line["edited_by"], float(line["needed"]), float(line["proposed"])) == ("ann", wanted["A1"], wanted["A1"])
    again = proposal(stocked)
    assert quantities(again) == wanted | {"A1": wanted["A1"] + 24}
    kept = next(line for line in again["lines"] if line["sku"] == "A1")
    assert (kept["edited_by"], float(kept["needed"]), again["edited"]) == ("ann", wanted["A1"], 1)
    assert next(line for line in again["lines"] if line["sku"] == "B2")["edited_by"] is None
    dropped = proposal(stocked, keep_edits=False)
    assert (quantities(dropped), dropped["edited"]) == (wanted, 0)


def test_what_was_taken_off_stays_off(stocked: TestClient) -> None:
    order = say(stocked, proposal(stocked), "B2", "0")
    assert (set(quantities(order)), order["edited"]) == ({"A1"}, 1)
    again = proposal(stocked)
    assert (set(quantities(again)), again["edited"]) == ({"A1"}, 1)
    assert set(quantities(proposal(stocked))) == {"A1"}
    assert set(quantities(proposal(stocked, keep_edits=False))) == {"A1", "B2"}


def test_a_budget_pays_first_for_what_a_person_said(stocked: TestClient) -> None:
    order = proposal(stocked)
    said = quantities(order)["A1"] + 12
    say(stocked, order, "A1", str(said))
    cost = {line["sku"]: float(line["unit_cost"]) for line in order["lines"]}
    again = proposal(stocked, budget=str(said * cost["A1"]))
    assert quantities(again) == {"A1": said}
    line = again["lines"][0]
    assert (line["proposed"], line["edited_by"]) == (None, "ann")


def test_what_a_budget_left_of_a_need_stands_beside_it(stocked: TestClient) -> None:
    wanted = quantities(proposal(stocked))
    (line,) = proposal(stocked, budget="30")["lines"]
    assert float(line["needed"]) == wanted[line["sku"]]
    assert float(line["proposed"]) == float(line["quantity"]) < float(line["needed"])


def test_only_chosen_lines_are_proposed_and_proposals_of_other_suppliers_stay(stocked: TestClient) -> None:
    whole = proposal(stocked)
    stocked.post("/suppliers", json={"code": "BOLT", "name": "Bolt", "lead_days": "7", "review_days": "7"})
    term = {"sku": "B2", "supplier": "BOLT", "unit_cost": "5", "multiple": "6", "moq": "12"}
    assert stocked.put("/supply-terms", json={**term, "revision": 1}).status_code == 200
    first, second = (dict(order) for order in stocked.post("/orders", json={}).json())
    assert (first["supplier"], second["supplier"]) == ("ACME", "BOLT")
    only = stocked.post("/orders", json={"only": [{"sku": "a1"}]}).json()
    assert [(order["supplier"], quantities(order)) for order in only] == [("ACME", {"A1": quantities(whole)["A1"]})]
    open_now = {order["id"] for order in stocked.get("/orders", params={"status": "proposed"}).json()["items"]}
    assert open_now == {only[0]["id"], second["id"]}
    assert stocked.post("/orders", json={"only": []}).json() == []
    assert {o["id"] for o in stocked.get("/orders", params={"status": "proposed"}).json()["items"]} == open_now
