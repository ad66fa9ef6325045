"""What is handed on arrives as it was sent, and comes back as it was answered, whatever happens to either side."""

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from gateway.api.forward import METHODS
from gateway.domain import routing

from services.gateway.tests.conftest import NOBODY, Token, served
from services.gateway.tests.upstream import Upstream

Services = dict[str, Upstream]


def headers_of(answer: httpx2.Response, name: str) -> list[str]:
    return [value for found, value in answer.json()["headers"] if found == name]


def half_a_body(client: httpx2.Client, path: str) -> bytes:
    """A request whose body does not come."""
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: {client.headers['authorization']}\r\n"
    return f"{head}content-length: 100\r\n\r\nabc".encode()


@pytest.mark.parametrize("method", [method for method in METHODS if method != "HEAD"])
def test_every_method_arrives_with_its_path_query_and_body(gateway: httpx2.Client, method: str) -> None:
    body = b"\x00\xff" * 1000
    told = gateway.request(method, "/api/products/a%2Fb%20c?x=1&x=2&y=%C3%A4", content=body).json()
    assert (told["service"], told["method"], told["path"]) == ("catalog", method, "/products/a%2Fb%20c")
    assert (told["query"], told["length"]) == ("x=1&x=2&y=%C3%A4", len(body))
    assert told["sha256"] == hashlib.sha256(body).hexdigest()


def test_head_comes_back_without_a_body_but_with_its_length(gateway: httpx2.Client, upstreams: Services) -> None:
    answer = gateway.head("/api/products")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0
    assert upstreams["catalog"].seen[-1]["method"] == "HEAD"


def test_a_request_without_a_body_arrives_without_one(gateway: httpx2.Client) -> None:
    told = gateway.delete("/api/products/x")
    assert headers_of(told, "transfer-encoding") == headers_of(told, "content-length") == []


def test_headers_for_one_hop_and_what_a_client_says_of_itself_are_not_handed_on(gateway: httpx2.Client) -> None:
    told = gateway.get(
        "/api/products",
        headers={
            "connection": "close, x-secret", "x-secret": "1", "te": "trailers", "proxy-authorization": "x",
            "keep-alive": "1", "upgrade": "h2c", "x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "gopher",
            "x-forwarded-host": "evil", "forwarded": "for=6.6.6.6",
            "traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01", "x-own": "kept", "idempotency-key": "k",
        },
    )  # fmt: skip
    for name in ("x-secret", "te", "proxy-authorization", "keep-alive", "upgrade", "x-forwarded-proto", "forwarded",
                 "x-forwarded-host"):  # fmt: skip
        assert headers_of(told, name) == [], name
    assert headers_of(told, "x-forwarded-for") == ["127.0.0.1"]
    assert headers_of(told, "x-own") == ["kept"] and headers_of(told, "idempotency-key") == ["k"]
    (trace,) = headers_of(told, "traceparent")
    assert trace.split("-")[1] == "1" * 32


def test_host_and_request_id_are_the_callers(gateway: httpx2.Client) -> None:
    told = gateway.get("/api/products", headers={"host": "shop.example", "x-request-id": "mine-1"})
    assert headers_of(told, "host") == ["shop.example"]
    assert headers_of(told, "x-request-id") == ["mine-1"] == [told.headers["x-request-id"]]


def test_the_answers_headers_come_back_but_those_for_one_hop(gateway: httpx2.Client) -> None:
    answer = gateway.get("/api/products/headers")
    assert len(answer.headers.get_list("set-cookie")) == 2
    assert answer.headers["x-own"] == "kept" and "keep-alive" not in answer.headers
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert len(answer.headers.get_list("x-request-id")) == 1 and answer.headers["x-request-id"] != "theirs"


def test_a_services_own_problem_comes_back_as_it_is(gateway: httpx2.Client) -> None:
    answer = gateway.get("/api/products/problem")
    assert (answer.status_code, answer.json()["code"]) == (409, "theirs")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.fixture
def lonely(build: Callable[..., Any], signed_in: Token) -> Iterator[httpx2.Client]:
    """A gateway whose catalog is down."""
    app = build(catalog_url=NOBODY)
    with served(app) as address, httpx2.Client(base_url=address, trust_env=False, timeout=20) as client:
        client.headers |= signed_in("planner")
        yield client


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", b"x" * 100_000)])
def test_a_service_that_is_down_is_a_503_that_says_when_to_come_back(
    lonely: httpx2.Client, method: str, body: bytes | None
) -> None:
    answer = lonely.request(method, "/api/products", content=body)
    assert (answer.status_code, answer.json()["code"]) == (503, "upstream_unavailable")
    assert answer.headers["content-type"] == "application/problem+json" and answer.headers["retry-after"] == "2"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert lonely.get("/api/sales").status_code == 200


def test_a_service_that_is_too_slow_is_a_504(gateway: httpx2.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "READ_SECONDS", 0.2)
    answer = gateway.get("/api/products/slow")
    assert (answer.status_code, answer.json()["code"]) == (504, "upstream_timeout")
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_upload_is_handed_on_while_it_comes(gateway: httpx2.Client, upstreams: Services) -> None:
    def parts() -> Iterator[bytes]:
        yield b"a" * 1000
        deadline = time.monotonic() + 10
        while not upstreams["sales"].parts:  # the service has the first part before the last is made
            assert time.monotonic() < deadline, "nothing was handed on"
            time.sleep(0.01)
        yield b"b" * 1000

    assert gateway.post("/api/imports", content=parts()).json()["length"] == 2000


def test_a_large_file_passes_where_files_are_taken(gateway: httpx2.Client) -> None:
    part, count = b"0123456789abcdef" * 65536, 48
    told = gateway.post("/api/imports", content=(part for _ in range(count)), timeout=60).json()
    assert told["length"] == len(part) * count


@pytest.mark.parametrize("announced", [True, False])
def test_a_large_body_elsewhere_is_a_413(gateway: httpx2.Client, announced: bool) -> None:
    part = b"x" * 1024 * 1024
    answer = gateway.post("/api/products", content=part * 9 if announced else (part for _ in range(9)))
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert gateway.get("/api/products").status_code == 200


def test_an_answer_before_the_body_was_read_comes_back(gateway: httpx2.Client) -> None:
    answer = gateway.post("/api/imports/refused", content=(b"x" * 65536 for _ in range(400)))
    assert (answer.status_code, answer.json()["code"]) == (403, "early")
    assert gateway.get("/api/imports").status_code == 200


def test_an_answer_comes_back_while_it_is_made_and_ends_when_nobody_reads(
    gateway: httpx2.Client, upstreams: Services
) -> None:
    began = time.monotonic()
    with gateway.stream("GET", "/api/products/parts") as answer:
        assert next(answer.iter_raw()).startswith(b"part 0")
        assert time.monotonic() - began < 2
    deadline = time.monotonic() + 5
    while not upstreams["catalog"].gone:
        assert time.monotonic() < deadline, "the service goes on for nobody"
        time.sleep(0.02)


def test_half_an_answer_is_never_taken_for_a_whole_one(gateway: httpx2.Client) -> None:
    with pytest.raises(httpx2.RemoteProtocolError):
        gateway.get("/api/products/broken")
    assert gateway.get("/api/products").status_code == 200


def test_a_client_that_goes_away_in_the_middle_of_its_body_takes_the_services_request_with_it(
    gateway: httpx2.Client, upstreams: Services
) -> None:
    place = urlsplit(str(gateway.base_url))
    with socket.create_connection((place.hostname or "", place.port or 0)) as connection:
        connection.sendall(half_a_body(gateway, "/api/imports"))
        time.sleep(0.3)
    deadline = time.monotonic() + 5
    while not upstreams["sales"].gone:
        assert time.monotonic() < deadline, "the service waits for the rest"
        time.sleep(0.02)
    assert gateway.get("/api/imports").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/nonsense", "/api/products/..", "/api/products/%2e%2e/x", "/api//products", "/api/readyz",
     "/api/metrics", "/api/dead-letters/nonsense/groups"],
)  # fmt: skip
def test_a_path_that_nobody_owns_is_a_404_and_reaches_nobody(
    gateway: httpx2.Client, upstreams: Services, path: str
) -> None:
    place = urlsplit(str(gateway.base_url))
    with socket.create_connection((place.hostname or "", place.port or 0)) as connection:  # as it is, not made shorter
        connection.sendall(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404") and b"application/problem+json" in answer
    assert [upstream.seen for upstream in upstreams.values()] == [[]] * len(upstreams)


def test_many_at_once_each_get_their_own_answer(gateway: httpx2.Client) -> None:
    wrong: list[str] = []

    def ask(number: int) -> None:
        with httpx2.Client(base_url=gateway.base_url, trust_env=False, timeout=20) as client:
            client.headers["authorization"] = gateway.headers["authorization"]
            for turn in range(10):
                body = f"{number}-{turn}".encode() * 50
                if client.post("/api/sales", content=body).json()["sha256"] != hashlib.sha256(body).hexdigest():
                    wrong.append(f"{number}-{turn}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
