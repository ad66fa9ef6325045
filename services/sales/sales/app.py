"""Composition root of sales: builds the API and the worker from their parts.

Each imports only its own parts: a worker that was killed is back a second sooner without the HTTP framework.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.database import Database
from chassis.service import Service

from sales.settings import Settings

if TYPE_CHECKING:
    from chassis.worker import Worker
    from fastapi import FastAPI

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def build_api(settings: Settings, database: Database) -> "FastAPI":
    """The HTTP app."""
    from chassis import dead_letter_api, republish_api, uploads
    from chassis.api import create_api

    from sales.api import codes, fates, import_files, imports, ledger, mending, sales, saved_mappings, waiting
    from sales.application.tell_again import SOURCES

    # In this order: `/sales/{sale_id}` takes what no path before it took.
    routers = [sales.router, waiting.router, codes.router, fates.router, saved_mappings.router, ledger.router]
    routers += [import_files.router, imports.router, mending.router]
    routers += [dead_letter_api.router, republish_api.routes([source.topic.name for source in SOURCES])]
    return create_api(
        "sales",
        settings,
        routers,
        database=database,
        threads=settings.database_pool,
        large_bodies=uploads.bound("/imports", settings.max_upload_mb),
    )


def build_worker(settings: Settings, database: Database) -> "Worker":
    """The relay, the consumers and the import job."""
    from chassis.consumer import LoopOptions
    from chassis.worker import Worker

    from sales.application.tell_again import SOURCES
    from sales.events.arrivals import KnownLocations, KnownProducts
    from sales.events.buried import tell_buried
    from sales.events.claimed_sources import ClaimedSources
    from sales.events.submitted import SubmittedSales
    from sales.events.usual import reader
    from sales.storage.retention import SWEEPS

    worker = Worker("sales", "worker", settings, database)
    worker.relay()
    worker.retain(*SWEEPS)
    worker.republish(SOURCES)
    decode = reader(settings.zone, ClaimedSources(settings.kafka_sources))
    claims = LoopOptions(batch=2 * settings.consumer_batch, trusted=False, decode=decode, buried=tell_buried)
    worker.consume(SubmittedSales(settings.zone), claims, loops=2)
    worker.consume(KnownProducts(), LoopOptions(tombstones=True))
    worker.consume(KnownLocations(), LoopOptions(tombstones=True))

    def run_imports(stop: threading.Event) -> None:
        from chassis import jobs

        from sales.application.run_import import KIND, ImportJob

        jobs.work(database, {KIND: ImportJob(database, settings).run}, stop)

    def mend_imports(stop: threading.Event) -> None:
        from chassis import jobs

        from sales.application import mend_import, undo_import

        mends, undoes = mend_import.MendJob(database, settings), undo_import.UndoJob(database, settings)
        jobs.work(database, {mend_import.KIND: mends.run, undo_import.KIND: undoes.run}, stop)

    worker.run_thread("imports", run_imports)
    worker.run_thread("mending", mend_imports)  # of its own: a long import keeps no mistake from being taken back
    return worker


ROOT = Service("sales", Settings, MIGRATIONS, build_api, {"worker": build_worker})
