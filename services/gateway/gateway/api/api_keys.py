"""A request with an API key goes on with the access token that the key stands for."""

from chassis import problem_responses
from chassis.failures import Unavailable
from chassis.problems import Problem
from chassis.security import unauthenticated
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.application.key_exchange import KeyExchange, KeyRefused

PREFIX = "bearer fk_"
# Where keys are exchanged themselves: auth is to see the key.
_EXCHANGE = "/api/auth/token"


class ApiKeys:
    """Replaces the bearer key in a request's headers, or answers why it cannot."""

    def __init__(self, app: ASGIApp, exchange: KeyExchange) -> None:
        self._app, self._exchange = app, exchange

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != _EXCHANGE:
            given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
            if given[: len(PREFIX)].lower() == PREFIX:
                try:
                    token = await self._exchange.token(given.split(" ", 1)[1].strip())
                except KeyRefused:
                    return await _refuse(scope, receive, send, unauthenticated("The API key is not valid."))
                except Unavailable as failure:
                    return await _refuse(scope, receive, send, problem_responses.problem_of(failure))
                kept = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
                scope = {**scope, "headers": [*kept, (b"authorization", f"Bearer {token}".encode())]}
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
    await problem_responses.response(Request(scope), problem)(scope, receive, send)
