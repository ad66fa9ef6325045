"""API keys become short access tokens here, so that services only ever see ES256 tokens.

Guarantee: a revoked key works for at most a minute after its last exchange, and as long as a token then lives.
"""

import hashlib
import time
from collections.abc import Callable

import httpx2

from gateway.application.upstreams import Upstreams, unavailable

KEPT_SECONDS = 60
KEPT_KEYS = 10_000
_LEFT_SECONDS = 30  # a token that is handed on can still be used for so long
_PATIENCE_SECONDS = 5


class KeyRefused(Exception):
    """Auth knows no such key, or no more."""


class KeyExchange:
    """Exchanges a key at auth and keeps the token for at most a minute."""

    def __init__(self, upstreams: Upstreams, now: Callable[[], float] = time.monotonic) -> None:
        self._upstreams, self._now = upstreams, now
        self._tokens: dict[str, tuple[str, float]] = {}

    async def token(self, key: str) -> str:
        """A current access token for the key. Raises KeyRefused, Unavailable."""
        name, now = hashlib.sha256(key.encode()).hexdigest(), self._now()
        token, until = self._tokens.get(name, ("", 0.0))
        if until > now:
            return token
        token, seconds = await self._exchanged(key)
        if len(self._tokens) >= KEPT_KEYS:
            self._tokens.clear()
        self._tokens[name] = (token, now + min(KEPT_SECONDS, seconds - _LEFT_SECONDS))
        return token

    async def _exchanged(self, key: str) -> tuple[str, float]:
        try:
            answer = await self._upstreams.client.post(
                self._upstreams.url("auth", "/auth/token"), headers={"authorization": f"Bearer {key}"},
                timeout=_PATIENCE_SECONDS,
            )  # fmt: skip
        except httpx2.HTTPError:
            raise unavailable("auth") from None
        if answer.status_code >= 500:
            raise unavailable("auth")
        if answer.status_code != 200:
            raise KeyRefused
        told = answer.json()
        return str(told["access_token"]), float(told["expires_in"])
