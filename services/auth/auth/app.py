"""Composition root of auth: builds the API, the worker and the migration from their parts."""

from functools import partial
from pathlib import Path

from chassis import dead_letter_api, migrations
from chassis.api import create_api, serve
from chassis.database import Database
from chassis.runner import wait_for
from chassis.worker import Worker
from fastapi import FastAPI

from auth.api import api_keys, audit, sessions, users
from auth.application import housekeeping
from auth.domain.throttle import Throttle
from auth.events.audit import AuditTrail
from auth.settings import Settings
from auth.storage.retention import SWEEPS

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def connect(settings: Settings) -> Database:
    """Auth's own schema."""
    return Database(settings.database_url.get_secret_value(), pool=settings.database_pool, application="auth")


def build(settings: Settings, database: Database) -> FastAPI:
    """The HTTP app."""
    routers = [sessions.router, users.router, api_keys.router, audit.router, dead_letter_api.router()]
    app = create_api("auth", settings, routers, database=database, threads=settings.database_pool)
    app.state.throttle = Throttle()
    return app


def api() -> int:
    """Serve HTTP."""
    settings = Settings()
    database = connect(settings)
    wait_for("the database", lambda: housekeeping.prepare(database, settings))
    return serve(build(settings, database), settings)


def worker() -> int:
    """The relay, the audit trail and housekeeping."""
    settings = Settings()
    database = connect(settings)
    wait_for("the database", database.ping)
    process = Worker("auth", "worker", settings, database)
    process.relay()
    process.retain(*SWEEPS)
    process.consume(AuditTrail())
    process.run_thread("housekeeping", partial(housekeeping.keep_house, database))
    return process.run()


def migrate() -> None:
    """Bring the schema up to date."""
    database = connect(Settings())
    wait_for("the database", database.ping)
    migrations.upgrade(database, MIGRATIONS)
