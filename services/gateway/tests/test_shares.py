"""One caller takes a share of the gateway and never all of it: answers that nobody reads, and live streams."""

import asyncio
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from chassis import patience
from fastapi import FastAPI
from gateway.application import shares
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.tests.conftest import Token, served
from services.gateway.tests.upstream import Upstream

LARGE = 12 * 1024**2  # more than the buffers of two connections hold


async def on_large(request: Request, path: str) -> Response:
    return Response(b"x" * LARGE)


def not_reading(address: str, path: str, headers: dict[str, str]) -> socket.socket:
    """Somebody who has asked, and takes nothing of the answer."""
    place = urlsplit(address)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(30)
    connection.connect((place.hostname, place.port))
    head = f"GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: {headers['authorization']}\r\n\r\n"
    connection.sendall(head.encode())
    return connection


@pytest.fixture
def app(build: Callable[..., FastAPI], upstreams: dict[str, Upstream]) -> FastAPI:
    upstreams["catalog"].on_large = on_large  # type: ignore[attr-defined]
    app = build()
    app.state.answers = shares.Shares(8, patience=0.5)
    return app


def test_who_does_not_read_keeps_his_share_for_a_while_and_nobody_else_from_anything(
    app: FastAPI, signed_in: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WRITE_SECONDS", 5.0)
    with served(app) as address, ExitStack() as stack:
        for _ in range(12):
            stack.enter_context(not_reading(address, "/api/products/large", signed_in()))
        time.sleep(1)
        asked = httpx2.Client(base_url=address, trust_env=False, timeout=30)
        told = asked.get("/api/products", headers=signed_in())
        assert (told.status_code, told.json()["code"], told.headers["retry-after"]) == (429, "too_many_at_once", "1")
        assert asked.get("/api/products", headers=signed_in(who="another")).status_code == 200
        assert asked.get("/api/products").status_code == 200  # a stranger's is its owner's to refuse
        _until(lambda: asked.get("/api/products", headers=signed_in()).status_code == 200)
    _until(lambda: app.state.answers.idle)


def test_a_burst_of_one_caller_waits_its_turn_and_is_answered(
    app: FastAPI, upstreams: dict[str, Upstream], signed_in: Token
) -> None:
    most, under_way = 0, 0

    async def on_slow_list(request: Request, path: str) -> Response:
        nonlocal most, under_way
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1
        return Response(b"[]", media_type="application/json")

    upstreams["catalog"].on_large = on_slow_list  # type: ignore[attr-defined]
    app.state.answers = shares.Shares(8, patience=20)
    with served(app) as address, ThreadPoolExecutor(40) as pool:
        asked = lambda _: httpx2.get(f"{address}/api/products/large", headers=signed_in(), timeout=30).status_code  # noqa: E731
        assert list(pool.map(asked, range(80))) == [200] * 80
        assert most == 8
        _until(lambda: app.state.answers.idle)


def test_a_place_is_given_back_whatever_becomes_of_the_request(app: FastAPI, signed_in: Token) -> None:
    with served(app) as address:
        for path in ("/api/products", "/api/products/large", "/api/nothing", "/api/auth/x", "/api/forecast/slow"):
            for wait in (0, 0.05):
                with not_reading(address, path, signed_in()):
                    time.sleep(wait)
        client = httpx2.Client(base_url=address, trust_env=False, timeout=30, headers=signed_in())
        assert [client.get("/api/products").status_code for _ in range(20)] == [200] * 20
        _until(lambda: app.state.answers.idle)


def test_one_caller_has_so_many_streams_and_others_have_theirs(build: Callable[..., Any], signed_in: Token) -> None:
    app = build()
    app.state.live = shares.Shares(3)
    with served(app) as address, ExitStack() as stack:
        client = httpx2.Client(base_url=address, trust_env=False, timeout=30)
        for number in range(5):
            opened = stack.enter_context(client.stream("GET", "/api/stream", headers=signed_in()))
            assert opened.status_code == (200 if number < 3 else 429)
        other = stack.enter_context(client.stream("GET", "/api/stream", headers=signed_in(who="another")))
        assert other.status_code == 200
        stack.close()
        _until(lambda: app.state.live.idle)
        with client.stream("GET", "/api/stream", headers=signed_in()) as again:
            assert again.status_code == 200


def _until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
