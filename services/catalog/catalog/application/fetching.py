"""A small document of somebody else's server, by HTTP, within bounds that hold whatever it does.

Guarantees: an answer comes whole within `SECONDS` and `MOST_BYTES`, or NotTold says why not: a server that drips,
stands still, answers for ever or hangs up costs no more than that. Nobody is led elsewhere: a redirect is told, not
followed. Of the address no more than the host is told, for its rest may have a key in it.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from catalog.domain.weather_feed import NotTold

SECONDS = 20.0
MOST_BYTES = 256 * 1024


def fetch(url: str, parameters: Mapping[str, str], seconds: float = SECONDS) -> tuple[int, Any]:
    """Status and JSON of an answer; None for a refusal that is no JSON."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = f"{parts.path or '/'}?{urlencode([*parse_qsl(parts.query), *parameters.items()])}"
    late = threading.Event()
    try:
        with _connected(parts.scheme, host, parts.port, seconds, late) as connection:
            connection.request("GET", target, headers={"Accept": "application/json", "User-Agent": "Almanac"})
            answer = connection.getresponse()
            body = answer.read(MOST_BYTES + 1)
    except (OSError, HTTPException) as fault:
        if late.is_set() or isinstance(fault, TimeoutError):
            raise _too_slow(host, seconds) from None
        raise NotTold("unreachable", f"{host}: {_words(fault)}") from None
    except ValueError:  # such as a name that no computer can have
        raise NotTold("unreachable", f"{host[:60]}: it cannot be asked by this address") from None
    if late.is_set():
        raise _too_slow(host, seconds)
    return answer.status, _document(host, answer, body)


def _document(host: str, answer: HTTPResponse, body: bytes) -> Any:
    if 300 <= answer.status < 400:
        raise NotTold("redirect", f"{host} answered {answer.status} and leads elsewhere; name where to in the setting")
    if len(body) > MOST_BYTES:
        raise NotTold("too_large", f"{host} answered with more than {MOST_BYTES // 1024} KiB")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if answer.status != 200:
            return None
        raise NotTold("no_json", f"{host} answered with what is no JSON, or cut off") from None


@contextmanager
def _connected(
    scheme: str, host: str, port: int | None, seconds: float, late: threading.Event
) -> Iterator[HTTPConnection]:  # fmt: skip
    """A connection that is hung up after so many seconds, wherever it stands then."""
    plain = socket.create_connection((host, port or (443 if scheme == "https" else 80)), timeout=seconds)
    with closing(plain.dup()) as handle:  # the same connection, also below TLS

        def hang_up() -> None:
            late.set()
            _end(handle)

        timer = threading.Timer(seconds, hang_up)
        timer.daemon = True
        timer.start()
        connection = HTTPConnection(host, port)
        try:
            secure = ssl.create_default_context() if scheme == "https" else None
            connection.sock = secure.wrap_socket(plain, server_hostname=host) if secure else plain
            yield connection
        finally:
            timer.cancel()
            connection.close()
            plain.close()


def _end(handle: socket.socket) -> None:
    """End a connection that may have ended already."""
    try:
        handle.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _too_slow(host: str, seconds: float) -> NotTold:
    return NotTold("too_slow", f"{host} did not answer whole within {seconds:g} seconds")


def _words(fault: Exception) -> str:
    told = str(fault.strerror if isinstance(fault, OSError) and fault.strerror else fault) or type(fault).__name__
    return "".join(letter if letter.isprintable() else " " for letter in told)[:200]
