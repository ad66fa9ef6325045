"""The command line's own key: an operator's, made anew by the launcher, revocable, and shut by nobody's failures."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from auth.application import housekeeping
from auth.settings import Settings
from chassis.database import Database
from fastapi.testclient import TestClient
from pydantic import SecretStr

from services.auth.tests.conftest import ADMIN

SignIn = Callable[..., dict[str, str]]


def key_with(database: Database, database_url: str, secret: str) -> str:
    """What the launcher does at a start: auth is given a secret, commands send it."""
    settings = Settings(
        database_url=SecretStr(database_url), command_line_secret=SecretStr(secret), files_dir=Path("/nowhere"),
    )  # fmt: skip
    housekeeping.prepare(database, settings)
    return f"fk_live_cli_{secret}"


def exchanged(client: TestClient, key: str) -> dict[str, str] | None:
    answer = client.post("/auth/token", headers={"Authorization": f"Bearer {key}"})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"} if answer.status_code == 200 else None


@pytest.fixture
def key(client: TestClient, database: Database, database_url: str) -> Iterator[str]:
    yield key_with(database, database_url, "first_secret-of_the-launcher")


def test_it_is_an_operator_and_no_administrator_and_has_no_password(client: TestClient, key: str) -> None:
    token = exchanged(client, key)
    assert token is not None
    me = client.get("/auth/me", headers=token).json()
    assert (me["role"], me["username"], me["status"]) == ("operator", "key:command line", "active")
    assert client.get("/consumers", headers=token).status_code == 200
    assert [client.get(path, headers=token).status_code for path in ("/users", "/api-keys", "/audit")] == [403] * 3
    change = {"current": "x", "new": "another-long-secret"}
    assert client.post("/auth/password", json=change, headers=token).status_code == 403


def test_a_new_start_gives_it_another_secret_and_the_one_before_ends(
    client: TestClient, key: str, database: Database, database_url: str
) -> None:
    second = key_with(database, database_url, "second-secret")
    assert exchanged(client, key) is None and exchanged(client, second) is not None


def test_it_is_listed_and_stays_revoked_until_the_launcher_makes_another(
    client: TestClient, key: str, sign_in: SignIn, database: Database, database_url: str
) -> None:
    listed = {found["id"]: found for found in client.get("/api-keys", headers=sign_in()).json()["items"]}
    assert listed["cli"]["role"] == "operator" and listed["cli"]["scopes"] == []
    assert client.delete("/api-keys/cli", headers=sign_in()).status_code == 204
    assert exchanged(client, key) is None
    assert exchanged(client, key_with(database, database_url, key.removeprefix("fk_live_cli_"))) is None
    assert exchanged(client, key_with(database, database_url, "third-secret")) is not None


def test_nobody_makes_a_key_with_a_role_by_the_api(client: TestClient, sign_in: SignIn) -> None:
    made = client.post("/api-keys", json={"name": "k", "scopes": ["read"], "role": "admin"}, headers=sign_in()).json()
    assert made["role"] is None
    token = exchanged(client, made["key"])
    assert token is not None and client.get("/consumers", headers=token).status_code == 403


def test_failed_sign_ins_of_a_stranger_stop_neither_commands_nor_the_owner_elsewhere(
    client: TestClient, key: str, sign_in: SignIn
) -> None:
    stranger = TestClient(client.app, base_url="http://127.0.0.1", client=("203.0.113.7", 1))
    wrong = ADMIN | {"password": "wrong-but-long-enough"}
    told = [stranger.post("/auth/login", json=wrong).status_code for _ in range(12)]
    assert told == [401] * 10 + [429] * 2
    assert stranger.post("/auth/login", json=ADMIN).status_code == 429
    assert sign_in() and exchanged(client, key) is not None
    # whoever has one IPv6 address has its whole network
    for host in range(12):
        neighbour = TestClient(client.app, base_url="http://127.0.0.1", client=(f"2001:db8:0:1::{host:x}", 1))
        last = neighbour.post("/auth/login", json=wrong).status_code
    assert last == 429
