"""Asking the services: one pooled client, failures as problems."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx2
from chassis import tracing
from chassis.failures import Unavailable

CONNECT_SECONDS = 2.0
# The client tells of every request; metrics and the services do so already.
logging.getLogger("httpx2").setLevel(logging.WARNING)


def unavailable(service: str) -> Unavailable:
    """The failure for a service that does not answer now."""
    return Unavailable(f"The {service} service does not answer now; try again.", code="upstream_unavailable")


class Upstreams:
    """The services behind the gateway."""

    def __init__(self, addresses: Mapping[str, str], transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._addresses = dict(addresses)
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=4)
        self.client = httpx2.AsyncClient(limits=limits, transport=transport, trust_env=False)

    def url(self, service: str, path: str) -> str:
        """The service's address of a path."""
        return self._addresses[service].rstrip("/") + path

    async def get(self, service: str, path: str, token: str | None = None, seconds: float = 5.0) -> Any:
        """The JSON of a small answer; None when the service does not answer or refuses."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if trace := tracing.current():
            headers["traceparent"] = trace
        try:
            answer = await self.client.get(self.url(service, path), headers=headers, timeout=seconds)
        except httpx2.HTTPError:
            return None
        return answer.json() if answer.status_code == 200 or path == "/readyz" else None
