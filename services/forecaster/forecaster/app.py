"""Composition root: builds the API, the worker and the trainer of their parts.

Each imports only its own parts, and long work its heavy ones in its own thread: a process that was killed is ready
again two seconds sooner without the HTTP framework and data frames.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from chassis import runner
from chassis.database import Database

from forecaster.settings import SERVICE, Settings, settings

if TYPE_CHECKING:
    from chassis.security import Verifier
    from chassis.worker import Worker
    from fastapi import FastAPI

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def open_database(given: Settings, role: str) -> Database:
    """The service's database, under a name that shows in pg_stat_activity."""
    url = given.database_url.get_secret_value()
    return Database(url, pool=given.database_pool, application=f"almanac-{SERVICE}-{role}")


def build_api(given: Settings, database: Database, verifier: "Verifier | None" = None) -> "FastAPI":
    """The HTTP app."""
    from chassis import dead_letter_api
    from chassis.api import create_api

    from forecaster.api import accuracy, comparisons, forecasts, overrides, replays, reproductions, runs

    routers = [
        overrides.router,
        replays.router,
        reproductions.router,
        accuracy.router,
        comparisons.router,
        runs.router,
        forecasts.router,
        dead_letter_api.router(),
    ]
    return create_api(SERVICE, given, routers, database=database, verifier=verifier)


def build_worker(given: Settings, database: Database) -> "Worker":
    """Projections, relay and the weekly schedule."""
    from chassis.consumer import Options
    from chassis.worker import Worker
    from contracts.lean import decode_sale

    from forecaster.domain.history import WeekClock
    from forecaster.events.catalog import CatalogHandler, StockHandler
    from forecaster.events.sales import HistoryHandler
    from forecaster.storage.retention import SWEEPS

    def watch(stop: threading.Event) -> None:
        from forecaster.application.planning.findings import Watch

        Watch(database, given).run(stop)

    def train_weekly(stop: threading.Event) -> None:
        from forecaster.application.training.schedule import WeeklySchedule

        WeeklySchedule(database, given).run(stop)

    worker = Worker(SERVICE, "worker", given, database)
    batch = given.consumer_batch
    worker.consume(
        HistoryHandler(WeekClock(given.zone, given.first_weekday)),
        # A batch writes each of its weeks once, so that many small ones cost more than few large ones.
        Options(batch=4 * batch, linger=0.2, keep_offsets=True, decode=decode_sale, values_only=True),  # type: ignore[arg-type]
    )
    worker.consume(CatalogHandler(given.zone), Options(batch=batch, tombstones=True, keep_offsets=True))
    worker.consume(StockHandler(given.zone), Options(batch=batch, keep_offsets=True))
    worker.relay()
    worker.retain(*SWEEPS)
    worker.run_thread("watch", watch)
    if given.weekly_training:
        worker.run_thread("weekly-training", train_weekly)
    return worker


def build_trainer(given: Settings, database: Database) -> "Worker":
    """Long work: training, replay."""
    from chassis import jobs
    from chassis.worker import Worker

    trainer = Worker(SERVICE, "trainer", given, database)

    def train(stop: threading.Event) -> None:
        from forecaster.application.replay.reproduce import Reproduction
        from forecaster.application.replay.requests import REPRODUCE
        from forecaster.application.training.runs import TRAIN, UPDATE
        from forecaster.application.training.train import Training, tell_freshness

        runner.wait_for("PostgreSQL", lambda: tell_freshness(database))
        training, reproduction = Training(given), Reproduction(given)
        jobs.work(database, {TRAIN: training, UPDATE: training, REPRODUCE: reproduction}, stop)

    def rebuild(stop: threading.Event) -> None:
        from forecaster.application.replay.replay import Replay
        from forecaster.application.replay.requests import REPLAY

        jobs.work(database, {REPLAY: Replay(given)}, stop)

    trainer.run_thread("training", train)
    trainer.run_thread("replay", rebuild)
    return trainer


def migrate() -> None:
    """Bring the schema up to date."""
    from chassis import migrations

    database = open_database(settings(), "migrate")
    runner.wait_for("PostgreSQL", database.ping)
    migrations.upgrade(database, MIGRATIONS)


def api() -> int:
    """Serve the API until a signal."""
    from chassis.api import serve

    given = settings()
    return serve(build_api(given, open_database(given, "api")), given)


def worker() -> int:
    """Run the worker until a signal."""
    given = settings()
    return build_worker(given, open_database(given, "worker")).run()


def trainer() -> int:
    """Run the trainer until a signal."""
    given = settings()
    return build_trainer(given, open_database(given, "trainer")).run()
