"""Who gets in, as whom, for how long: on a real PostgreSQL, over HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from auth.api.sessions import COOKIE
from auth.application import signing
from auth.domain import tokens
from auth.storage import signing_keys
from chassis.database import Connection, Database
from contracts.envelope import new_event
from contracts.events import AuditRecorded
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

Headers = Callable[..., dict[str, str]]
PASSWORD = "correct horse battery"  # noqa: S105 - a test user's


def register(client: TestClient, name: str) -> Any:
    return client.post("/auth/register", json={"username": name, "password": PASSWORD})


def test_the_first_administrator_signs_in_and_is_known(client: TestClient, sign_in: Headers) -> None:
    me = client.get("/auth/me", headers=sign_in())
    assert (me.json()["username"], me.json()["role"], me.json()["status"]) == ("ada", "admin", "active")


def test_a_wrong_password_and_an_unknown_user_are_told_the_same(client: TestClient) -> None:
    wrong = client.post("/auth/login", json={"username": "ada", "password": "wrong"})
    unknown = client.post("/auth/login", json={"username": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]
    assert wrong.headers["content-type"] == "application/problem+json"


def test_somebody_new_waits_for_approval_and_is_then_a_viewer(client: TestClient, sign_in: Headers) -> None:
    made = register(client, "newcomer")
    assert (made.status_code, made.json()["role"], made.json()["status"]) == (201, "viewer", "waiting")
    waiting = client.post("/auth/login", json={"username": "newcomer", "password": PASSWORD})
    assert (waiting.status_code, waiting.json()["code"]) == (403, "awaiting_approval")
    assert client.post(f"/users/{made.json()['id']}/approve", headers=sign_in()).status_code == 200
    viewer = sign_in(username="newcomer", password=PASSWORD)
    assert client.get("/users", headers=viewer).status_code == 403
    assert client.get("/auth/me", headers=viewer).json()["role"] == "viewer"


def test_who_is_disabled_is_told_so_while_the_token_still_lives(client: TestClient, sign_in: Headers) -> None:
    made, admin = register(client, "leaver").json(), sign_in()
    client.post(f"/users/{made['id']}/approve", headers=admin)
    leaver = sign_in(username="leaver", password=PASSWORD)
    assert client.patch(f"/users/{made['id']}", json={"status": "disabled"}, headers=admin).status_code == 200
    assert client.get("/auth/me", headers=leaver).json()["status"] == "disabled"


@pytest.mark.parametrize("password", ["short", "password1234", "aaaaaaaaaaaaaa", "x" * 200])
def test_a_weak_password_is_refused_with_its_field(client: TestClient, password: str) -> None:
    answer = client.post("/auth/register", json={"username": "weakling", "password": password})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "password")


def test_a_name_is_taken_in_whatever_case(client: TestClient) -> None:
    register(client, "Grace")
    assert register(client, "grace").status_code == 409


def test_a_rotated_cookie_keeps_racing_tabs_signed_in(client: TestClient, sign_in: Headers) -> None:
    sign_in()
    secret = client.cookies[COOKIE]
    with ThreadPoolExecutor(8) as tabs:
        answers = list(
            tabs.map(
                lambda _: client.post("/auth/refresh", headers={"Cookie": f"{COOKIE}={secret}"}).status_code, range(24)
            )
        )
    assert answers == [200] * 24


def test_a_token_used_after_the_grace_ends_its_whole_family(
    client: TestClient, sign_in: Headers, database: Database
) -> None:
    sign_in()
    first = client.cookies[COOKIE]
    client.post("/auth/refresh", headers={"Cookie": f"{COOKIE}={first}"})
    second = client.cookies[COOKIE]
    with database.transaction() as connection:
        connection.execute(text("UPDATE refresh_token SET used_at = used_at - interval '1 minute'"))
    assert client.post("/auth/refresh", headers={"Cookie": f"{COOKIE}={first}"}).status_code == 401
    assert client.post("/auth/refresh", headers={"Cookie": f"{COOKIE}={second}"}).status_code == 401


def test_signing_out_ends_the_session(client: TestClient, sign_in: Headers) -> None:
    sign_in()
    secret = client.cookies[COOKIE]
    assert client.post("/auth/logout", headers={"Cookie": f"{COOKIE}={secret}"}).status_code == 204
    assert client.post("/auth/refresh", headers={"Cookie": f"{COOKIE}={secret}"}).status_code == 401


def test_the_last_administrator_stays_one(client: TestClient, sign_in: Headers) -> None:
    headers = sign_in()
    me = client.get("/auth/me", headers=headers).json()
    for change in ({"role": "viewer"}, {"status": "disabled"}):
        answer = client.patch(f"/users/{me['id']}", json=change, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")


def test_an_api_key_is_shown_once_works_for_its_scope_and_can_be_revoked(client: TestClient, sign_in: Headers) -> None:
    admin = sign_in()
    made = client.post("/api-keys", json={"name": "till 7", "scopes": ["sales:write"]}, headers=admin).json()
    listed = client.get("/api-keys", headers=admin).json()["items"]
    assert made["key"].startswith("fk_live_") and all("key" not in item for item in listed)
    token = client.post("/auth/token", headers={"Authorization": f"Bearer {made['key']}"}).json()["access_token"]
    me = client.get("/auth/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert (me["role"], me["status"], me["scopes"]) == (None, "active", ["sales:write"])
    assert client.get("/users", headers={"Authorization": f"Bearer {token}"}).status_code == 403
    assert client.delete(f"/api-keys/{made['id']}", headers=admin).status_code == 204
    assert client.post("/auth/token", headers={"Authorization": f"Bearer {made['key']}"}).status_code == 401
    wrong = client.post("/auth/token", headers={"Authorization": "Bearer fk_live_nope_nope"})
    assert wrong.status_code == 401


def test_the_audit_trail_can_not_be_changed(database: Database) -> None:
    from auth.events.audit import AuditTrail
    from chassis.consumer import Batch, Delivery
    from chassis.event_log import Record

    entry = AuditRecorded(service="sales", actor="ada", action="test", subject="x", at="2026-01-01T00:00:00Z")
    delivery = Delivery(new_event(entry, "sales"), Record("audit-recorded", 0, 0, None, (), b"", 0))
    with database.transaction() as connection:
        AuditTrail().apply(connection, Batch([delivery, delivery]))
        AuditTrail().apply(connection, Batch([delivery]))
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_entry WHERE action = 'test'")).scalar() == 1
    for statement in ("UPDATE audit_entry SET actor = 'eve'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"), database.transaction() as connection:
            connection.execute(text(statement))


def test_keys_are_published_before_they_sign_and_replaced_when_due(database: Database) -> None:
    def after(connection: Connection, days: float) -> tuple[list[str], str]:
        """So much later: the keys that are published, oldest first, and the one that signs."""
        aged = text("UPDATE signing_key SET created_at = created_at - make_interval(secs => :seconds)")
        connection.execute(aged, {"seconds": days * 86400})
        signing.rotate_signing_keys(connection)
        signing.rotate_signing_keys(connection)  # by another process: twice is once
        keys = signing_keys.every(connection)
        return [key.id for key in keys], tokens.signing_with(keys, datetime.now(UTC)).id

    with database.transaction() as connection:  # a system of its own, whatever other tests have left
        connection.execute(text("DELETE FROM signing_key"))
        (first,), signs = after(connection, 0)
        assert signs == first, "the first key has no other to wait for"
        assert after(connection, 29) == ([first], first)
        (_, second), signs = after(connection, 1)
        assert signs == first, "no verifier may know the new one yet"
        assert after(connection, 0.01) == ([first, second], second), "tokens of the old one are still about"
        assert after(connection, 1) == ([second], second)
        connection.rollback()


def test_every_route_says_who_may_call_it(client: TestClient) -> None:
    unguarded = []
    for path, operations in client.app.openapi()["paths"].items():  # type: ignore[attr-defined]
        for method in operations:
            concrete = path.replace("{user_id}", "00000000-0000-0000-0000-000000000000").replace("{key_id}", "x")
            answer = client.request(
                method.upper(), concrete.replace("{letter_id}", "1").replace("{name}", "x"), json={}
            )
            if answer.status_code != 401 and not path.startswith(("/auth/", "/.well-known")):
                unguarded.append((method, path, answer.status_code))
    assert unguarded == []
