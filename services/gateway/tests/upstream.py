"""A small service: it tells what arrived, and does what a path asks of it."""

import asyncio
import hashlib
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send


class Upstream:
    """Answers any path with what it was asked; `answers` replaces a path's answer, `seen` is what came."""

    def __init__(self, name: str) -> None:
        self.name, self.address = name, ""
        self.seen: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {}
        self.parts: list[int] = []
        self.gone = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        path = scope["raw_path"].decode()
        behaviour = getattr(self, f"on_{path.strip('/').rpartition('/')[2]}", self.on_anything)
        try:
            answer: Response = await behaviour(request, path)
            await answer(scope, receive, send)
        except ClientDisconnect:
            self.gone += 1

    async def on_anything(self, request: Request, path: str) -> Response:
        """What arrived."""
        digest, length = hashlib.sha256(), 0
        async for part in request.stream():
            digest.update(part)
            length += len(part)
            self.parts.append(len(part))
        seen = {
            "service": self.name, "method": request.method, "path": path, "query": request.url.query,
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in request.headers.raw],
            "length": length, "sha256": digest.hexdigest(),
        }  # fmt: skip
        self.seen.append(seen)
        return JSONResponse(self.answers.get(path, seen))

    async def on_slow(self, request: Request, path: str) -> Response:
        """Too late."""
        await asyncio.sleep(3)
        return JSONResponse({})

    async def on_headers(self, request: Request, path: str) -> Response:
        """Headers that are for one hop, for the caller, and for nobody."""
        answer = Response(b"x", headers={"keep-alive": "timeout=9", "x-own": "kept", "x-request-id": "theirs"})
        answer.headers["x-content-type-options"] = "theirs"
        answer.set_cookie("one", "1")
        answer.set_cookie("two", "2")
        return answer

    async def on_parts(self, request: Request, path: str) -> Response:
        """A part at a time, until the one who asks goes away."""

        async def parts() -> Any:
            try:
                for number in range(100):
                    yield b"part %d\n" % number
                    await asyncio.sleep(0.05)
            except asyncio.CancelledError:
                self.gone += 1
                raise

        return StreamingResponse(parts())

    async def on_broken(self, request: Request, path: str) -> Response:
        """Half an answer."""

        async def half() -> Any:
            yield b"half"
            raise RuntimeError("planted")

        return StreamingResponse(half(), headers={"content-length": "8"})

    async def on_refused(self, request: Request, path: str) -> Response:
        """An answer before the body was read."""
        return JSONResponse({"code": "early"}, 403)

    async def on_problem(self, request: Request, path: str) -> Response:
        """A problem of its own."""
        body = orjson.dumps({"status": 409, "code": "theirs"})
        return Response(body, 409, media_type="application/problem+json")
