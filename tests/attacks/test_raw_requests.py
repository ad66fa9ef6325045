"""What no HTTP client would send: refused as a problem by the gateway, and the connection of others goes on."""

import socket
from collections.abc import Iterator
from contextlib import closing

import httpx2
import pytest

from tests.attacks.conftest import Whole

RAW = {
    "bare CR in a header": b"GET /api/products HTTP/1.1\r\nHost: x\r\nX-A: a\rb\r\n\r\n",
    "NUL in a header": b"GET /api/products HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n",
    "a header past the bound": b"GET /api/products HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 200_000 + b"\r\n\r\n",
    "many headers": b"GET /api/products HTTP/1.1\r\nHost: x\r\n" + b"X-A: a\r\n" * 20_000 + b"\r\n",
    "a URL past the bound": b"GET /api/products?q=" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes in the URL": b"GET /api/products/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "a bad length": b"POST /api/sales HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST /api/sales HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    "length and chunks": b"POST /api/auth/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
                         b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bad chunk": b"POST /api/auth/refresh HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a latin-1 header": b"GET /api/auth/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xe9\xff\r\n\r\n",
    "a lone surrogate in the query": b"GET /api/products?q=%ed%a0%80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "another host's URL": b"GET http://example.org/api/products HTTP/1.1\r\nHost: x\r\n\r\n",
    "a file's name past the bound": b"GET /assets/" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a chunk's extension past the bound": b"POST /api/auth/refresh HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked"
                                          b"\r\n\r\n2;" + b"a" * 300_000 + b"=x\r\n{}\r\n0\r\n\r\n",
    "two codings": b"POST /api/sales HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a coding nobody knows": b"POST /api/sales HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n",
    "trailers without end": b"POST /api/auth/refresh HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                            + b"X-A: a\r\n" * 20_000,
    "a length past all bounds": b"POST /api/sales HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "HTTP/0.9": b"GET /api/products\r\n\r\n",
    "HTTP/2 unasked": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a header without a name": b"GET /api/products HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
    "two hosts": b"GET /api/products HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "no host": b"GET /api/products HTTP/1.1\r\n\r\n",
    "CONNECT": b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
}  # fmt: skip
UNREAD = 65536  # bytes of which some may be unread when the answer is given


@pytest.fixture(scope="module")
def neighbour(whole: Whole) -> Iterator[httpx2.Client]:
    """Somebody else, on one connection that is kept."""
    limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
    headers = whole.token("viewer")
    with httpx2.Client(base_url=whole.url, trust_env=False, timeout=60, limits=limits, headers=headers) as opened:
        yield opened


def _told(whole: Whole, sent: bytes) -> bytes:
    """An answer's head and what came with it; nothing where the server broke off, which it may with `UNREAD` alone."""
    host, _, port = whole.url.removeprefix("http://").partition(":")
    with closing(socket.create_connection((host, int(port)), timeout=30)) as opened:
        came = b""
        try:
            opened.sendall(sent)
            while b"\r\n\r\n" not in came and (part := opened.recv(65536)):
                came += part
        except ConnectionError:  # who closes before all is read takes the answer back with it
            assert len(sent) >= UNREAD, "broken off, and nothing said"
    return came


@pytest.mark.parametrize("kind", RAW)
def test_what_no_client_would_send_is_refused_as_a_problem_and_harms_nobody(
    whole: Whole, neighbour: httpx2.Client, kind: str
) -> None:
    came = _told(whole, RAW[kind])
    head = came.partition(b"\r\n\r\n")[0].lower()
    assert (b" 4" in head[:13] and b"application/problem+json" in head) or len(RAW[kind]) >= UNREAD, came[:300]
    assert neighbour.get("/api/products").status_code == 200


@pytest.mark.parametrize("length", [0, 1, 4, 400])
@pytest.mark.parametrize("path", ["/api/auth/login", "/api/sales", "/api/shop-imports/products/preview"])
def test_of_a_body_in_chunks_the_length_that_is_said_beside_it_is_none(whole: Whole, path: str, length: int) -> None:
    token = whole.token("admin")["authorization"]
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Type: application/json\r\n"
    body = f"Content-Length: {length}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
    came = _told(whole, (head + body).encode())
    assert came.startswith(b"HTTP/1.1 422 "), came[:300]
