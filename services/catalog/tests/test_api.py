"""The API of catalog: revisions, paging, bulk, roles, and wrong input that stores nothing."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from chassis.security import Role
from fastapi.testclient import TestClient

Told = Callable[..., list[dict[str, Any]]]


def create(client: TestClient, sku: str, **content: Any) -> dict[str, Any]:
    answer = client.post("/products", json={"sku": sku, "name": f"Thing {sku}", **content})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_stale_revision_is_refused_and_loses_nothing(client: TestClient) -> None:
    product = create(client, "a1")
    first = client.put(f"/products/{product['id']}", json={**product, "name": "First"})
    second = client.put("/products", json={**product, "name": "Second"})
    third = client.put("/products/A1", json={"name": "Third"}, headers={"If-Match": '"1"'})
    assert (first.status_code, second.status_code, third.status_code) == (200, 409, 409)
    assert client.get("/products/a1").json()["name"] == "First"


@pytest.mark.parametrize("sort", ["name", "-name", "sku", "-sku", "updated", "-updated"])
def test_paging_gives_every_product_once_in_order(client: TestClient, sort: str) -> None:
    for number in range(7):
        create(client, f"P{number}", name=f"Name {number % 3}")
    seen, cursor = [], None
    while True:
        page = client.get(
            "/products", params={"sort": sort, "limit": 2, **({"cursor": cursor} if cursor else {})}
        ).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    field = {"name": "name", "sku": "sku", "updated": "updated_at"}[sort.lstrip("-")]
    values = [item[field] for item in seen]
    assert values == sorted(values, reverse=sort.startswith("-"))
    assert len({item["id"] for item in seen}) == len(seen) == 7


def test_search_takes_wildcards_literally_and_finds_part_of_name_or_code(client: TestClient) -> None:
    create(client, "LAMP-1", name="100% wool")
    create(client, "B2", name="A red lamp")
    found = {
        q: [p["sku"] for p in client.get("/products", params={"q": q}).json()["items"]] for q in ("lamp", "0%", "_")
    }
    assert found == {"lamp": ["LAMP-1", "B2"], "0%": ["LAMP-1"], "_": []}


def test_a_patch_changes_what_is_sent_and_nothing_else(client: TestClient) -> None:
    create(client, "A1", price="9.50", cost="4", category="Lamps", attributes={"a": "b"})

    def patch(**body: Any) -> Any:
        return client.patch("/products/A1", json=body)

    changed = patch(name="Other").json()
    assert (changed["name"], float(changed["price"]), float(changed["cost"])) == ("Other", 9.5, 4)
    assert (changed["category"], changed["attributes"], changed["revision"]) == ("Lamps", {"a": "b"}, 2)
    assert patch(cost=None).json()["cost"] is None
    assert patch().json()["revision"] == 3
    assert patch(name="Stale", revision=1).json()["code"] == "stale_revision"
    stale = client.patch("/products/A1", json={"name": "Stale"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_revision")
    assert patch(on_sale_from="2026-05-02").status_code == 200
    assert patch(on_sale_until="2026-05-01").status_code == 422
    for wrong in ({"name": None}, {"name": ""}, {"archived": None}, {"price": "-1"}):
        assert patch(**wrong).status_code == 422, wrong
    assert float(client.get("/products/A1").json()["price"]) == 9.5


def test_the_reference_says_that_put_replaces_and_that_patch_does_not(client: TestClient) -> None:
    document = client.app.openapi()  # type: ignore[attr-defined]
    for path in ("/products", "/products/{key}"):
        assert "a field that is left out is emptied" in document["paths"][path]["put"]["description"]
    assert "only what is sent" in document["paths"]["/products/{key}"]["patch"]["description"]
    patched = document["components"]["schemas"]["ProductPatch"]
    assert "required" not in patched and not any("default" in field for field in patched["properties"].values())


def test_a_barcode_goes_from_the_request_to_the_event_and_finds_its_product(client: TestClient, told: Told) -> None:
    create(client, "A1", barcode="4006381333931")
    create(client, "B2")
    assert client.patch("/products/B2", json={"barcode": "5012345678900"}).json()["barcode"] == "5012345678900"
    assert [event.get("barcode") for event in told("product-changed")] == ["4006381333931", None, "5012345678900"]
    assert [item["sku"] for item in client.get("/products", params={"q": "638133"}).json()["items"]] == ["A1"]
    assert client.patch("/products/B2", json={"barcode": "5" * 65}).status_code == 422


def test_what_a_product_starts_from_goes_from_the_request_to_the_event(client: TestClient, told: Told) -> None:
    create(client, "NEW", like_sku="old", like_multiplier="1.5", replaces_sku="b2", on_sale_from="2026-05-02")
    event = told("product-changed")[0]
    assert (event["like_sku"], float(event["like_multiplier"]), event["replaces_sku"]) == ("OLD", 1.5, "B2")
    assert client.patch("/products/NEW", json={"replaces_sku": None}).json()["replaces_sku"] is None


def test_where_a_location_lies_goes_from_the_request_to_the_event(client: TestClient, told: Told) -> None:
    place = {"code": "north", "name": "North", "country": "de", "region": "by", "holidays": ["public", "school"]}
    assert client.post("/locations", json=place).status_code == 201
    event = told("location-changed")[-1]
    assert (event["country"], event["region"], event["holidays"]) == ("DE", "BY", ["public", "school"])
    assert client.put("/locations/north", json={"name": "North", "revision": 1}).json()["country"] is None
    assert client.post("/locations", json={**place, "code": "x", "country": "Germany"}).status_code == 422


def test_what_may_be_sold_without_stock_is_told(client: TestClient, told: Told) -> None:
    create(client, "MADE", may_oversell=True)
    assert client.get("/products/MADE").json()["may_oversell"] is True
    assert client.patch("/products/MADE", json={"may_oversell": False}).json()["may_oversell"] is False
    assert [event["may_oversell"] for event in told("product-changed")] == [True, False]
    assert client.patch("/products/MADE", json={"may_oversell": None}).status_code == 422


def test_bulk_takes_valid_rows_and_names_the_others(client: TestClient, told: Told) -> None:
    create(client, "A1")
    rows = [
        {"sku": "a1", "name": "Changed"}, {"sku": "B2", "name": "New", "price": "1.5"}, {"sku": "B2", "name": "Again"},
        {"sku": "C3"}, {"sku": "D4", "name": "x", "price": "-1"}, {"sku": "A\x00", "name": "x"},
    ]  # fmt: skip
    answer = client.post("/products/bulk", json={"items": rows}).json()
    assert (answer["created"], answer["updated"], answer["rejected"]) == (1, 1, 4)
    assert [(error["index"], error["field"]) for error in answer["errors"]] == [
        (2, "sku"), (3, "name"), (4, "price"), (5, "sku"),
    ]  # fmt: skip
    assert [event["name"] for event in told("product-changed")] == ["Thing A1", "New", "Changed"]


def test_bulk_heeds_the_revision_that_was_read_and_names_the_row_that_is_stale(client: TestClient) -> None:
    create(client, "A1")
    create(client, "B2")
    client.patch("/products/A1", json={"name": "Second"})
    rows = [{"sku": sku, "name": "Bulk", "revision": 1} for sku in ("A1", "B2")]
    answer = client.post("/products/bulk", json={"items": rows}).json()
    told = [(error["index"], error["field"], error["code"]) for error in answer["errors"]]
    assert (answer["updated"], told) == (1, [(0, "revision", "stale_revision")])
    assert [client.get(f"/products/{sku}").json()["name"] for sku in ("A1", "B2")] == ["Second", "Bulk"]


def test_archiving_needs_empty_shelves_and_keeps_the_product(client: TestClient) -> None:
    create(client, "A1", stock="2")
    assert client.delete("/products/A1").status_code == 409
    client.post("/stock/adjustments", json={"sku": "A1", "quantity": -2, "reason": "broken"})
    assert client.delete("/products/A1").status_code == 200
    assert client.get("/products").json()["items"] == []
    assert client.get("/products/A1").json()["archived"] is True


def test_prices_keep_their_history_and_tell_only_changes(client: TestClient, told: Told) -> None:
    create(client, "A1")
    for price, day in (("2", "2026-01-01"), ("3", "2026-02-01"), ("3", "2026-02-01"), ("4", "2026-02-01")):
        assert client.post("/prices", json={"sku": "A1", "price": price, "valid_from": day}).status_code == 201
    items = client.get("/prices", params={"sku": "A1"}).json()["items"]
    assert [(item["valid_from"], float(item["price"])) for item in items] == [("2026-01-01", 2), ("2026-02-01", 4)]
    assert len(told("price-changed")) == 3


@pytest.mark.parametrize(
    ("path", "content", "event"),
    [
        ("/promotions", {"discount": "0.2", "skus": ["a1"]}, "promotion-changed"),
        ("/events", {"kind": "holiday", "locations": ["main"]}, "event-changed"),
    ],
)
def test_promotions_and_events_change_by_revision_and_are_told_whole(
    client: TestClient, told: Told, path: str, content: dict[str, Any], event: str
) -> None:
    body = {"name": "Sale", "starts": "2026-05-01", "ends": "2026-05-03", **content}
    created = client.post(path, json=body).json()
    assert client.put(f"{path}/{created['id']}", json={**body, "ends": "2026-05-09", "revision": 1}).status_code == 200
    assert client.put(f"{path}/{created['id']}", json={**body, "revision": 1}).status_code == 409
    assert client.delete(f"{path}/{created['id']}").status_code == 204
    assert client.get(path).json()["items"] == []
    assert [(told_["revision"], told_["removed"]) for told_ in told(event)] == [(1, False), (2, False), (3, True)]
    assert client.post(path, json={**body, "ends": "2026-04-01"}).status_code == 422


@pytest.mark.parametrize("path", ["/promotions", "/events"])
def test_a_calendar_asks_for_what_lies_in_its_days(client: TestClient, path: str) -> None:
    for name, starts, ends in (
        ("before", "2026-04-01", "2026-04-30"), ("into", "2026-04-20", "2026-05-01"),
        ("in", "2026-05-10", "2026-05-12"), ("over", "2026-04-01", "2026-07-01"),
        ("out of", "2026-05-31", "2026-06-09"), ("after", "2026-06-01", "2026-06-02"),
    ):  # fmt: skip
        assert client.post(path, json={"name": name, "starts": starts, "ends": ends}).status_code == 201

    def names(**asked: Any) -> list[str]:
        found, cursor = [], None
        while True:
            answer = client.get(path, params={**asked, "limit": 2} | ({"cursor": cursor} if cursor else {}))
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [item["name"] for item in page["items"]]
            if not (cursor := page["next_cursor"]):
                return sorted(found)

    assert names(**{"from": "2026-05-01", "to": "2026-05-31"}) == ["in", "into", "out of", "over"]
    assert names(q="O", to="2026-04-30") == ["before", "into", "over"]
    assert len(names()) == 6


def test_the_promotions_of_a_product_are_its_own_and_those_of_everything(client: TestClient) -> None:
    for name, skus, locations in (
        ("its own", ["A1"], []), ("of all", [], []), ("of another", ["B2"], []), ("elsewhere", ["A1"], ["far"]),
    ):  # fmt: skip
        body = {"name": name, "starts": "2026-05-01", "ends": "2026-05-03", "skus": skus, "locations": locations}
        assert client.post("/promotions", json=body).status_code == 201

    def names(**asked: Any) -> list[str]:
        return sorted(item["name"] for item in client.get("/promotions", params=asked).json()["items"])

    assert names(sku="A1") == ["elsewhere", "its own", "of all"]
    assert names(sku="A1", location="main") == ["its own", "of all"]
    assert names(location="far", sku="B2") == ["of all", "of another"]


WRONG = [
    ("get", "/products/%00", None), ("get", "/products/no-such-id", None), ("get", "/products?cursor=abc", None),
    ("get", "/products?limit=501", None), ("get", "/stock?cursor=WyJhIl0", None), ("get", "/prices?sku=%00", None),
    ("get", "/products?sort=-updated&cursor=WyIyMDI2IiwieCJd", None),
    ("put", "/products", {"sku": "NONE", "name": "x"}),
    ("post", "/products", {"sku": "A", "name": "x", "price": "-1"}),
    ("post", "/products", {"sku": "A", "name": "x", "price": 1e12}),
    ("post", "/products", {"sku": "A\x00", "name": "x"}),
    ("post", "/products", {"sku": "A", "name": "x", "cost": "NaN"}),
    ("post", "/products", {"sku": "A", "name": "x", "stock": "1.23456"}),
    ("post", "/products", {"sku": "A", "name": "x", "on_sale_from": "2026-02-31"}),
    ("post", "/products", {"sku": "A", "name": "x", "attributes": {"a": "b\x00"}}),
    ("post", "/stock/counts", {"items": [{"sku": "NONE", "quantity": 1}]}),
    ("post", "/stock/counts", {"items": [{"sku": "K", "quantity": 1, "counted_at": "2126-01-01T00:00:00Z"}]}),
    ("post", "/prices", {"sku": "K", "location": "nowhere", "price": 1, "valid_from": "2026-01-01"}),
    ("delete", "/promotions/not-a-uuid", None), ("get", "/stock/A%00/movements", None),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), WRONG)
def test_wrong_input_is_a_problem_and_stores_nothing(
    client: TestClient, told: Told, method: str, path: str, body: Any
) -> None:
    create(client, "K")
    before = len(told("product-changed")), len(told("stock-changed")), len(told("audit-recorded"))
    answer = client.request(method, path, json=body)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (len(told("product-changed")), len(told("stock-changed")), len(told("audit-recorded"))) == before


QUESTIONS = {"/scenarios/scope", "/scenarios/stock"}  # asked by POST, because they are longer than a URL holds


def test_a_viewer_reads_and_writes_nothing(client: TestClient) -> None:
    client.app.state.role = Role.VIEWER  # type: ignore[attr-defined]
    writes = 0
    for path, operations in client.app.openapi()["paths"].items():  # type: ignore[attr-defined]
        for method in operations.keys() - {"get"}:
            if path in QUESTIONS:
                continue
            answer = client.request(method, re.sub(r"{\w+_id}", str(uuid4()), path), json={})
            assert answer.status_code == 403, (method, path, answer.text)
            writes += 1
    assert writes >= 15
    assert client.get("/products").status_code == 200


def test_every_change_is_audited_with_who_and_what(client: TestClient, told: Told) -> None:
    product = create(client, "A1", stock="0")
    client.put("/products/A1", json={**product, "name": "Other"})
    client.delete("/products/A1")
    assert [(entry["actor"], entry["action"]) for entry in told("audit-recorded")] == [
        ("ann", "product-created"), ("ann", "product-changed"), ("ann", "product-archived"),
    ]  # fmt: skip
