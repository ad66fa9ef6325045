"""Serves the built dashboard, and puts the security headers on every answer."""

from pathlib import Path

from chassis.failures import not_found
from chassis.security import public
from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    b"content-security-policy": CSP.encode(),
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}


class SecurityHeaders:
    """No inline script or style, no frame, no foreign origin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((n, v) for n, v in _HEADERS.items() if n not in present)]
            await send(message)

        await self._app(scope, receive, answer)


def router(folder: Path) -> APIRouter:
    """The files of `folder`; an unknown page is the dashboard's own to route."""
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(public)])
    root = folder.resolve()

    @routes.api_route("/{path:path}", methods=["GET", "HEAD"])
    def dashboard(path: str) -> FileResponse:
        if "\x00" in path:
            raise not_found("This page")
        file = (root / path).resolve()
        if path and file.is_relative_to(root) and file.is_file() and not path.startswith("."):
            # Built assets carry a hash of their content in the name.
            kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            return FileResponse(file, headers={"Cache-Control": kept})
        index = root / "index.html"
        if path.startswith(("assets/", "api/")) or not index.is_file():
            raise not_found(f"/{path}")
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    return routes
