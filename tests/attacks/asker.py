"""Somebody who asks every route and notes what should not be: a 5xx, an error that is no problem, a long wait."""

from collections.abc import Iterator
from typing import Any

import httpx2

# Hashing passwords takes 40 ms by design (test_hostile_sign_in.py of auth has these); a stream does not end.
LEFT_OUT = {"/api/auth/login", "/api/auth/register", "/api/auth/password", "/api/stream"}


class Asker:
    """One connection to the gateway, kept."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
        self._client = httpx2.Client(base_url=url, trust_env=False, timeout=60, limits=limits, headers=headers)
        self.sent, self.wrong = 0, list[Any]()

    def ask(self, method: str, path: str, **more: Any) -> None:
        """Send, and note what should not be."""
        try:
            answer = self._client.request(method, path, **more)
        except (httpx2.InvalidURL, ValueError, httpx2.LocalProtocolError):
            return  # no client can send it so; raw bytes are another test's
        self.sent += 1
        said = answer.headers.get("content-type", "")
        if answer.status_code >= 500 or (answer.status_code >= 400 and said != "application/problem+json"):
            self.wrong.append((method, path[:200], str(more)[:200], answer.status_code, answer.text[:200]))

    def must_still_be_answered(self) -> None:
        """The next request on the connection."""
        if self._client.get("/api/products").status_code != 200:
            self.wrong.append("the next request was not answered")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each operation that is asked."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path not in LEFT_OUT:
                yield method.upper(), path, operation
