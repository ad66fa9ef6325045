"""API keys become short access tokens here, so that services only ever see ES256 tokens."""

import hashlib
import time

import httpx2
from chassis import problem_responses
from chassis.problems import Problem
from chassis.security import unauthenticated
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.upstreams import Upstreams, unavailable

PREFIX = "bearer fk_"
KEPT_SECONDS = 60
KEPT_KEYS = 10_000


class ApiKeys:
    """Exchanges a key at auth and keeps the token for at most a minute: so long may a revoked key still work."""

    def __init__(self, app: ASGIApp, upstreams: Upstreams) -> None:
        self._app, self._upstreams = app, upstreams
        self._tokens: dict[str, tuple[str, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != "/api/auth/token":
            given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
            if given[: len(PREFIX)].lower() == PREFIX:
                try:
                    token = await self._exchanged(given.split(" ", 1)[1].strip())
                except Problem as problem:
                    return await problem_responses.response(Request(scope), problem)(scope, receive, send)
                kept = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
                scope = {**scope, "headers": [*kept, (b"authorization", f"Bearer {token}".encode())]}
        await self._app(scope, receive, send)

    async def _exchanged(self, key: str) -> str:
        name, now = hashlib.sha256(key.encode()).hexdigest(), time.monotonic()
        token, until = self._tokens.get(name, ("", 0.0))
        if until > now:
            return token
        try:
            answer = await self._upstreams.client.post(
                self._upstreams.url("auth", "/auth/token"), headers={"authorization": f"Bearer {key}"}, timeout=5
            )
        except httpx2.HTTPError:
            raise unavailable("auth") from None
        if answer.status_code >= 500:
            raise unavailable("auth")
        if answer.status_code != 200:
            raise unauthenticated("The API key is not valid.")
        told = answer.json()
        if len(self._tokens) >= KEPT_KEYS:
            self._tokens.clear()
        self._tokens[name] = (told["access_token"], now + min(KEPT_SECONDS, told["expires_in"] - 30))
        return str(told["access_token"])
