"""Composition root of the forecaster: builds the API, the worker and the trainer from their parts.

Each imports only its own parts, and long work its heavy ones in its own thread: a process that was killed is ready
again two seconds sooner without the HTTP framework and data frames.
"""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chassis import runner
from chassis.database import Connection, Database
from chassis.service import Service

from forecaster.settings import SERVICE, Settings

if TYPE_CHECKING:
    from chassis.worker import Worker
    from fastapi import FastAPI

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def build_api(settings: Settings, database: Database) -> "FastAPI":
    """The HTTP app."""
    from chassis import dead_letter_api, republish_api
    from chassis.api import create_api

    from forecaster.api import (
        accuracy,
        comparisons,
        drivers,
        effects,
        exclusions,
        forecasts,
        overrides,
        past,
        promotions,
        replays,
        reproductions,
        runs,
        totals,
        what_if,
        why,
    )  # fmt: skip
    from forecaster.application import tell_again

    routers = [
        overrides.router, replays.router, reproductions.router, accuracy.router, comparisons.router, runs.router,
        drivers.router, effects.router, exclusions.router, forecasts.router, past.router, why.router,
        what_if.router, promotions.router, totals.router, dead_letter_api.router,
        republish_api.routes(tell_again.TOPICS),
    ]  # fmt: skip
    return create_api(SERVICE, settings, routers, database=database, threads=settings.database_pool)


def build_worker(settings: Settings, database: Database) -> "Worker":
    """Projections, relay and the weekly schedule."""
    from chassis.worker import Worker

    from forecaster.application import tell_again
    from forecaster.storage.retention import SWEEPS

    def watch(stop: threading.Event) -> None:
        from forecaster.application.planning.findings import Watch

        Watch(database, settings).run(stop)

    def score(stop: threading.Event) -> None:
        from forecaster.application.planning.scoring import Scoring

        Scoring(database, settings).run(stop)

    def train_weekly(stop: threading.Event) -> None:
        from forecaster.application.training.schedule import WeeklySchedule

        WeeklySchedule(database, settings).run(stop)

    def forget(stop: threading.Event) -> None:
        from forecaster.application.retention import Forgetting

        Forgetting(database, settings).run(stop)

    worker = Worker(SERVICE, "worker", settings, database)
    _project(worker, settings)
    worker.relay()
    worker.retain(*SWEEPS)
    worker.republish(tell_again.sources(settings.zone))
    worker.run_thread("watch", watch)
    worker.run_thread("scoring", score)
    worker.run_thread("forgetting", forget)
    if settings.weekly_training:
        worker.run_thread("weekly-training", train_weekly)
    return worker


def _project(worker: "Worker", settings: Settings) -> None:
    """What the forecaster consumes."""
    from chassis.consumer import LoopOptions
    from contracts.lean import decode_sale

    from forecaster.domain.history import WeekClock
    from forecaster.events.catalog import CatalogHandler, StockHandler
    from forecaster.events.sales import HistoryHandler

    batch = settings.consumer_batch
    worker.consume(
        HistoryHandler(WeekClock(settings.zone, settings.first_weekday)),
        # A batch writes each of its weeks once, so that many small ones cost more than few large ones.
        LoopOptions(batch=4 * batch, linger=0.2, keep_offsets=True, decode=decode_sale, values_only=True),  # type: ignore[arg-type]
    )
    worker.consume(CatalogHandler(settings.zone), LoopOptions(batch=batch, tombstones=True, keep_offsets=True))
    worker.consume(StockHandler(settings.zone), LoopOptions(batch=batch, keep_offsets=True))


def build_trainer(settings: Settings, database: Database) -> "Worker":
    """Long work: training, replay."""
    from chassis import jobs
    from chassis.worker import Worker

    trainer = Worker(SERVICE, "trainer", settings, database)

    def train(stop: threading.Event) -> None:
        from forecaster.application.replay.reproduce import Reproduction
        from forecaster.application.replay.requests import REPRODUCE
        from forecaster.application.training import engine_port
        from forecaster.application.training.runs import TRAIN, UPDATE
        from forecaster.application.training.train import Training, tell_freshness

        runner.wait_for("PostgreSQL", lambda: tell_freshness(database))
        shared = engine_port.on(settings.dask_address, settings.optional)
        training, reproduction = Training(settings, shared), Reproduction(settings, shared)
        jobs.work(database, {TRAIN: training, UPDATE: training, REPRODUCE: reproduction}, stop)

    def rehearse(stop: threading.Event) -> None:
        from functools import partial

        from forecaster.application.training import engine_port
        from forecaster.application.training.rehearsal import REHEARSAL
        from forecaster.application.training.rehearse import Rehearsal

        engine = partial(engine_port.on(settings.dask_address, settings.optional), measured=False)
        jobs.work(database, {REHEARSAL: Rehearsal(settings, engine)}, stop)

    def rebuild(stop: threading.Event) -> None:
        from forecaster.application.replay.replay import Replay
        from forecaster.application.replay.requests import REPLAY

        jobs.work(database, {REPLAY: Replay(settings)}, stop)

    trainer.run_thread("training", train)
    trainer.run_thread("rehearsal", rehearse)  # beside the trainings, which nobody should wait for it with
    trainer.run_thread("replay", rebuild)
    return trainer


def rewrite(connection: Connection, settings: Settings, before: Mapping[str, Any]) -> None:
    """Follow other settings of the business."""
    from forecaster.application import rewriting

    rewriting.rewrite(connection, settings, before)


def hold_live(settings: Settings, database: Database, stop: threading.Event) -> None:
    """Have what the live forecasts were made of at hand."""
    from forecaster.application import why

    why.hold_live(settings.files_dir, database, stop)


ROOT = Service(
    SERVICE, Settings, MIGRATIONS, build_api, {"worker": build_worker, "trainer": build_trainer}, rewrite=rewrite,
    beside=hold_live,
)  # fmt: skip
