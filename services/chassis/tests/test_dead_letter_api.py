"""Operators see dead letters, try first, then redrive or discard; each deed leaves an audit entry."""

from datetime import datetime
from typing import Any

import orjson
import pytest
from chassis import dead_letter_api, dead_letters
from chassis.api import create_api
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Database, rows
from chassis.dead_letters import KEPT_BYTES, DeadLetter
from chassis.event_log import Record
from chassis.memory_event_log import MemoryLog
from chassis.relay import Relay
from chassis.security import Principal, Role, current_principal
from chassis.settings import CommonSettings
from contracts.envelope import Event, decode, encode
from fastapi.testclient import TestClient

from services.chassis.tests.events import Totals, garbage, sale


@pytest.fixture
def browser(database: Database) -> TestClient:
    app = create_api("test", CommonSettings(), [dead_letter_api.router], database=database)
    app.dependency_overrides[current_principal] = lambda: Principal("1", "olga", Role.OPERATOR)
    with database.transaction() as connection:
        letters = [DeadLetter(garbage(offset, b'{"n": %d}' % offset), "bad_payload", "no") for offset in range(3)]
        large = DeadLetter(garbage(9, b"x" * (KEPT_BYTES + 1)), "too_large", "no")
        dead_letters.store(connection, "ledger", [*letters, large])
    return TestClient(app)


def audited(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        found = rows(connection, "SELECT payload FROM outbox WHERE topic = 'audit-recorded' ORDER BY id")
    return [orjson.loads(row["payload"]) for row in found]


def test_letters_are_listed_grouped_and_shown(browser: TestClient) -> None:
    listed = browser.get("/dead-letters", params={"limit": 2}).json()
    assert [letter["offset"] for letter in listed["items"]] == [9, 2] and listed["next_cursor"]
    groups = browser.get("/dead-letters/groups").json()
    assert {(group["code"], group["letters"]) for group in groups} == {("bad_payload", 3), ("too_large", 1)}
    assert browser.get(f"/dead-letters/{listed['items'][1]['id']}").json()["value"] == '{"n": 2}'
    assert browser.get("/dead-letters/999999").status_code == 404


def test_the_letters_of_a_group_are_listed_alone(browser: TestClient) -> None:
    of = lambda **group: [each["offset"] for each in browser.get("/dead-letters", params=group).json()["items"]]  # noqa: E731
    assert of(consumer="ledger", topic="sale-submitted", code="bad_payload") == [2, 1, 0]
    assert of(code="too_large") == [9]
    assert of(consumer="another") == of(topic="another") == []


def test_a_dry_run_changes_nothing(browser: TestClient, database: Database) -> None:
    told = browser.post("/dead-letters/redrive", json={"all": True, "dry_run": True}).json()
    assert told == {"letters": 3, "dry_run": True, "cut": 1}
    assert len(browser.get("/dead-letters").json()["items"]) == 4 and audited(database) == []


def test_a_redriven_letter_is_queued_again_as_it_was_and_audited(browser: TestClient, database: Database) -> None:
    told = browser.post("/dead-letters/redrive", json={"code": "bad_payload"}).json()
    assert told["letters"] == 3
    with database.transaction() as connection:
        queued = rows(connection, "SELECT payload FROM outbox WHERE topic = 'sale-submitted' ORDER BY id")
    assert [row["payload"] for row in queued] == ['{"n": 0}', '{"n": 1}', '{"n": 2}']
    (entry,) = audited(database)
    assert (entry["actor"], entry["action"], entry["service"]) == ("olga", "dead-letters-redriven", "test")
    assert browser.post("/dead-letters/redrive", json={"all": True}).json()["letters"] == 0


def test_half_a_value_is_never_sent_as_if_it_were_the_whole(browser: TestClient) -> None:
    assert browser.post("/dead-letters/redrive", json={"code": "too_large"}).json() == {
        "letters": 0, "dry_run": False, "cut": 1
    }  # fmt: skip
    assert len(browser.get("/dead-letters").json()["items"]) == 4


def test_discarding_and_resuming_are_audited(browser: TestClient, database: Database) -> None:
    with database.transaction() as connection:
        dead_letters.stop_consumer(connection, "ledger", "too much")
    assert browser.post("/dead-letters/discard", json={"all": True}).json()["letters"] == 4
    assert browser.post("/consumers/ledger/resume").json() == {"resumed": True}
    assert browser.post("/consumers/ledger/resume").json() == {"resumed": False}
    assert [entry["action"] for entry in audited(database)] == ["dead-letters-discarded", "consumer-resumed"]


def test_nothing_is_chosen_when_nothing_is_asked_for(browser: TestClient) -> None:
    assert browser.post("/dead-letters/discard", json={}).json()["letters"] == 0


def test_a_viewer_may_not_look(browser: TestClient) -> None:
    browser.app.dependency_overrides[current_principal] = lambda: Principal("2", "vic", Role.VIEWER)  # type: ignore[attr-defined]
    assert browser.get("/dead-letters").status_code == 403


BINARY, STRUCTURED = "binary", "structured"
TOLD_AT = "2026-01-05T12:00:00+00:00"
TRACE = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"


def sent(mode: str) -> Record:
    """A till's claim in one of the two modes of CloudEvents, made at a time of its own."""
    event = sale(1, id="claim-1")
    told = Event(event.id, event.source, datetime.fromisoformat(TOLD_AT), event.payload, TRACE)
    key, headers, value = encode(told)
    if mode == STRUCTURED:
        document = {"specversion": "1.0", "id": told.id, "type": told.type, "source": told.source, "time": TOLD_AT}
        value = orjson.dumps(document | {"data": orjson.loads(value)})
        headers = [("content-type", b"application/cloudevents+json"), ("traceparent", TRACE.encode())]
    return Record("sale-submitted", 0, 1, key, headers, value, 1_767_600_000_000)


@pytest.mark.parametrize("mode", [BINARY, STRUCTURED])
def test_a_redriven_record_lies_in_the_log_as_it_lay_there_before_and_can_be_applied(
    browser: TestClient, database: Database, mode: str
) -> None:
    browser.post("/dead-letters/discard", json={"all": True})
    before = sent(mode)
    with database.transaction() as connection:
        dead_letters.store(connection, "totals", [DeadLetter(before, "handler_error", "no", ours=True)])
    assert browser.post("/dead-letters/redrive", json={"consumer": "totals"}).json()["letters"] == 1
    log = MemoryLog({"sale-submitted": 1, "audit-recorded": 1})
    Relay(database, log.producer()).run_once()
    (after,) = log.records["sale-submitted", 0]
    assert (after.key, dict(after.headers), after.value) == (before.key, dict(before.headers), before.value)
    event = decode(after.headers, after.value)
    assert (event.id, event.type, event.source) == ("claim-1", "sale-submitted", "till")
    assert event.time.isoformat() == TOLD_AT, "the time is that of the claim, not of the redrive"
    ConsumerLoop(database, MemoryLog({}).producer, Totals(), LoopOptions(backoff=0)).process([after])  # type: ignore[arg-type]
    with database.transaction() as connection:
        assert rows(connection, "SELECT count(*) AS n FROM effect") == [{"n": 1}]
        assert rows(connection, "SELECT id FROM dead_letter WHERE status = 'open'") == []


def test_a_letter_is_mended_before_it_is_redriven_and_what_lay_in_the_log_stays(
    browser: TestClient, database: Database
) -> None:
    _, headers, _ = encode(sale())
    broken = Record("sale-submitted", 0, 77, b"main:A", tuple(headers), b'{"sku": ', 0)
    with database.transaction() as connection:
        dead_letters.store(connection, "ledger", [DeadLetter(broken, "bad_json", "no")])
    letter = browser.get("/dead-letters", params={"limit": 1}).json()["items"][0]
    path = f"/dead-letters/{letter['id']}/mend"
    unread = browser.post(path, json={"value": '{"sku": 7}'})
    assert (unread.status_code, unread.json()["errors"][0]["field"]) == (422, "value")
    mended = browser.post(path, json={"value": '{"sku": "A", "quantity": "2"}'}).json()
    assert (mended["value"], mended["mended"], mended["mended_by"]) == (
        '{"sku": ', '{"sku": "A", "quantity": "2"}', "olga"
    )  # fmt: skip
    assert browser.post("/dead-letters/redrive", json={"ids": [letter["id"]]}).json()["letters"] == 1
    with database.transaction() as connection:
        queued = rows(connection, "SELECT payload, event_id FROM outbox WHERE topic = 'sale-submitted' ORDER BY id")
    assert queued[-1]["payload"] == '{"sku": "A", "quantity": "2"}'
    assert queued[-1]["event_id"] == dict(headers)["ce_id"].decode()
    assert [entry["action"] for entry in audited(database)][-2:] == ["dead-letter-mended", "dead-letters-redriven"]
    assert browser.post(path, json={"value": '{"sku": "A"}'}).json()["code"] == "settled"
    assert browser.post("/dead-letters/999999/mend", json={"value": "{}"}).status_code == 404


def test_a_letter_that_was_cut_is_sent_once_it_was_mended_whole(browser: TestClient, database: Database) -> None:
    bare = Record("sale-submitted", 0, 78, b"main:A", (), b"x" * (KEPT_BYTES + 1), 0)
    with database.transaction() as connection:
        dead_letters.store(connection, "ledger", [DeadLetter(bare, "too_large", "no")])
    cut = browser.get("/dead-letters", params={"limit": 1}).json()["items"][0]
    whole = '{"specversion":"1.0","type":"sale-submitted","source":"t","id":"1","data":{"sku":"A","quantity":"1"}}'
    assert browser.post(f"/dead-letters/{cut['id']}/mend", json={"value": whole}).status_code == 200
    assert browser.post("/dead-letters/redrive", json={"ids": [cut["id"]]}).json()["letters"] == 1
