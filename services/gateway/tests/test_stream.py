"""The live stream over a socket: in order, without a hole or a repetition between connections, ended in time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import orjson
import pytest
from chassis import patience
from fastapi import FastAPI
from gateway.api import stream as live
from gateway.application.hub import EVERYTHING, Hub

from services.gateway.tests.conftest import Token, served

Event = tuple[str, str, dict[str, Any]]


@pytest.fixture
def app(build: Callable[..., FastAPI]) -> FastAPI:
    return build()


@pytest.fixture
def hub(app: FastAPI) -> Hub:
    found: Hub = app.state.hub
    return found


@pytest.fixture
def client(app: FastAPI) -> Iterator[httpx2.Client]:
    with served(app) as address, httpx2.Client(base_url=address, trust_env=False, timeout=10) as opened:
        yield opened


@contextmanager
def listening(client: httpx2.Client, headers: dict[str, str], last_id: str | None = None) -> Iterator[Iterator[Event]]:
    sent = headers | ({"last-event-id": last_id} if last_id else {})
    with client.stream("GET", "/api/stream", headers=sent) as answer:
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer)


def events(answer: httpx2.Response) -> Iterator[Event]:
    block: dict[str, str] = {}
    for line in answer.iter_lines():
        if not line and "data" in block:
            yield block["id"], block["event"], orjson.loads(block["data"])
        name, _, value = line.partition(": ")
        block = {**block, name: value} if line else {}


def take(found: Iterator[Event], count: int) -> list[Event]:
    return [next(found) for _ in range(count)]


def test_events_come_in_order_and_a_new_connection_goes_on_where_the_last_one_ended(
    client: httpx2.Client, hub: Hub, signed_in: Token
) -> None:
    seen: list[int] = []
    last: str | None = None
    for turn in range(5):
        with listening(client, signed_in(), last) as found:
            if last is None:
                assert next(found)[1] == "welcome"
            for n in range(20):
                hub.publish("sale", {"n": turn * 100 + n})
            got = take(found, 20 if turn == 0 else 100)
        seen += [body["n"] for _, _, body in got]
        last = got[-1][0]
        for n in range(20, 100):  # while nobody listens
            hub.publish("sale", {"n": turn * 100 + n})
    assert seen == list(range(420))


def test_who_comes_back_after_a_restart_is_told_to_fetch_everything(client: httpx2.Client, signed_in: Token) -> None:
    with listening(client, signed_in(), "17a-5") as found:
        assert next(found)[1:] == ("invalidate", {"keys": [EVERYTHING]})


def test_the_stream_ends_before_the_token_does(
    client: httpx2.Client, signed_in: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    with listening(client, signed_in(seconds=live.ENDS_BEFORE_TOKEN_SECONDS + 2)) as found:
        assert [name for _, name, _ in found] == ["welcome"]
    assert time.monotonic() - began < 6


def test_a_quiet_stream_is_kept_open_by_pings(
    client: httpx2.Client, hub: Hub, signed_in: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PING_SECONDS", 0.05)
    with client.stream("GET", "/api/stream", headers=signed_in()) as answer:
        lines = answer.iter_lines()
        while next(lines) != ": ping":
            pass
        hub.publish("sale", {"n": 1})
        while not next(lines).startswith("event: sale"):
            pass


def test_a_client_that_is_gone_is_forgotten(client: httpx2.Client, hub: Hub, signed_in: Token) -> None:
    with listening(client, signed_in()) as found:
        next(found)
        assert len(hub._streams) == 1
    deadline = time.monotonic() + 5
    while hub._streams:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_client_that_does_not_read_is_dropped_and_forgotten(
    client: httpx2.Client, hub: Hub, signed_in: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WRITE_SECONDS", 0.3)
    with listening(client, signed_in()) as found:
        next(found)
        big, deadline = "x" * 100_000, time.monotonic() + 20
        while hub._streams:
            hub.publish("sale", {"big": big})
            assert time.monotonic() < deadline, "it is kept for ever"
            time.sleep(0.005)


def test_it_is_not_kept_by_anybody_on_the_way(client: httpx2.Client, signed_in: Token) -> None:
    with client.stream("GET", "/api/stream", headers=signed_in()) as answer:
        assert answer.headers["cache-control"] == "no-store" and answer.headers["x-accel-buffering"] == "no"
