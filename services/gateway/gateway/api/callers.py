"""Who asks, and an answer that holds something until it is sent."""

from contextlib import AsyncExitStack
from typing import Any

import anyio
from chassis.problems import Problem
from chassis.security import bearer, current_principal
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

KEPT = 10_000


class Callers:
    """The ids of callers. A token is verified once: what was signed stays so."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    async def known(self, request: Request) -> str | None:
        """The caller's id, or None for who is not signed in: whoever owns the path refuses them."""
        token = bearer(request)
        if token is None:
            return None
        if token not in self._ids:
            try:
                principal = await run_in_threadpool(current_principal, request)
            except Problem:
                return None
            if len(self._ids) >= KEPT:
                self._ids.clear()
            self._ids[token] = principal.id
        return self._ids[token]


def too_many(what: str) -> Problem:
    """The refusal of more than one caller's share."""
    detail = f"You have too many {what} open at the same time; end some, or wait for them."
    return Problem(429, detail, code="too_many_at_once", headers={"Retry-After": "1"})


class HoldingResponse(StreamingResponse):
    """Whatever becomes of it, `held` is closed at its end: also when its first part was never asked for."""

    def __init__(self, content: Any, held: AsyncExitStack, **more: Any) -> None:
        super().__init__(content, **more)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._held.aclose()
