"""Suppliers and terms: who may change them, what the change says, and two who change them at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from chassis.security import Role
from fastapi.testclient import TestClient

SUPPLIER = {"code": "ACME", "name": "Acme", "lead_days": "7", "review_days": "7"}
TERM = {"sku": "A1", "supplier": "ACME", "unit_cost": "2", "multiple": "6", "moq": "12"}


def term(client: TestClient, **query: str) -> dict[str, Any]:
    return dict(client.get("/supply-terms", params=query or {"sku": "A1"}).json()["items"][0])


def test_terms_that_were_changed_meanwhile_are_a_conflict_and_nothing_is_lost(stocked: TestClient) -> None:
    read = term(stocked)
    theirs = stocked.put("/supply-terms", json=TERM | {"moq": "18", "revision": read["revision"]})
    assert (theirs.status_code, theirs.json()["revision"]) == (200, read["revision"] + 1)
    mine = TERM | {"service_level": "0.98", "revision": read["revision"]}
    refused = stocked.put("/supply-terms", json=mine)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_revision")
    assert (float(term(stocked)["moq"]), term(stocked)["service_level"]) == (18, None)
    assert stocked.put("/supply-terms", json=mine, headers={"If-Match": '"2"'}).status_code == 200
    assert float(term(stocked)["service_level"]) == 0.98


def test_a_supplier_that_was_changed_meanwhile_is_a_conflict(stocked: TestClient) -> None:
    revision = stocked.get("/suppliers").json()["items"][0]["revision"]
    change = SUPPLIER | {"lead_days": "21", "revision": revision}
    changed = stocked.put("/suppliers", json=change).json()
    assert (float(changed["lead_days"]), changed["revision"]) == (21, revision + 1)
    refused = stocked.put("/suppliers", json=change | {"lead_days": "1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_revision")
    assert float(stocked.get("/suppliers").json()["items"][0]["lead_days"]) == 21
    assert stocked.put("/suppliers", json=change | {"code": "NONE"}).status_code == 404


def test_of_many_who_say_at_once_how_a_product_is_first_bought_one_is_taken(stocked: TestClient) -> None:
    stocked.post("/products", json={"sku": "C3", "name": "C3"})

    def first(number: int) -> int:
        new = TERM | {"sku": "C3", "moq": str(6 * number), "revision": 0}
        return stocked.put("/supply-terms", json=new).status_code

    with ThreadPoolExecutor(6) as people:
        answers = sorted(people.map(first, range(1, 7)))
    assert answers == [200, 409, 409, 409, 409, 409]


@pytest.mark.parametrize(("path", "body"), [("/suppliers", SUPPLIER), ("/supply-terms", TERM)])
def test_a_viewer_reads_terms_and_changes_none(stocked: TestClient, path: str, body: dict[str, str]) -> None:
    stocked.app.state.role = Role.VIEWER  # type: ignore[attr-defined]
    assert stocked.put(path, json=body).status_code == 403
    assert len(stocked.get(path).json()["items"]) >= 1


def test_terms_are_found_by_supplier_and_by_a_part_of_the_name(stocked: TestClient) -> None:
    stocked.post("/suppliers", json=SUPPLIER | {"code": "ZETA"})
    stocked.put("/supply-terms", json=TERM | {"sku": "B2", "supplier": "ZETA"})

    def skus(**query: str) -> list[str]:
        return [item["sku"] for item in stocked.get("/supply-terms", params=query).json()["items"]]

    assert (skus(supplier="ACME"), skus(supplier="ZETA"), skus(q="=b")) == (["A1"], ["B2"], ["B2"])
    assert skus(q="%") == []


def test_the_audit_says_what_an_edit_changed_from_what_to_what(
    stocked: TestClient, told: Callable[..., list[dict[str, Any]]]
) -> None:
    stocked.put("/supply-terms", json=TERM | {"moq": "24"})
    stocked.put("/suppliers", json=SUPPLIER | {"lead_days": "9"})
    changed = [entry["detail"]["changed"] for entry in told("audit-recorded") if entry["detail"].get("changed")]
    assert changed == [{"moq": "12.000 → 24"}, {"lead_days": "7.0 → 9"}]


def test_terms_of_many_products_are_changed_at_once_and_only_what_is_said(stocked: TestClient) -> None:
    stocked.post("/products", json={"sku": "C3", "name": "C3"})
    stocked.put("/supply-terms", json=TERM | {"sku": "C3", "location": "main", "unit_cost": "9"})
    items = [{"sku": "A1"}, {"sku": "C3"}, {"sku": "A1", "location": "elsewhere"}]
    changed = stocked.patch("/supply-terms", json={"items": items, "changes": {"moq": "24", "service_level": "0.97"}})
    assert (changed.status_code, changed.json()) == (200, {"changed": 2})  # those for everywhere are one
    for sku, cost in [("A1", 2), ("C3", 9)]:
        kept = term(stocked, sku=sku)
        assert (float(kept["moq"]), kept["service_level"], float(kept["unit_cost"])) == (24, "0.9700", cost)
    emptied = stocked.patch("/supply-terms", json={"items": items[:1], "changes": {"service_level": None}})
    assert emptied.status_code == 200
    assert term(stocked)["service_level"] is None


def test_a_term_that_is_another_than_was_read_is_left_to_whoever_changed_it(stocked: TestClient) -> None:
    def patch(changes: dict[str, str], was: dict[str, str]) -> Any:
        body = {"items": [{"sku": "A1"}], "changes": changes, "was": was}
        answer = stocked.patch("/supply-terms", json=body)
        return answer.json()["code"] if answer.status_code == 409 else answer.status_code

    before = term(stocked)
    assert patch({"moq": "24"}, {"moq": before["moq"]}) == 200
    assert patch({"moq": "36"}, {"moq": before["moq"]}) == "stale_value"
    assert float(term(stocked)["moq"]) == 24
    assert before["service_level"] is None  # read as what stands in its place: the class's
    assert patch({"service_level": "0.9"}, {"service_level": "0.95"}) == 200
    assert patch({"service_level": "0.8"}, {"service_level": "0.95"}) == "stale_value"


def test_terms_of_many_are_changed_all_or_none(stocked: TestClient) -> None:
    before = term(stocked)
    items = [{"sku": "A1"}, {"sku": "NOBODY"}]
    refused = stocked.patch("/supply-terms", json={"items": items, "changes": {"moq": "24"}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "items.1")
    other = stocked.patch("/supply-terms", json={"items": items[:1], "changes": {"supplier": "NONE"}})
    assert other.status_code == 422
    assert term(stocked) == before
