"""The HTTP side of a service: problem+json, request ids, traces, metrics, limits, health; and how it is served."""

import gc
import re
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import heads, metrics, pagination, problem_responses, tracing
from chassis.bodies import Body
from chassis.database import Database
from chassis.health import Health, room
from chassis.logs import logger
from chassis.patience import PatientProtocol
from chassis.security import Keys, Verifier, public
from chassis.settings import CommonSettings, ServiceSettings

log = logger(__name__)

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")


class RequestShell:
    """Around every request: an id, a trace, a metric by route template, security headers, a bounded head and body."""

    def __init__(self, app: ASGIApp, large_bodies: Mapping[str, int] | None = None, cursor_key: bytes = b"") -> None:
        self._app, self._large, self._cursor_key = app, dict(large_bodies or {}), cursor_key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        parent = headers.get(b"traceparent", b"").decode("latin-1")
        with tracing.span(parent) as trace:
            request_id = given if _REQUEST_ID.match(given) else trace.split("-")[1]
            scope.setdefault("state", {})["request_id"] = request_id
            pagination.asked_for(self._cursor_key, scope["path"])
            large = next((most for path, most in self._large.items() if scope["path"].startswith(path)), None)
            body = Body(scope, receive, large=large)
            await self._measured(scope, body, send, request_id)

    async def _measured(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        refused = heads.too_long(scope)
        app = self._app if refused is None else problem_responses.response(Request(scope), refused)
        try:
            await app(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            metrics.HTTP_REQUESTS.labels(scope["method"], route, str(status)).inc()
            seconds = time.perf_counter() - began
            metrics.HTTP_SECONDS.labels(scope["method"], route).observe(seconds)
            if tracing.sampled(tracing.current()):
                log.info("request", method=scope["method"], route=route, status=status, seconds=round(seconds, 4))


def create_api(
    name: str,
    settings: CommonSettings,
    routers: Sequence[APIRouter],
    *,
    database: Database | None = None,
    verifier: Verifier | None = None,
    large_bodies: Mapping[str, int] | None = None,
    threads: int = 10,
) -> FastAPI:
    """A service's app.

    `large_bodies`: paths that take files, and the most bytes of one. `threads` bounds the sync handlers under way to
    what the database pool can serve.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        yield
        if database is not None:
            database.close()

    app = FastAPI(
        title=f"Almanac {name}",
        version="1",
        lifespan=lifespan,
        responses=problem_responses.RESPONSES,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would lead to the path as the service knows it, which no client does
        dependencies=[Depends(heads.said_once)],
        generate_unique_id_function=_operation_id,
    )
    app.state.settings, app.state.database = settings, database
    app.state.verifier = verifier or Verifier(Keys(settings.jwks_url), settings.issuer)
    app.state.health = Health(name, "api")
    if database is not None:
        app.state.health.add("database", database.ping)
    if isinstance(settings, ServiceSettings):
        app.state.health.add("disk", room(settings.files_dir))
    problem_responses.install(app)
    for router in routers:
        app.include_router(router)
    app.include_router(_operations())
    app.add_middleware(RequestShell, large_bodies=large_bodies, cursor_key=_cursor_key(settings))
    return app


def _cursor_key(settings: CommonSettings) -> bytes:
    """The same in all processes of a service, which share the sign-in to its database."""
    known = settings.database_url.get_secret_value() if isinstance(settings, ServiceSettings) else secrets.token_hex()
    return pagination.key_of(known)


def _operation_id(route: APIRoute) -> str:
    return route.name


def _operations() -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])

    @router.get("/livez")
    def livez() -> dict[str, Any]:
        return {"live": True}

    @router.get("/readyz")
    def readyz(request: Request) -> JSONResponse:
        ready, document = request.app.state.health.report()
        return JSONResponse(document, 200 if ready else 503)

    @router.get("/metrics")
    def exported() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def serve(app: FastAPI, settings: CommonSettings) -> int:
    """Serve until a signal; open streams get ten seconds to end."""
    config = uvicorn.Config(
        app, host=settings.http_host, port=settings.http_port, log_config=None, access_log=False,
        timeout_graceful_shutdown=8, server_header=False, date_header=False, http=PatientProtocol,
    )  # fmt: skip
    server = uvicorn.Server(config)
    gc.freeze()  # modules are no garbage: a collection that walks them holds every request for a tenth of a second
    server.run()
    return 0 if server.started else 1
