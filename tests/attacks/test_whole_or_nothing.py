"""A request that is refused has changed nothing: every table of every service is as it was, to the row.

Of each route that takes many items, or enters several things at once, the last of them is at fault, so that whatever
comes before it has been looked at.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from tests.attacks.conftest import Whole

SKUS = ("WN-1", "WN-2")
GOOD, UNKNOWN = {"sku": "WN-1", "quantity": "2"}, {"sku": "WN-NONE", "quantity": "2"}
SPAN = {"starts": "2026-02-02", "ends": "2026-02-08"}
TERMS = {"supplier": "WN-S", "unit_cost": "1.20"}
TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"


def kept(whole: Whole) -> dict[str, Any]:
    """Of every table how many rows it has, and a sum of all that is in them."""
    found = {}
    for name, database in whole.databases.items():
        with database.snapshot() as connection:
            for table in connection.execute(text(TABLES)).scalars().all():
                query = f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
                found[f"{name}.{table}"] = tuple(connection.execute(text(query)).one())
    return found


@pytest.fixture(scope="module")
def planner(whole: Whole) -> Iterator[httpx2.Client]:
    """An administrator, in a shop with two products, a supplier, terms, a count, a reservation and a promotion."""
    with httpx2.Client(
        base_url=whole.url + "/api", trust_env=False, timeout=60, headers=whole.token("admin")
    ) as opened:
        made = [opened.post("/products", json={"sku": sku, "name": sku, "price": "2.50"}) for sku in SKUS]
        made += [
            opened.post("/suppliers", json={"code": "WN-S", "name": "s", "lead_days": "5"}),
            *(opened.put("/supply-terms", json=TERMS | {"sku": sku}) for sku in SKUS),
            opened.post("/stock/counts", json={"items": [GOOD]}),
            opened.put("/stock/reservations", json={"reference": "WN-R", "items": [GOOD]}),
            opened.post("/promotions", json=SPAN | {"name": "p", "skus": ["WN-1"]}),
            opened.post("/users", json={"username": "wn.user", "role": "viewer"}),
        ]  # fmt: skip
        assert [answer.status_code // 100 for answer in made] == [2] * len(made), [answer.text for answer in made]
        yield opened


# What is sent: method, path, body. `of` of a scenario: for which products.
def scenario(of: Any, **parts: Any) -> tuple[str, str, Any]:
    return "POST", "/scenarios/approve", {"scope": of, "scenario": parts}


PLAN = {"promotion": SPAN | {"name": "q"}}
REFUSED: dict[str, tuple[str, str, Any]] = {
    "a product whose first stock is none": ("POST", "/products", {"sku": "WN-3", "name": "n", "stock": "1e400"}),
    "a product with a bad field": ("POST", "/products", {"sku": "WN-3", "name": "n", "price": "-1"}),
    "a product's patch": ("PATCH", "/products/WN-1", {"name": "other", "price": "-1"}),
    "a product's patch of an old revision": ("PATCH", "/products/WN-1", {"name": "other", "revision": 77}),
    "a kit": ("PUT", "/products/WN-1/components", {
        "valid_from": "2026-01-05", "components": [GOOD | {"sku": "WN-2"}, UNKNOWN]}),
    "counts": ("POST", "/stock/counts", {"items": [GOOD, UNKNOWN]}),
    "counts of tomorrow": ("POST", "/stock/counts", {"items": [GOOD, GOOD | {
        "sku": "WN-2", "counted_at": "2999-01-01T00:00:00Z"}]}),
    "a receipt": ("POST", "/receipts", {"supplier": "WN-S", "items": [GOOD, UNKNOWN]}),
    "a receipt of nothing": ("POST", "/receipts", {"supplier": "WN-S", "items": [GOOD, GOOD | {"quantity": "0"}]}),
    "a receipt of an order that is none": ("POST", "/receipts", {"order_id": str(uuid4()), "items": [GOOD]}),
    "goods sent back": ("POST", "/stock/supplier-returns", {
        "supplier": "WN-S", "reason": "why", "items": [GOOD, UNKNOWN]}),
    "what is held": ("PUT", "/stock/reservations", {"reference": "WN-R", "items": [GOOD | {"sku": "WN-2"}, UNKNOWN]}),
    "what is held of some": ("PATCH", "/stock/reservations", {
        "reference": "WN-R", "items": [GOOD | {"quantity": "1"}, UNKNOWN]}),
    "terms": ("PATCH", "/supply-terms", {"items": [{"sku": "WN-1"}, {"sku": "WN-NONE"}], "changes": {"moq": "6"}}),
    "terms of a bad field": ("PATCH", "/supply-terms", {
        "items": [{"sku": "WN-1"}], "changes": {"moq": "6", "service_level": "2"}}),
    "a promotion": ("POST", "/promotions", SPAN | {"name": "n", "skus": ["WN-1", ""]}),
    "a promotion that ends before": ("POST", "/promotions", SPAN | {"name": "n", "ends": "2026-02-01"}),
    "orders": ("POST", "/orders", {"only": [{"sku": "WN-1"}, {"sku": "x" * 65}]}),
    "orders of nobody": ("POST", "/orders", {"supplier": "WN-NOBODY"}),
    "a scenario of an unknown product": scenario({"skus": ["WN-1", "WN-NONE"]}, **PLAN),
    "a scenario whose last part is at fault": scenario({"skus": list(SKUS)}, **PLAN, service_level="1.5"),
    "a scenario that nobody can plan": scenario(
        {"skus": list(SKUS)}, **PLAN, weather=SPAN | {"warmer": "2"}),
    "an override": ("POST", "/overrides", {"sku": "WN-NONE", "first_week": "2026-12-07", "value": 5, "reason": "why"}),
    "a plan's table": ("POST", "/overrides/table.csv?reason=why&revision=0",
                       b"sku,location,week,forecast\nWN-1,main,2026-12-07,5\nWN-1,main,x,5\n"),
    "a user": ("POST", "/users", {"username": "wn.user", "role": "viewer"}),
    "a user's change": ("PATCH", "/users/{user}", {"role": "planner", "status": "nothing"}),
    "a key": ("POST", "/api-keys", {"name": "k", "scopes": ["read", "all"]}),
    "a sale": ("POST", "/sales", {"sku": "WN-1", "quantity": "1", "unit_price": "2.5", "sold_at": "1971-01-01"}),
    "sales that are not a list": ("POST", "/sales/bulk", {"items": [{"sku": "WN-1", "quantity": "1"}, 7]}),
    "products that are not a list": ("POST", "/products/bulk", {"items": [{"sku": "WN-4", "name": "n"}, 7]}),
    "a code that means nothing known": ("POST", "/sales/unknown-codes/map", {"code": "c", "sku": "WN-NONE"}),
    "a replay": ("POST", "/replays", {"from": "2026-02-08", "to": "2026-02-02"}),
    "a training": ("POST", "/forecast/train", {"horizon": 999}),
    "dead letters": ("POST", "/dead-letters/sales/redrive", {"ids": ["x"]}),
    "weeks left out": ("POST", "/forecast/exclusions", {"sku": "WN-NONE", "first_day": "2026-01-05", "reason": "why"}),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_has_changed_nothing(whole: Whole, planner: httpx2.Client, what: str) -> None:
    method, path, body = REFUSED[what]
    if "{user}" in path:
        (user,) = (one for one in planner.get("/users").json()["items"] if one["username"] == "wn.user")
        path = path.replace("{user}", user["id"])
    before = kept(whole)
    sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
    answer = planner.request(method, path, headers={"idempotency-key": uuid4().hex}, **sent)
    assert (answer.status_code // 100, answer.headers["content-type"]) == (4, "application/problem+json"), answer.text
    assert answer.json()["detail"]
    assert kept(whole) == before
