"""Who may not call is answered before a body is read; nobody is waited for for ever. Over real sockets."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPResponse
from typing import Annotated
from urllib.parse import urlsplit

import pytest
from chassis import bodies, metrics, patience
from chassis.api import create_api
from chassis.security import Principal, Role, public, require
from chassis.settings import CommonSettings
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from tests.serving import served

LARGE = 32 * 1024**2  # more than the buffers of a connection hold


class Given(BaseModel):
    """A body."""

    name: str


class Known:
    """Accepts the tokens that are roles' names."""

    def verify(self, token: str) -> Principal:
        return Principal("u", "u", Role[token.upper()])


router = APIRouter()
Planner = Annotated[Principal, Depends(require(Role.PLANNER))]


@router.post("/open", dependencies=[Depends(public)])
def open_to_all(given: Given) -> Given:
    return given


@router.post("/closed")
def closed(given: Given, _: Planner) -> Given:
    return given


@router.post("/file")
async def file(request: Request, _: Planner) -> int:
    return len(await request.body())


@router.get("/fails", dependencies=[Depends(public)])
def fails() -> None:
    raise RuntimeError("planted")


@router.get("/large", dependencies=[Depends(public)])
def large() -> Response:
    return Response(b"x" * LARGE)


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    app = create_api("test", CommonSettings(), [router], verifier=Known(), large_bodies={"/file": 64 * 1024**2})  # type: ignore[arg-type]
    with served(app) as url:
        at = urlsplit(url)
        assert at.hostname and at.port
        yield at.hostname, at.port


@contextmanager
def connected(address: tuple[str, int], sent: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(sent)
        yield connection


def posted(path: str, token: str = "", length: int = 20, more: str = "") -> bytes:
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\n{bearer}{more}content-type: application/json\r\n"
    return f"{head}content-length: {length}\r\n\r\n".encode()


def status_of(connection: socket.socket) -> int:
    answer = HTTPResponse(connection)
    answer.begin()
    answer.read()
    return answer.status


def closes(connection: socket.socket) -> bool:
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize(
    ("path", "token", "status"), [("/closed", "", 401), ("/closed", "viewer", 403), ("/file", "", 401)]
)
def test_who_may_not_call_is_answered_before_a_byte_of_the_body_has_come(
    address: tuple[str, int], path: str, token: str, status: int
) -> None:
    with connected(address, posted(path, token)) as connection:
        assert status_of(connection) == status


@pytest.mark.parametrize(("path", "length", "more", "status"), [
    ("/closed", bodies.MOST_BYTES + 1, "", 413), ("/file", 64 * 1024**2 + 1, "", 413), ("/file", 10**18, "", 413),
    ("/closed", 20, "content-encoding: gzip\r\n", 415), ("/file", 20, "content-encoding: br\r\n", 415),
])  # fmt: skip
def test_what_is_too_large_or_packed_is_refused_before_a_byte_of_it_has_come(
    address: tuple[str, int], path: str, length: int, more: str, status: int
) -> None:
    with connected(address, posted(path, "planner", length, more)) as connection:
        assert status_of(connection) == status


def test_who_may_call_is_asked_for_the_whole_body(address: tuple[str, int]) -> None:
    body = b'{"name": "a"}'
    with connected(address, posted("/closed", "planner", len(body))) as connection:
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        connection.sendall(body)
        assert status_of(connection) == 200


@pytest.mark.parametrize(("path", "token"), [("/open", ""), ("/closed", "planner"), ("/file", "planner")])
def test_a_body_that_does_not_come_is_given_up(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch, path: str, token: str
) -> None:
    monkeypatch.setattr(bodies, "PART_SECONDS", 0.2)
    with connected(address, posted(path, token) + b"{") as connection:
        assert status_of(connection) == 408
        assert closes(connection)


def test_a_small_body_that_comes_byte_by_byte_is_given_up(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "WHOLE_SECONDS", 0.5)
    with connected(address, posted("/open", length=1000)) as connection:
        deadline = time.monotonic() + 10
        connection.settimeout(0.05)
        while True:
            assert time.monotonic() < deadline, "it is waited for for ever"
            connection.sendall(b" ")
            try:
                assert status_of(connection) == 408
                break
            except TimeoutError:
                continue


def test_a_body_without_end_is_a_413(address: tuple[str, int]) -> None:
    with connected(address, posted("/open", length=bodies.MOST_BYTES * 2)) as connection:
        connection.sendall(b" " * (bodies.MOST_BYTES + 65536))
        assert status_of(connection) == 413


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET /livez HTTP/1.1\r\nhost: x\r\nx-a: "])
def test_headers_that_do_not_come_close_the_connection(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    began = time.monotonic()
    with connected(address, sent) as connection:
        assert closes(connection) and time.monotonic() - began < 5


def test_headers_that_come_byte_by_byte_close_the_connection(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.5)
    with connected(address, b"GET /livez HTTP/1.1\r\n") as connection, pytest.raises(OSError):
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)


def test_a_body_that_nobody_reads_any_more_closes_the_connection(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    with connected(address, posted("/closed", length=10_000)) as connection:
        assert status_of(connection) == 401
        assert closes(connection)


@contextmanager
def hardly_reading(address: tuple[str, int]) -> Iterator[socket.socket]:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.settimeout(30)
        connection.connect(address)
        connection.sendall(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
        yield connection


def test_who_does_not_read_the_answer_is_let_go(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "WRITE_SECONDS", 0.3)
    with hardly_reading(address) as connection:
        time.sleep(4)
        came = 0
        with suppress(ConnectionResetError):
            while part := connection.recv(1024**2):
                came += len(part)
        assert came < LARGE


def test_who_reads_slowly_gets_the_whole_answer(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "WRITE_SECONDS", 1.0)
    began, came = time.monotonic(), 0
    with hardly_reading(address) as connection:
        while came < LARGE and (part := connection.recv(64 * 1024)):
            came += len(part)
            time.sleep(0.01)
    assert came > LARGE and time.monotonic() - began > 3 * patience.WRITE_SECONDS


def test_a_connection_is_used_again_as_before(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    with connected(address, b"") as connection:
        for _ in range(4):
            connection.sendall(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
            assert status_of(connection) == 200
            time.sleep(0.2)


def test_two_hundred_idle_and_slow_clients_stop_nobody(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((patience, "SECONDS"), (bodies, "PART_SECONDS")):
        monkeypatch.setattr(module, name, 120)
    with ExitStack() as stack:
        for number in range(205):
            sent = (b"", b"GET", posted("/closed") + b"{", posted("/open") + b"{")[number % 4]
            stack.enter_context(connected(address, sent))
        began = time.monotonic()
        with connected(address, b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n") as connection:
            assert status_of(connection) == 200
        assert time.monotonic() - began < 30


def test_after_a_500_the_connection_is_said_to_be_closed(address: tuple[str, int]) -> None:
    with connected(address, b"GET /fails HTTP/1.1\r\nhost: x\r\n\r\n") as connection:
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 500") and b"connection: close" in answer.lower()


def test_a_file_that_hardly_comes_is_given_up_and_one_that_keeps_the_pace_is_not(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "WHOLE_SECONDS", 0.3)
    monkeypatch.setattr(bodies, "LEAST_PACE", 1000)
    for size, status in ((10, 408), (400, 200)):
        with connected(address, posted("/file", "planner", 20 * size)) as connection:
            for _ in range(20):
                with suppress(BrokenPipeError, ConnectionResetError):
                    connection.sendall(b" " * size)
                time.sleep(0.1)
            assert status_of(connection) == status


def test_who_leaves_in_the_middle_of_a_file_is_no_fault_of_ours(
    address: tuple[str, int],
) -> None:
    def answered(status: str) -> float:
        return metrics.HTTP_REQUESTS.labels("POST", "/file", status)._value.get()

    before = answered("400"), answered("500")
    with connected(address, posted("/file", "planner", 100) + b"{"):
        time.sleep(0.2)
    deadline = time.monotonic() + 10
    while (answered("400"), answered("500")) == before:
        assert time.monotonic() < deadline, "nobody notices"
        time.sleep(0.05)
    assert (answered("400"), answered("500")) == (before[0] + 1, before[1])
