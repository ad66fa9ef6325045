"""Composition root of the gateway."""

import threading

from chassis.api import create_api, serve
from chassis.security import Verifier
from fastapi import FastAPI
from starlette.middleware import Middleware

from gateway.api import dashboard, documents, forward, status, stream, tables, what_if
from gateway.api.api_keys import ApiKeys
from gateway.api.callers import Callers
from gateway.api.security_headers import SecurityHeaders
from gateway.application.held import HeldBodies
from gateway.application.hub import Hub
from gateway.application.key_exchange import KeyExchange
from gateway.application.lag import LagMeter
from gateway.application.shares import (
    ANSWERS,
    FILE_PATIENCE_SECONDS,
    FILES,
    PATIENCE_SECONDS,
    STREAMS,
    UPLOADS,
    Shares,
)
from gateway.application.tables import Tables
from gateway.events import tail
from gateway.settings import Settings
from gateway.upstreams.client import Upstreams


def build_api(settings: Settings, upstreams: Upstreams | None = None, verifier: Verifier | None = None) -> FastAPI:
    """The HTTP app. Our own routes come before what is forwarded, the dashboard's files come last."""
    services = upstreams or Upstreams(settings.upstreams)
    routers = [status.router, documents.router, stream.router, tables.router, what_if.router, forward.router]
    large = {f"/api{path}": forward.LARGE_BYTES for path in forward.LARGE}
    app = create_api("gateway", settings, routers, verifier=verifier, large_bodies=large, threads=40)
    app.include_router(dashboard.router(settings.frontend_dir))
    # Within the envelope, so that a key that is refused has its request id and its metric as well.
    app.user_middleware.append(Middleware(ApiKeys, exchange=KeyExchange(services)))
    app.add_middleware(SecurityHeaders)
    app.state.upstreams, app.state.hub, app.state.held = services, Hub(), HeldBodies()
    app.state.answers, app.state.uploads = Shares(ANSWERS, PATIENCE_SECONDS), Shares(UPLOADS, PATIENCE_SECONDS)
    app.state.live, app.state.files = Shares(STREAMS), Shares(FILES, FILE_PATIENCE_SECONDS)
    app.state.callers = Callers()
    app.state.tables = Tables(services)
    app.state.lag = LagMeter(settings.kafka_bootstrap_servers)
    return app


def api() -> int:
    """Serve until a signal."""
    settings = Settings()
    app, stop = build_api(settings), threading.Event()
    follower = threading.Thread(
        target=tail.run, args=(settings.kafka_bootstrap_servers, app.state.hub, stop), name="tail", daemon=True
    )
    follower.start()
    try:
        return serve(app, settings)
    finally:
        stop.set()
        follower.join(5)
