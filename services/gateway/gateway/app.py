"""Composition root of the gateway."""

import threading

from chassis.api import create_api, serve
from chassis.security import Verifier
from fastapi import FastAPI

from gateway import documents, frontend, proxy, status, stream, tail
from gateway.api_keys import ApiKeys
from gateway.hub import Hub
from gateway.settings import Settings
from gateway.status import LagMeter
from gateway.upstreams import Upstreams


def build(settings: Settings, upstreams: Upstreams | None = None, verifier: Verifier | None = None) -> FastAPI:
    """The HTTP app. Our own routes come before the proxy, the dashboard's files come last."""
    services = upstreams or Upstreams(settings.upstreams)
    routers = [status.router, documents.router, stream.router, proxy.router]
    app = create_api("gateway", settings, routers, verifier=verifier, large_bodies=("/api/imports",), threads=40)
    app.include_router(frontend.router(settings.frontend_dir))
    app.add_middleware(ApiKeys, upstreams=services)
    app.add_middleware(frontend.SecurityHeaders)
    app.state.upstreams, app.state.hub = services, Hub()
    app.state.lag = LagMeter(settings.kafka_bootstrap_servers)
    return app


def api() -> int:
    """Serve until a signal."""
    settings = Settings()
    app, stop = build(settings), threading.Event()
    follower = threading.Thread(
        target=tail.run, args=(settings.kafka_bootstrap_servers, app.state.hub, stop), name="tail", daemon=True
    )
    follower.start()
    try:
        return serve(app, settings)
    finally:
        stop.set()
        follower.join(5)
