"""API keys become short access tokens here, so that services only ever see ES256 tokens.

Guarantee: a revoked key works for at most a minute after its last exchange, and as long as a token then lives.
"""

import hashlib
import time
from collections.abc import Callable

from gateway.upstreams.client import Upstreams, unavailable

KEPT_SECONDS = 60
KEPT_KEYS = 10_000
_LEFT_SECONDS = 30  # a token that is handed on can still be used for so long


class KeyRefused(Exception):
    """Auth knows no such key, or no more."""


class KeyExchange:
    """Exchanges a key at auth and keeps the token for at most a minute."""

    def __init__(self, upstreams: Upstreams, now: Callable[[], float] = time.monotonic) -> None:
        self._upstreams, self._now = upstreams, now
        self._tokens: dict[str, tuple[str, float]] = {}

    async def token(self, key: str) -> str:
        """A current access token for the key. Raises KeyRefused, Unavailable."""
        if not key.isascii() or not key.isprintable():
            raise KeyRefused  # none of ours, and no header could carry it to auth
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
        status, told = await self._upstreams.post("auth", "/auth/token", key)
        if status >= 500:
            raise unavailable("auth")
        if status != 200:
            raise KeyRefused
        return str(told["access_token"]), float(told["expires_in"])
