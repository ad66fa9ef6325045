"""Hostile bodies at the ledger's door: told what is wrong, with nothing stored and nothing of ours in the answer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chassis.database import Database, scalar
from chassis.security import Principal, Role
from fastapi.testclient import TestClient
from sales import app
from sales.settings import Settings


class Anyone:
    """Stands where tokens are checked, which auth's own tests do."""

    def verify(self, token: str) -> Principal:
        """Whoever it says."""
        return Principal("u1", "tester", Role.ADMIN, frozenset(), 2**40)


@pytest.fixture(scope="module")
def client(database: Database, settings: Settings) -> Iterator[TestClient]:
    application = app.build_api(settings, database)
    application.state.verifier = Anyone()
    with TestClient(application, headers={"Authorization": "Bearer x"}, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(autouse=True)
def nothing_is_stored(database: Database, known: Any) -> Iterator[None]:
    known("A1")
    before = stored(database)
    yield
    assert stored(database) == before


def stored(database: Database) -> int:
    tables = ("sale", "quarantined_sale", "rejected_sale", "idempotency_key")
    with database.transaction() as connection:
        # The audit trail may tell of a request that recorded nothing.
        events = scalar(connection, "SELECT count(*) FROM outbox WHERE topic <> 'audit-recorded'")
        return events + sum(scalar(connection, f"SELECT count(*) FROM {table}") for table in tables)


GOOD = {"sku": "A1", "quantity": "1", "unit_price": "2.50", "sold_at": "2026-01-05T12:00:00Z"}
FUTURE = f"{(datetime.now(UTC) + timedelta(days=3)).date()}T12:00:00Z"  # the same in all processes that collect tests
BAD: list[tuple[str, Any]] = [
    ("quantity", "NaN"), ("quantity", "Infinity"), ("quantity", "1e400"), ("quantity", 10**30), ("quantity", "1e9"),
    ("quantity", "0"), ("quantity", "-1"), ("quantity", "0.0001"), ("quantity", True), ("quantity", [1]),
    ("unit_price", "NaN"), ("unit_price", "-0.01"), ("unit_price", "1e9"), ("unit_price", "0.00001"),
    ("sku", "A\x001"), ("sku", ""), ("sku", "x" * 65), ("sku", "ß" * 40), ("sku", 7), ("sku", "\ud800"),
    ("location", "a\nb"), ("location", "x" * 65), ("kind", "gift"), ("kind", None),
    ("sold_at", "0001-01-01T00:00:00+14:00"), ("sold_at", "9999-12-31T23:59:59-12:00"), ("sold_at", FUTURE),
    ("sold_at", "1700-01-01"), ("sold_at", 1e300), ("sold_at", "yesterday"), ("product_id", "7"),
    ("id", "x" * 201), ("id", "a\x00"), ("reference", "x" * 501), ("reference", {"a": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BAD, ids=[f"{field}={value!r:.20}" for field, value in BAD])
def test_a_hostile_field_is_named_by_both_doors(client: TestClient, field: str, value: Any) -> None:
    body = json.dumps(GOOD | {field: value})  # as text: NaN and lone surrogates pass the encoder
    alone = client.post("/sales", content=body, headers={"Content-Type": "application/json"})
    assert alone.status_code == 422, alone.text
    assert field in alone.text
    many = client.post("/sales/bulk", content=f'{{"items": [{body}]}}', headers={"Content-Type": "application/json"})
    told = many.json()
    if many.status_code == 200:  # each item is judged by itself
        assert (told["recorded"], told["quarantined"], told["rejected"]) == (0, 0, 1)
        assert told["errors"][0]["index"] == 0
        assert field in told["errors"][0]["field"]
    else:
        assert many.status_code == 422, many.text


DEEP = "[" * 100_000 + "]" * 100_000
BODIES = {
    "NaN": '{"sku": "A1", "quantity": NaN, "sold_at": "2026-01-05"}',
    "1e400": '{"sku": "A1", "quantity": 1e400, "sold_at": "2026-01-05"}',
    "digits": '{"sku": "A1", "quantity": ' + "9" * 5000 + ', "sold_at": "2026-01-05"}',
    "deep": DEEP,
    "deep inside": '{"sku": "A1", "quantity": "1", "sold_at": "2026-01-05", "x": ' + DEEP + "}",
    "no JSON": "{",
    "no object": "[]",
    "not UTF-8": b"\xff\xfe{}",
    "empty": "",
    "10 MB": json.dumps(GOOD | {"reference": "x" * 10_000_000}),
}


@pytest.mark.parametrize("path", ["/sales", "/sales/bulk"])
@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused(client: TestClient, path: str, name: str) -> None:
    body = BODIES[name]
    if path == "/sales/bulk" and isinstance(body, str) and name in ("NaN", "1e400", "digits", "deep inside"):
        body = f'{{"items": {body}}}'  # no list
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "Traceback" not in answer.text


def test_too_many_items_are_refused_as_a_whole(client: TestClient) -> None:
    answer = client.post("/sales/bulk", json={"items": [{}] * 10_001})
    assert answer.status_code == 422


@pytest.mark.parametrize("pattern", [r"(A)\1", "(?=A)A", "(", "((a{100}){100}){100}", "x" * 1001])
def test_a_rules_pattern_that_could_freeze_the_ledgers_worker_is_refused_with_its_place(
    client: TestClient, pattern: str
) -> None:
    rule = {"column": "sku", "matches": "A1", "unless_matches": pattern, "code": "c", "reason": "r"}
    for path in ("/imports", "/imports/preview"):
        answer = client.post(path, params={"mapping": json.dumps({"rules": [rule]})}, content=b"sku,quantity\nA1,1\n")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "mapping.rules.0.unless_matches")
