"""Whatever is typed or sent at the door gets an answer below 500."""

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize("username", ["a\nb", "a\x00b", "\x7f", "\u200b", "x" * 200, " ", "ß" * 100, "\U0001f600"])
def test_any_name_at_sign_in_is_answered_as_unknown(client: TestClient, username: str) -> None:
    answer = client.post("/auth/login", json={"username": username, "password": "a\x00\nb"})
    assert answer.status_code == 401


@pytest.mark.parametrize("body", [
    b'{"username": "\\ud800", "password": "x"}', b"[]", b"null", b"{", b"\xff", b'{"username": 1, "password": []}',
    b'{"username": "a", "password": "\\ud800"}', b'{"username": "a"}',
])  # fmt: skip
def test_a_body_that_is_no_credentials_is_a_4xx(client: TestClient, body: bytes) -> None:
    for path in ("/auth/login", "/auth/register"):
        answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == "application/problem+json"
