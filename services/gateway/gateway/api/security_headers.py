"""Puts the security headers on every answer: no inline script or style, no frame, no foreign origin."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.domain.headers import SECURITY

_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY.items()]


class SecurityHeaders:
    """No inline script or style, no frame, no foreign origin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in _HEADERS if each[0] not in present)]
            await send(message)

        await self._app(scope, receive, answer)
