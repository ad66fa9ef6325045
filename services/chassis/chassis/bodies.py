"""A request's body, as far as an app may read it: from whom may call the route, of a bounded size, in a bounded time.

FastAPI reads a body before it asks who sends it. So the question is put here, when the first part is asked for: who may
not call the route is answered before anything is read, and what they go on to send is nobody's to keep.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import anyio.to_thread
from fastapi import Request
from starlette.types import Message, Receive, Scope

from chassis.problems import BodyRefused, Problem
from chassis.security import current_principal

MOST_BYTES = 8 * 1024 * 1024
PART_SECONDS = 15.0  # between two parts
WHOLE_SECONDS = 60.0
LEAST_PACE = 2000  # bytes a second of a `large` body, beyond those seconds


class Body:
    """Takes the place of `receive`. `large` ones are files, of at most so many bytes: as long as they keep a pace."""

    def __init__(self, scope: Scope, receive: Receive, *, large: int | None = None) -> None:
        self._scope, self._receive, self._large = scope, receive, large is not None
        self._most = MOST_BYTES if large is None else large
        self._bytes, self._until = 0, 0.0
        self._begun = self._over = False

    async def __call__(self) -> Message:
        """The next part; BodyRefused when there must be none. After the last part: whatever comes, whenever it does."""
        if self._over:
            return await self._receive()
        if not self._begun:
            self._begun, self._until = True, time.monotonic() + WHOLE_SECONDS
            if announced(self._scope):
                await admit(self._scope)
                self._must_be_readable()
        message = await self._in_time()
        self._over = message["type"] != "http.request" or not message.get("more_body", False)
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._most:
            raise self._too_large()
        return message

    def _must_be_readable(self) -> None:
        """Refused by what its headers say, before any of it is read."""
        said = dict(self._scope["headers"])
        length = said.get(b"content-length", b"0")
        if length.isdigit() and int(length[:20]) > self._most:
            raise self._too_large()
        if said.get(b"content-encoding", b"identity").strip().lower() != b"identity":
            headers = {"Accept-Encoding": "identity"}
            raise BodyRefused(Problem(415, "Send the body as it is, not packed.", code="packed", headers=headers))

    def _too_large(self) -> BodyRefused:
        return BodyRefused(Problem(413, f"The body is larger than {self._most} bytes.", code="too_large"))

    async def _in_time(self) -> Message:
        earned = self._bytes / LEAST_PACE if self._large else 0.0
        left = self._until + earned - time.monotonic()
        try:
            return await asyncio.wait_for(self._receive(), min(PART_SECONDS, left))
        except TimeoutError:
            said = "The body did not come in time."
            raise BodyRefused(Problem(408, said, code="too_slow", headers={"Connection": "close"})) from None


def announced(scope: Scope) -> bool:
    """Whether the request says that it has a body."""
    names = {name for name, value in scope["headers"] if value != b"0"}
    return b"content-length" in names or b"transfer-encoding" in names


async def admit(scope: Scope) -> None:
    """Raises BodyRefused when the route that was matched is not for the caller."""
    request = Request(scope)
    if current_principal in request.app.dependency_overrides:
        return  # whoever builds the app lets callers in another way
    for check in _checks(getattr(scope.get("route"), "dependant", None)):
        try:
            principal = await anyio.to_thread.run_sync(current_principal, request)
            if check is not current_principal:
                check(principal)
        except Problem as problem:
            raise BodyRefused(problem) from None


def _checks(dependant: Any) -> Iterator[Any]:
    """What the route asks of its caller: the checks that `require` made, or to be signed in."""
    for dependency in getattr(dependant, "dependencies", ()):
        if dependency.call is current_principal or getattr(dependency.call, "permission", None) is not None:
            yield dependency.call
