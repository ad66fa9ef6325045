"""No one's slowness or mistake stops the others: slow bodies, strangers, connections that the service has closed."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from chassis import bodies
from chassis.failures import Unavailable
from gateway.api import forward
from gateway.application import held, shares
from gateway.application.held import HeldBodies
from gateway.upstreams import client as upstreams_client

from services.gateway.tests.conftest import Token, served
from services.gateway.tests.test_forward import half_a_body
from services.gateway.tests.upstream import Upstream

SLOW_CLIENTS = 205


def connected(client: httpx2.Client, sent: bytes) -> socket.socket:
    place = urlsplit(str(client.base_url))
    connection = socket.create_connection((place.hostname or "", place.port or 0), timeout=30)
    connection.sendall(sent)
    return connection


@pytest.mark.parametrize("path", ["/api/sales", "/api/imports"])
def test_two_hundred_slow_bodies_stop_no_route(
    gateway: httpx2.Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(bodies, "PART_SECONDS", 120)
    with ExitStack() as stack:
        for _ in range(SLOW_CLIENTS):
            stack.enter_context(connected(gateway, half_a_body(gateway, path)))
        time.sleep(1)
        for other in ("/api/sales", "/api/products", "/api/forecast/runs", "/api/config"):
            assert gateway.get(other, timeout=30).status_code == 200
        assert gateway.post("/api/products", json={}, timeout=30).status_code == 200


def test_a_stranger_with_a_body_is_refused_before_it_comes_and_reaches_nobody(
    gateway: httpx2.Client, upstreams: dict[str, Upstream]
) -> None:
    request = half_a_body(gateway, "/api/imports").replace(b"authorization", b"x-nothing")
    with connected(gateway, request) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 401")
    assert upstreams["sales"].seen == [] and upstreams["sales"].parts == []


def test_what_is_sent_to_sign_in_is_small(gateway: httpx2.Client) -> None:
    del gateway.headers["authorization"]
    assert gateway.post("/api/auth/login", content=b"x" * 60_000).status_code == 200
    assert gateway.post("/api/auth/login", content=b"x" * 70_000).status_code == 413


@pytest.mark.anyio
async def test_what_is_held_is_bounded_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MOST_BYTES", 1000)

    async def parts(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * 100

    bodies_held = HeldBodies()
    async with bodies_held.whole(parts(8), 5000) as body:
        assert len(body) == 800
        with pytest.raises(Unavailable):
            async with bodies_held.whole(parts(3), 5000):
                pass
    async with bodies_held.whole(parts(10), 5000) as body:
        assert len(body) == 1000


class Closing:
    """A service that keeps no promise: each connection is closed with the answer, or just after it, unannounced."""

    def __init__(self, status: int) -> None:
        self.status, self.asked, self.address = status, 0, ""
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self.thread.start()
        assert started.wait(10)

    def _run(self, started: threading.Event) -> None:
        async def begin() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            started.set()

        self.loop.run_until_complete(begin())
        self.loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        writer.write(b"HTTP/1.1 %d X\r\ncontent-length: 2\r\n\r\n{}" % self.status)
        await writer.drain()
        with suppress(TimeoutError, asyncio.IncompleteReadError):
            # closed when the next request has come: the moment at which nobody can know
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        writer.close()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)


@pytest.mark.parametrize("status", [200, 500])
def test_a_connection_that_the_service_has_closed_harms_no_next_caller(
    build: Callable[..., Any], signed_in: Token, status: int
) -> None:
    service = Closing(status)
    try:
        with served(build(catalog_url=service.address)) as address:
            answers = [
                httpx2.get(f"{address}/api/products", headers=signed_in(), trust_env=False, timeout=30).status_code
                for _ in range(20)
            ]
    finally:
        service.stop()
    assert answers == [status] * 20


def test_what_changes_something_is_never_sent_twice(build: Callable[..., Any], signed_in: Token) -> None:
    service = Closing(200)
    try:
        with served(build(catalog_url=service.address)) as address:
            answers = [
                httpx2.post(f"{address}/api/products", headers=signed_in(), trust_env=False, timeout=30).status_code
                for _ in range(6)
            ]
    finally:
        service.stop()
    assert set(answers) == {200, 503} and service.asked == answers.count(200)


def test_uploads_wait_for_each_other_and_for_nobody_else(
    gateway: httpx2.Client, signed_in: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "PART_SECONDS", 120)
    monkeypatch.setattr(upstreams_client, "POOL_SECONDS", 0.5)
    with ExitStack() as stack:
        for number in range(upstreams_client.UPLOADS):
            gateway.headers |= signed_in("planner", who=f"u{number // shares.UPLOADS}")
            stack.enter_context(connected(gateway, half_a_body(gateway, "/api/imports")))
        time.sleep(1)
        refused = gateway.post("/api/imports", content=slowly(), timeout=30)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_at_once"), "more than one's share"
        gateway.headers |= signed_in("planner", who="another")
        refused = gateway.post("/api/imports", content=slowly(), timeout=30)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert gateway.get("/api/imports", timeout=30).status_code == 200
    deadline = time.monotonic() + 20
    while gateway.post("/api/imports", content=slowly(), timeout=30).status_code != 200:
        assert time.monotonic() < deadline, "the places are not given back"


@pytest.mark.parametrize("path", forward.LARGE)
def test_every_path_that_takes_files_takes_large_ones(gateway: httpx2.Client, path: str) -> None:
    content = b"x" * (bodies.MOST_BYTES + 1)
    assert gateway.post(f"/api{path}", content=content, timeout=60).status_code == 200
    assert gateway.post("/api/sales", content=content, timeout=60).status_code == 413


def slowly() -> Iterator[bytes]:
    yield b"abc"
