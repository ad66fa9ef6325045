"""Whoever sends slowly, on every route with a body and all at once, or opens stream after stream, stops nobody."""

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from chassis import bodies

from tests.attacks.conftest import Whole

OTHERS = (
    ("GET", "/api/products"), ("GET", "/api/sales"), ("GET", "/api/forecast/runs"), ("GET", "/api/users"),
    ("GET", "/api/config"), ("POST", "/api/sales/bulk"), ("POST", "/api/products/bulk"),
    ("POST", "/api/forecast/totals"),
    ("POST", "/api/auth/refresh"), ("POST", "/api/imports/preview"), ("POST", "/api/shop-imports/products/preview"),
)  # fmt: skip
PATIENCE = 5.0  # seconds for an answer, on a machine that does other things as well


@pytest.fixture(scope="module")
def honest(whole: Whole) -> Iterator[httpx2.Client]:
    """Somebody else, who asks as always."""
    with httpx2.Client(base_url=whole.url, trust_env=False, timeout=20, headers=whole.token("admin")) as opened:
        yield opened


def connected(whole: Whole) -> socket.socket:
    at = urlsplit(whole.url)
    return socket.create_connection((at.hostname or "", at.port or 0), timeout=30)


def slow(whole: Whole, method: str, path: str, kind: int, token: str) -> socket.socket:
    """A request whose body will hardly come: a length and nothing, a length and a byte, or a chunk."""
    opened = connected(whole)
    framed = "Transfer-Encoding: chunked" if kind == 2 else "Content-Length: 5000"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Type: application/json\r\n{framed}"
    )
    opened.sendall(head.encode() + b"\r\n\r\n" + (b"", b"{", b"1\r\n{\r\n")[kind])
    return opened


def answered(honest: httpx2.Client) -> dict[str, tuple[int, bool]]:
    """The status of each of the others, and whether it came in time."""
    found = {}
    for method, path in OTHERS:
        began = time.monotonic()
        answer = honest.request(method, path, **({} if method == "GET" else {"content": b"a,b\n1,2\n"}))
        found[f"{method} {path}"] = (answer.status_code // 100 * 100, time.monotonic() - began < PATIENCE)
    return found


def test_slow_bodies_on_every_route_at_once_stop_no_route(
    whole: Whole, honest: httpx2.Client, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "PART_SECONDS", 60)
    before, token = answered(honest), whole.token("planner")["authorization"]
    takes = [
        (method.upper(), re.sub(r"{\w+}", "00000000-0000-4000-8000-000000000000", path))
        for path, methods in document["paths"].items() for method in methods if method in ("post", "put", "patch")
    ]  # fmt: skip
    assert len(takes) > 100
    with ExitStack() as stack:
        for kind in range(3):
            for method, path in takes:
                stack.enter_context(closing(slow(whole, method, path, kind, token)))
        time.sleep(1)
        during = answered(honest)
    assert during == before and {in_time for _, in_time in during.values()} == {True}


def test_a_storm_of_streams_and_half_a_request_each_stop_nobody(whole: Whole, honest: httpx2.Client) -> None:
    tokens = [whole.token(role)["authorization"] for role in ("viewer", "planner")]
    status, half = list[bytes](), list[socket.socket]()
    try:
        for number in range(300):
            half.append(connected(whole))
            half[-1].sendall(b"GET /api/stre" if number % 2 else b"")
            with closing(connected(whole)) as stream:
                head = f"GET /api/stream HTTP/1.1\r\nHost: x\r\nAuthorization: {tokens[number % 2]}\r\n\r\n"
                stream.sendall(head.encode())
                status.append(stream.recv(64)[9:12])
                if number % 3 == 0:  # gone without a word
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert status == [b"200"] * 300
        assert {in_time for _, in_time in answered(honest).values()} == {True}
    finally:
        for one in half:
            one.close()
    deadline = time.monotonic() + 20
    while not whole.apps["gateway"].state.live.idle:
        assert time.monotonic() < deadline, "the places of streams are not given back"
        time.sleep(0.1)
