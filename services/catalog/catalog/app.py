"""Composition root of catalog: builds the API, the worker and the migration from their parts.

Each imports only its own parts: a worker that was killed is back a second sooner without the HTTP framework.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from chassis.database import Database
from chassis.runner import wait_for

from catalog.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def connect(settings: Settings) -> Database:
    """Catalog's own schema."""
    return Database(settings.database_url.get_secret_value(), pool=settings.database_pool, application="catalog")


def build(settings: Settings, database: Database) -> "FastAPI":
    """The HTTP app."""
    from chassis import dead_letter_api
    from chassis.api import create_api

    from catalog.api import (
        attention,
        calendar,
        locations,
        orders,
        prices,
        products,
        promotions,
        receipts,
        replenishment,
        reservations,
        segments,
        stock,
        suppliers,
        terms,
    )

    resources = (
        products, locations, prices, promotions, calendar, stock, receipts, reservations, suppliers, terms,
        replenishment, segments, attention, orders,
    )  # fmt: skip
    routers = [*(resource.router for resource in resources), dead_letter_api.router()]
    return create_api("catalog", settings, routers, database=database, threads=settings.database_pool)


def api() -> int:
    """Serve HTTP."""
    from chassis.api import serve

    settings = Settings()
    database = connect(settings)
    wait_for("the database", database.ping)
    return serve(build(settings, database), settings)


def worker() -> int:
    """The relay, the consumers, and the thread that decides what is due."""
    from chassis.consumer import Options
    from chassis.worker import Worker

    from catalog.application.deciding import Deciding
    from catalog.events.handlers import Findings, Forecasts, SoldStock, SubmittedProducts
    from catalog.events.lean import decode_sale
    from catalog.storage.retention import SWEEPS

    settings = Settings()
    database = connect(settings)
    wait_for("the database", database.ping)
    process = Worker("catalog", "worker", settings, database)
    process.relay()
    process.retain()
    process.consume(SubmittedProducts(settings.zone), Options(batch=2000, trusted=False))
    process.consume(SoldStock(), Options(batch=settings.consumer_batch, decode=decode_sale, values_only=True))
    process.consume(Forecasts(), Options(batch=1000, tombstones=True))
    process.consume(Findings(), Options(tombstones=True))
    process.retain(*SWEEPS)
    process.run_thread("deciding", Deciding(database).run)
    return process.run()


def migrate() -> None:
    """Bring the schema up to date."""
    from chassis import migrations

    database = connect(Settings())
    wait_for("the database", database.ping)
    migrations.upgrade(database, MIGRATIONS)


def seed_demo() -> None:
    """Generate the demo's suppliers, terms, receipts and counts, once."""
    from catalog.application import demo

    database = connect(Settings())
    wait_for("the database", database.ping)
    print(demo.seed(database))
