"""Whatever the OpenAPI allows, and much that it does not, gets an answer below 500."""

from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

# Hashing takes 40 ms an attempt by design, so sign-in and registration have cases of their own (test_hostile_sign_in).
SLOW = {"/auth/login", "/auth/register", "/auth/password"}
EXAMPLES = 8


@pytest.fixture(scope="module")
def token(client: TestClient) -> str:
    answer = client.post("/auth/login", json={"username": "ada", "password": "a-long-enough-secret"})
    return str(answer.json()["access_token"])


def test_no_input_gets_a_500(client: TestClient, token: str) -> None:
    schema = schemathesis.openapi.from_dict(client.app.openapi())  # type: ignore[attr-defined]
    failed: list[Any] = []
    count = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in SLOW:
            continue

        @given(case=st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        def attempt(case: Any) -> None:
            nonlocal count
            count += 1
            sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
            content = sent.pop("data", None)
            if isinstance(content, str | bytes):
                sent["content"] = content
            sent["headers"] = {**sent.get("headers", {}), "Authorization": f"Bearer {token}"}
            status = client.request(**sent).status_code
            if status >= 500:
                failed.append((case.method, case.formatted_path, case.query, case.body, status))

        attempt()
    assert count > 50
    assert failed == []


@pytest.mark.parametrize("expires", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2030-01-01T00:00:00"])
def test_a_keys_expiry_outside_the_calendar_is_no_500(client: TestClient, token: str, expires: str) -> None:
    given_ = {"name": "k", "scopes": ["read"], "expires_at": expires}
    headers = {"Authorization": f"Bearer {token}"}
    assert client.post("/api-keys", json=given_, headers=headers).status_code < 500
    assert client.get("/api-keys", headers=headers).status_code == 200
    assert client.get("/audit", params={"since": expires}, headers=headers).status_code < 500
