"""Composition root of auth: builds the API and the worker from their parts.

Each imports only its own parts: a worker that was killed is back a second sooner without the HTTP framework.
"""

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.database import Database
from chassis.runner import NotStarted
from chassis.service import Service

from auth.settings import Settings

if TYPE_CHECKING:
    from chassis.worker import Worker
    from fastapi import FastAPI

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def build_api(settings: Settings, database: Database) -> "FastAPI":
    """The HTTP app."""
    from chassis import dead_letter_api
    from chassis.api import create_api

    from auth.api import api_keys, audit, second_factors, sessions, users
    from auth.domain.throttle import Throttle

    routers = [
        sessions.router, second_factors.router, users.router, api_keys.router, audit.router, dead_letter_api.router,
    ]  # fmt: skip
    app = create_api("auth", settings, routers, database=database, threads=settings.database_pool)
    app.state.throttle = Throttle()
    return app


def prepare(settings: Settings, database: Database) -> None:
    """Keys to sign with, and the first administrator."""
    from auth.application import housekeeping

    housekeeping.prepare(database, settings)


def build_worker(settings: Settings, database: Database) -> "Worker":
    """The relay, the audit trail and housekeeping."""
    from chassis.worker import Worker

    from auth.application import housekeeping
    from auth.events.audit import AuditTrail
    from auth.storage.retention import SWEEPS

    worker = Worker("auth", "worker", settings, database)
    worker.relay()
    worker.retain(*SWEEPS)
    worker.consume(AuditTrail())
    worker.run_thread("housekeeping", partial(housekeeping.keep_house, database))
    return worker


def let_in(settings: Settings, database: Database) -> None:
    """Say the new password of the administrator whom `ALMANAC_LET_IN` names."""
    from auth.application import accounts
    from auth.domain.users import NAME

    if not re.fullmatch(NAME, settings.let_in or ""):
        raise NotStarted("ALMANAC_LET_IN is to be a user name: letters and digits, and ._@+- among them.")
    print(accounts.let_in(database, str(settings.let_in)))


ROOT = Service(
    "auth", Settings, MIGRATIONS, build_api, {"worker": build_worker}, prepare, commands={"let-in": let_in}
)  # fmt: skip
