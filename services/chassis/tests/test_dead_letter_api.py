"""Operators see dead letters, try first, then redrive or discard; each deed leaves an audit entry."""

from typing import Any

import orjson
import pytest
from chassis import dead_letter_api, dead_letters
from chassis.api import create_api
from chassis.database import Database, rows
from chassis.dead_letters import KEPT_BYTES, DeadLetter
from chassis.security import Principal, Role, current_principal
from chassis.settings import CommonSettings
from fastapi.testclient import TestClient

from services.chassis.tests.events import garbage


@pytest.fixture
def browser(database: Database) -> TestClient:
    app = create_api("test", CommonSettings(), [dead_letter_api.router()], database=database)
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
