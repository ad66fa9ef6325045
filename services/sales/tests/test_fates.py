"""A producer learns what became of each of its events, by its key and by topic, and of nobody else's."""

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Database
from chassis.event_log import Record
from chassis.security import Principal
from contracts.envelope import encode, new_event
from contracts.events import SaleFate, SaleSubmitted
from fastapi.testclient import TestClient
from sales import app
from sales.events.buried import tell_buried
from sales.events.submitted import SubmittedSales
from sales.events.usual import reader
from sales.settings import Settings

from services.sales.tests.outbox import taken

ZONE = ZoneInfo("Europe/London")
Send = Callable[..., None]


class _Key:
    def verify(self, token: str) -> Principal:
        return Principal("key-1", "key:till", None, frozenset({"sales:write"}), source="fate-till")


@pytest.fixture(scope="module")
def key(database: Database, settings: Settings) -> Iterator[TestClient]:
    built = app.build_api(settings, database)
    built.state.verifier = _Key()
    with TestClient(built, headers={"Authorization": "Bearer x"}) as opened:
        yield opened


@pytest.fixture
def send(database: Database, known: Callable[..., None]) -> Send:
    known("FA")
    options = LoopOptions(trusted=False, decode=reader(ZONE), buried=tell_buried)
    loop = ConsumerLoop(database, lambda: pytest.fail("no log"), SubmittedSales(ZONE), options)
    offsets = iter(range(10**6))

    def process(*claims: tuple[str, dict[str, Any] | bytes], source: str = "fate-till") -> None:
        records = []
        for id_, claim in claims:
            _, headers, _ = encode(new_event(SaleSubmitted(sku="FA"), source, id=id_))
            value = claim if isinstance(claim, bytes) else orjson.dumps(claim)
            records.append(Record("sale-submitted", 0, next(offsets), b"main:FA", headers, value, 0))
        loop.process(records)

    return process


def sold(sku: str = "FA", quantity: str = "1") -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "unit_price": "2", "sold_at": "2026-09-01T10:00:00Z"}


def test_each_event_has_its_fate(key: TestClient, database: Database, send: Send) -> None:
    with database.transaction() as connection:
        taken(connection)
    send(("ok", sold()), ("waits", sold("FA-NEW")), ("bad", sold(quantity="0")), ("dead", b"{"))
    send(("ok", sold()), ("ok", sold()), ("waits", sold("FA-NEW")), ("ok", sold(quantity="9")))
    send(("ok", sold()), source="another-till")
    answer = key.post("/sales/fates", json={"event_ids": ["ok", "waits", "bad", "dead", "never"]})
    told = {one["event_id"]: one for one in answer.json()["items"]}
    assert {id_: one["fate"] for id_, one in told.items()} == {
        "ok": "accepted", "waits": "waiting", "bad": "rejected", "dead": "dead-letter", "never": "unknown",
    }  # fmt: skip
    assert (told["ok"]["duplicates"], told["ok"]["code"], told["waits"]["duplicates"]) == (2, "identity_conflict", 1)
    assert told["waits"]["waiting_for"] == "product:FA-NEW"
    assert (told["bad"]["code"], told["bad"]["field"], told["dead"]["code"]) == (
        "zero_quantity",
        "quantity",
        "bad_json",
    )
    with database.transaction() as connection:
        events = [row for row in taken(connection) if row["topic"] == "sale-fate"]
    fates = [SaleFate.model_validate_json(row["payload"]) for row in events]
    assert sorted((fate.event_id, fate.fate) for fate in fates) == [
        ("dead", "dead-letter"), ("ok", "duplicate"), ("ok", "duplicate"), ("waits", "duplicate"), ("waits", "waiting"),
    ]  # fmt: skip


def test_a_key_that_is_bound_to_a_source_learns_of_no_other(key: TestClient, send: Send) -> None:
    send(("theirs", sold()), source="another-till")
    assert key.post("/sales/fates", json={"event_ids": ["theirs"]}).json()["items"][0]["fate"] == "unknown"
    asked = key.post("/sales/fates", json={"event_ids": ["theirs"], "source": "another-till"})
    assert (asked.status_code, asked.json()["code"]) == (403, "other_source")


def test_a_key_withdraws_its_own_claims_only(key: TestClient, client: TestClient, send: Send) -> None:
    send(("mine", sold("FA-LATER")))
    send(("theirs-later", sold("FA-LATER")), source="another-till")
    waiting = {
        one["source"]: one["id"] for one in client.get("/sales/quarantine", params={"limit": 500}).json()["items"]
        if one["waiting_for"] == "product:FA-LATER"
    }  # fmt: skip
    assert key.post(f"/sales/quarantine/{waiting['another-till']}/withdraw", json={}).status_code == 403
    assert key.post(f"/sales/quarantine/{waiting['fate-till']}/withdraw", json={}).status_code == 204
    told = key.post("/sales/fates", json={"event_ids": ["mine"]}).json()["items"][0]
    assert (told["fate"], told["code"]) == ("rejected", "withdrawn")


def test_a_dead_letter_in_structured_mode_is_told_too(database: Database, send: Send) -> None:
    with database.transaction() as connection:
        taken(connection)
    loop = ConsumerLoop(
        database, lambda: pytest.fail("no log"), SubmittedSales(ZONE),
        LoopOptions(trusted=False, decode=reader(ZONE), buried=tell_buried),
    )  # fmt: skip
    said = {"specversion": "1.0", "type": "sale-submitted", "source": "web", "id": "s-1", "data": {"sku": 7}}
    nameless = {"specversion": "1.0", "type": "sale-submitted", "data": {}}
    values = [orjson.dumps(said), orjson.dumps(nameless), b"\xff"]
    loop.process([Record("sale-submitted", 1, 10**7 + n, None, (), value, 0) for n, value in enumerate(values)])
    with database.transaction() as connection:
        events = [orjson.loads(row["payload"]) for row in taken(connection) if row["topic"] == "sale-fate"]
    assert [(event["source"], event["event_id"], event["fate"]) for event in events] == [("web", "s-1", "dead-letter")]


def test_a_key_that_is_bound_to_a_source_changes_no_others_sale_and_no_others_import(
    key: TestClient, client: TestClient, send: Send
) -> None:
    send(("own-sale", sold()))
    send(("other-sale", sold()), source="another-till")
    mine, theirs = (
        client.post("/sales/fates", json={"event_ids": [id_], "source": source}).json()["items"][0]["sale_id"]
        for id_, source in (("own-sale", "fate-till"), ("other-sale", "another-till"))
    )
    for act in ("void", "correct"):
        refused = key.post(f"/sales/{theirs}/{act}", json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "other_source")
    assert key.post(f"/sales/{mine}/void", json={}).status_code == 201
    content = b"date,receipt,sku,quantity,unit price\n2026-09-01,k1,FA,1,2\n"
    assert key.post("/imports", content=content, params={"mapping": '{"source": "shop"}'}).status_code == 403
    other = client.post("/imports", content=content, params={"mapping": '{"source": "shop"}'}).json()["id"]
    for act in ("cancel", "undo", "undo/cancel", "mend/cancel"):
        assert key.post(f"/imports/{other}/{act}").status_code == 403, act
    client.post(f"/imports/{other}/cancel")


def test_a_repeated_request_with_its_idempotency_key_is_one(client: TestClient, send: Send) -> None:
    send(("idem", sold(quantity="5")))
    asked = client.post("/sales/fates", json={"event_ids": ["idem"], "source": "fate-till"}).json()
    sale = asked["items"][0]["sale_id"]
    content = b"date,receipt,sku,quantity,unit price\n2026-09-01,i1,FA,1,2\n"
    requests: list[tuple[str, dict[str, Any]]] = [
        (f"/sales/{sale}/correct", {"json": {"quantity": 7}}), (f"/sales/{sale}/void", {"json": {}}),
        ("/imports", {"content": content, "params": {"mapping": '{"source": "idem"}'}}),
    ]  # fmt: skip
    for number, (path, body) in enumerate(requests):
        first, again = (client.post(path, headers={"Idempotency-Key": f"k-{number}"}, **body) for _ in range(2))
        assert (first.status_code, first.json()) == (again.status_code, again.json()), path
        assert first.status_code in (201, 202)
    other = {"content": content + b"2026-09-02,i2,FA,1,2\n", "params": {"mapping": '{"source": "idem"}'}}
    assert client.post("/imports", headers={"Idempotency-Key": "k-2"}, **other).status_code == 422
    client.post(f"/imports/{first.json()['id']}/cancel")
