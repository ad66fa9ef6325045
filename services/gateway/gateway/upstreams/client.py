"""Asking the services: one pooled client; whatever fails is told as a failure, never as the client's own error.

Guarantee: `open` gives an answer that is still to be read, or raises TimedOut, Unavailable, or what reading the body
that is handed on raised. What only reads is asked a second time when a connection that was kept turns out to be closed.
Bodies that come in parts have connections of their own: they may be slow, and nobody else waits for them.
"""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
from chassis import tracing
from chassis.failures import Unavailable

CONNECT_SECONDS = 2.0
POOL_SECONDS = 5.0
UPLOADS = 20
_ONLY_READ = ("GET", "HEAD")
_KEPT_OPEN_SECONDS = 4
# The client tells of every request; metrics and the services do so already.
logging.getLogger("httpx2").setLevel(logging.WARNING)


class TimedOut(Exception):
    """The service took too long."""


def unavailable(service: str) -> Unavailable:
    """The failure for a service that does not answer now."""
    return Unavailable(f"The {service} service does not answer now; try again.", code="upstream_unavailable")


@dataclass(frozen=True)
class Call:
    """A request to be handed on. `body` None: there is none; parts: as they come."""

    method: str
    path: str
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes | AsyncIterator[bytes] | None
    seconds: float


def headers_for(token: str | None) -> list[tuple[bytes, bytes]]:
    """Of a request of our own in somebody's name."""
    trace = tracing.current()
    return [
        *([(b"authorization", f"Bearer {token}".encode())] if token else []),
        *([(b"traceparent", trace.encode())] if trace else []),
    ]


class Upstreams:
    """The services by name."""

    def __init__(self, addresses: Mapping[str, str], transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._addresses = dict(addresses)
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=_KEPT_OPEN_SECONDS)
        self._client = httpx2.AsyncClient(limits=limits, transport=transport, trust_env=False)
        uploads = httpx2.Limits(max_connections=UPLOADS, max_keepalive_connections=0)
        self._uploads = httpx2.AsyncClient(limits=uploads, transport=transport, trust_env=False)

    def _url(self, service: str, path: str) -> str:
        return self._addresses[service].rstrip("/") + path

    async def get(self, service: str, path: str, token: str | None = None, seconds: float = 5.0) -> Any:
        """The JSON of a small answer; None when the service does not answer or refuses."""
        try:
            status, told = await self._ask("GET", service, path, token, seconds)
        except Unavailable:
            return None
        return told if status == 200 or path == "/readyz" else None

    async def whole(self, service: str, call: Call) -> tuple[int, bytes]:
        """(status, body) of an answer that is read at once. Raises Unavailable."""
        try:
            answer = await self._client.request(
                call.method, self._url(service, call.path), headers=list(call.headers), content=call.body,
                timeout=call.seconds,
            )  # fmt: skip
            return answer.status_code, answer.content
        except httpx2.HTTPError:
            raise unavailable(service) from None

    async def post(self, service: str, path: str, token: str, seconds: float = 5.0) -> tuple[int, Any]:
        """(status, JSON) of a small answer to a request without a body. Raises Unavailable."""
        return await self._ask("POST", service, path, token, seconds)

    async def _ask(self, method: str, service: str, path: str, token: str | None, seconds: float) -> tuple[int, Any]:
        status, content = await self.whole(service, Call(method, path, headers_for(token), None, seconds))
        try:
            return status, orjson.loads(content)
        except orjson.JSONDecodeError:
            raise unavailable(service) from None

    async def open(self, service: str, call: Call) -> httpx2.Response:
        """The service's answer, whose body is still to be read; it must be closed. Raises TimedOut, Unavailable."""
        streamed = call.body is not None and not isinstance(call.body, bytes)
        client = self._uploads if streamed else self._client
        timeout = httpx2.Timeout(call.seconds, connect=CONNECT_SECONDS, pool=POOL_SECONDS)
        for attempt in (1, 2):
            outgoing = client.build_request(
                call.method, self._url(service, call.path), headers=list(call.headers), content=call.body,
                timeout=timeout,
            )  # fmt: skip
            try:
                return await client.send(outgoing, stream=True)
            except httpx2.ReadTimeout:
                raise TimedOut from None
            except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError):
                if attempt == 2 or streamed or call.method not in _ONLY_READ:
                    raise unavailable(service) from None
            except httpx2.HTTPError:
                raise unavailable(service) from None
        raise AssertionError("unreachable")
