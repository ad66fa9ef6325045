"""Composition root of auth: builds the API, the worker and the migration from their parts."""

import threading
from pathlib import Path

from chassis import dead_letter_api, migrations
from chassis.api import create_api, serve
from chassis.database import Database
from chassis.logs import logger
from chassis.runner import wait_for
from chassis.worker import Worker
from fastapi import FastAPI

from auth.api import administration, sessions
from auth.domain import passwords
from auth.domain.throttle import Throttle
from auth.events.audit import AuditTrail
from auth.settings import Settings
from auth.storage import sessions as stored_sessions
from auth.storage import users

log = logger(__name__)
MIGRATIONS = Path(__file__).parent / "storage" / "migrations"
HOUSEKEEPING_SECONDS = 60


def connect(settings: Settings) -> Database:
    """Auth's own schema."""
    return Database(settings.database_url.get_secret_value(), pool=settings.database_pool, application="auth")


def build(settings: Settings, database: Database) -> FastAPI:
    """The HTTP app."""
    routers = [sessions.router, administration.router, dead_letter_api.router()]
    app = create_api("auth", settings, routers, database=database, threads=settings.database_pool)
    app.state.throttle = Throttle()
    return app


def prepare(settings: Settings, database: Database) -> None:
    """A signing key, and the first administrator where there is no user yet."""
    name, password = settings.bootstrap_admin_username, settings.bootstrap_admin_password
    with database.transaction() as connection:
        stored_sessions.rotate_signing_keys(connection)
        if not name or password is None or users.exist(connection):
            return
        weak = passwords.weakness(password.get_secret_value(), name)
        if weak and settings.profile == "production":
            raise RuntimeError(f"ALMANAC_BOOTSTRAP_ADMIN_PASSWORD {weak}")
        users.create(connection, name, None, passwords.hashed(password.get_secret_value()), "admin", "active")
        log.info("first_administrator_created", username=name)


def api() -> int:
    """Serve HTTP."""
    settings = Settings()
    database = connect(settings)
    wait_for("the database", lambda: prepare(settings, database))
    return serve(build(settings, database), settings)


def worker() -> int:
    """The relay, the audit trail and housekeeping."""
    settings = Settings()
    database = connect(settings)
    wait_for("the database", database.ping)
    process = Worker("auth", "worker", settings, database)
    process.relay()
    process.consume(AuditTrail())

    def keep_house(stop: threading.Event) -> None:
        while not stop.is_set():
            with database.transaction() as connection:
                stored_sessions.rotate_signing_keys(connection)
                stored_sessions.purge(connection)
            stop.wait(HOUSEKEEPING_SECONDS)

    process.run_thread("housekeeping", keep_house)
    return process.run()


def migrate() -> None:
    """Bring the schema up to date."""
    database = connect(Settings())
    wait_for("the database", database.ping)
    migrations.upgrade(database, MIGRATIONS)
