"""What an administrator does for others: let them in, give them a new password, read what was done."""

from collections.abc import Callable
from typing import Any

import pytest
from auth.events.audit import AuditTrail
from chassis.consumer import Batch, Delivery
from chassis.database import Database, rows
from chassis.event_log import Record
from contracts.envelope import new_event
from contracts.events import AuditRecorded
from fastapi.testclient import TestClient

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def made(client: TestClient, sign_in: Headers) -> Callable[[str], dict[str, Any]]:
    def make(name: str) -> dict[str, Any]:
        answer = client.post("/users", json={"username": name, "role": "planner"}, headers=sign_in())
        assert answer.status_code == 201
        found: dict[str, Any] = answer.json()
        return found

    return make


def login(client: TestClient, name: str, password: str) -> int:
    return client.post("/auth/login", json={"username": name, "password": password}).status_code


def test_who_is_let_in_signs_in_with_the_password_that_is_told_once(
    client: TestClient, sign_in: Headers, made: Callable[[str], dict[str, Any]]
) -> None:
    user = made("invited")
    assert (user["role"], user["status"]) == ("planner", "active")
    assert login(client, "invited", user["password"]) == 200
    assert "password" not in client.get("/users", headers=sign_in()).text
    again = client.post("/users", json={"username": "INVITED"}, headers=sign_in())
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")


def test_a_new_password_ends_the_old_one_and_all_sessions(
    client: TestClient, sign_in: Headers, made: Callable[[str], dict[str, Any]]
) -> None:
    user = made("forgetful")
    assert login(client, "forgetful", user["password"]) == 200  # the client's cookie is that session's now
    given = client.post(f"/users/{user['id']}/password", headers=sign_in()).json()["password"]
    assert given != user["password"]
    assert login(client, "forgetful", user["password"]) == 401
    assert login(client, "forgetful", given) == 200
    absent = client.post("/users/00000000-0000-4000-8000-000000000000/password", headers=sign_in())
    assert absent.status_code == 404


def test_the_session_of_who_gets_a_new_password_does_not_go_on(
    client: TestClient, sign_in: Headers, made: Callable[[str], dict[str, Any]]
) -> None:
    user = made("watched")
    administrator = sign_in()
    assert login(client, "watched", user["password"]) == 200
    client.post(f"/users/{user['id']}/password", headers=administrator)
    assert client.post("/auth/refresh").status_code == 401


def test_no_password_is_in_what_was_told_to_the_trail(
    client: TestClient, made: Callable[[str], dict[str, Any]], database: Database
) -> None:
    user = made("discreet")
    with database.snapshot() as connection:
        told = [str(row) for row in rows(connection, "SELECT * FROM outbox")]
    assert any("user-created" in each for each in told)
    assert not any(user["password"] in each for each in told)


def test_the_trail_is_searched_by_any_part_of_what_it_says(
    client: TestClient, sign_in: Headers, database: Database
) -> None:
    deeds = [
        AuditRecorded(service="catalog", actor=actor, action=action, subject=subject, at="2026-01-01T00:00:00Z")
        for actor, action, subject in [("bob", "order-approved", "order 7"), ("eve", "order-cancelled", "order 8")]
    ]
    records = [Delivery(new_event(deed, "catalog"), Record("audit-recorded", 0, 0, None, (), b"", 0)) for deed in deeds]
    with database.transaction() as connection:
        AuditTrail().apply(connection, Batch(records))
    for typed, actors in [
        ("APPROVED", ["bob"]),
        ("order 8", ["eve"]),
        ("eve", ["eve"]),
        ("%", []),
        ("order ", ["eve", "bob"]),
    ]:
        found = client.get("/audit", params={"q": typed}, headers=sign_in()).json()["items"]
        assert [entry["actor"] for entry in found] == actors, typed


def test_who_was_changed_by_somebody_else_meanwhile_is_not_changed_unseen(
    client: TestClient, sign_in: Headers, made: Callable[[str], dict[str, Any]]
) -> None:
    user, was = made("contested"), {"role": "planner", "status": "active"}
    change = lambda **body: client.patch(f"/users/{user['id']}", json=body, headers=sign_in())  # noqa: E731
    assert change(role="operator", was=was).json()["role"] == "operator"
    for late in ({"role": "viewer"}, {"status": "disabled"}):
        refused = change(**late, was=was)
        assert (refused.status_code, refused.json()["code"]) == (409, "stale_user")
        assert refused.json()["detail"] == "contested was changed meanwhile: operator, active now."
    assert change(status="disabled", was={**was, "role": "operator"}).json()["status"] == "disabled"
