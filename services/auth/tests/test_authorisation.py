"""Every route of auth, for everybody who might call it: decided as declared (ASVS v5.0.0-8.2.1, 9.1.1)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from auth.domain import tokens
from auth.storage import signing_keys
from chassis.database import Database
from chassis.security import Role
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

UNKNOWN = {"user_id": str(uuid4()), "key_id": "unknown", "letter_id": "1", "name": "unknown"}
PUBLIC = {
    ("POST", "/auth/login"), ("POST", "/auth/register"), ("POST", "/auth/refresh"), ("POST", "/auth/logout"),
    ("POST", "/auth/token"), ("GET", "/.well-known/jwks.json"),
}  # fmt: skip
SIGNED_IN = {
    ("GET", "/auth/me"), ("POST", "/auth/password"), ("POST", "/auth/second-factor"),
    ("POST", "/auth/second-factor/confirm"), ("POST", "/auth/second-factor/remove"),
}  # fmt: skip
ADMIN = ("/users", "/api-keys", "/audit")


def operations(app: FastAPI) -> Iterator[tuple[str, str]]:
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path


def least(method: str, path: str) -> Role | None:
    """Who may call a route, said here a second time; None: anybody."""
    if (method, path) in PUBLIC:
        return None
    if (method, path) in SIGNED_IN:
        return Role.VIEWER
    return Role.ADMIN if path.startswith(ADMIN) else Role.OPERATOR


def call(client: TestClient, method: str, path: str, token: str | None) -> int:
    concrete = re.sub(r"{(\w+)}", lambda found: UNKNOWN[found[1]], path)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.request(method, concrete, json={}, headers=headers).status_code


@pytest.fixture
def key(database: Database) -> tokens.SigningKey:
    with database.transaction() as connection:
        return signing_keys.every(connection)[0]


def as_role(key: tokens.SigningKey, role: str | None, seconds: int = 60) -> str:
    claims = {"username": "u", "role": role, "scopes": "" if role else "sales:write catalog:write read"}
    return tokens.access_token(key, "almanac", uuid4(), seconds, claims)


def test_every_route_lets_in_whom_it_should(client: TestClient, key: tokens.SigningKey) -> None:
    callers = {name: as_role(key, name.lower()) for name in Role.__members__}
    wrong = []
    for method, path in operations(client.app):  # type: ignore[arg-type]
        needed = least(method, path)
        if needed is None:
            continue
        for name, token in callers.items():
            status, may = call(client, method, path, token), Role[name] >= needed
            # nothing sent is valid, so whoever may pass gets as far as 200, 404 or 422
            if (status == 403) is may or status == 401 or status >= 500:
                wrong.append((method, path, name, status))
    assert wrong == []


def test_nobody_gets_in_without_a_current_token_of_ours(client: TestClient, key: tokens.SigningKey) -> None:
    good = jwt.decode(as_role(key, "admin"), options={"verify_signature": False})
    header = {"kid": key.id, "typ": "at+jwt"}
    stranger = tokens.new_signing_key()
    bad = {
        "nothing": None,
        "rubbish": "a.b.c",
        "an expired token": as_role(key, "admin", -60),
        "a stranger's signature": jwt.encode(good, stranger.private_pem, "ES256", header),
        "alg none": jwt.encode(good, None, "none", header),
        "HS256 over the public key": jwt.encode(good, key.public_jwk["x"] * 2, "HS256", header),
        "another type": jwt.encode(good, key.private_pem, "ES256", header | {"typ": "JWT"}),
        "another audience": jwt.encode(good | {"aud": "other"}, key.private_pem, "ES256", header),
        "not yet valid": jwt.encode(
            good | {"nbf": datetime.now(UTC) + timedelta(hours=1)}, key.private_pem, "ES256", header
        ),
    }
    let_in = [
        (method, path, name)
        for method, path in operations(client.app)  # type: ignore[arg-type]
        if least(method, path) is not None
        for name, token in bad.items()
        if call(client, method, path, token) != 401
    ]
    assert let_in == []


def test_an_api_key_administers_nothing(client: TestClient, key: tokens.SigningKey) -> None:
    token = as_role(key, None)
    guarded = [each for each in operations(client.app) if least(*each) in (Role.OPERATOR, Role.ADMIN)]  # type: ignore[arg-type]
    assert {call(client, method, path, token) for method, path in guarded} == {403}


def test_every_route_in_the_code_is_in_the_openapi(client: TestClient) -> None:
    """So that a hidden route cannot escape this matrix."""
    hidden = {"/livez", "/readyz", "/metrics", "/openapi.json"}
    listed = {path for _, path in operations(client.app)}  # type: ignore[arg-type]
    from auth.api import api_keys, audit, second_factors, sessions, users

    declared = {
        route.path for module in (api_keys, audit, second_factors, sessions, users)
        for route in module.router.routes if isinstance(route, APIRoute)
    }  # fmt: skip
    assert declared - hidden <= listed
