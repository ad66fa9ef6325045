"""Composition root of catalog: builds the API and the worker from their parts.

Each imports only its own parts: a worker that was killed is back a second sooner without the HTTP framework.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.database import Database
from chassis.service import Service

from catalog.settings import Settings

if TYPE_CHECKING:
    from chassis.worker import Worker
    from fastapi import FastAPI

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def build_api(settings: Settings, database: Database) -> "FastAPI":
    """The HTTP app."""
    from chassis import dead_letter_api, republish_api, uploads
    from chassis.api import create_api

    from catalog.api import (
        attention,
        calendar,
        categories,
        deliveries,
        digest,
        import_mappings,
        imports,
        kits,
        locations,
        orders,
        prices,
        products,
        promotions,
        receipts,
        replenishment,
        reservations,
        scenarios,
        segments,
        series,
        stock,
        suppliers,
        terms,
        weather,
    )  # fmt: skip
    from catalog.application.tell_again import SOURCES

    resources = (
        products, kits, categories, locations, prices, promotions, calendar, weather, stock, receipts, reservations,
        suppliers, terms, replenishment, scenarios, segments, series, attention, orders, deliveries, import_mappings,
        imports, digest,
    )  # fmt: skip
    routers = [*(resource.router for resource in resources), dead_letter_api.router]
    routers.append(republish_api.routes([source.topic.name for source in SOURCES]))
    large, threads = uploads.bound("/shop-imports", settings.max_upload_mb), settings.database_pool
    return create_api("catalog", settings, routers, database=database, threads=threads, large_bodies=large)


def build_worker(settings: Settings, database: Database) -> "Worker":
    """The relay, the consumers, and the thread that decides what is due."""
    from chassis.consumer import LoopOptions
    from chassis.worker import Worker
    from contracts.lean import decode_sale

    from catalog.application.deciding import Deciding
    from catalog.application.digest import DigestSchedule
    from catalog.application.open_meteo import OpenMeteo
    from catalog.application.tell_again import SOURCES
    from catalog.application.weather_feed import WeatherFeed
    from catalog.events.handlers import ArrivedForecasts, Findings, SoldStock, SubmittedProducts
    from catalog.storage.retention import SWEEPS

    worker = Worker("catalog", "worker", settings, database)
    worker.relay()
    worker.consume(SubmittedProducts(settings.zone), LoopOptions(batch=2000, trusted=False))
    worker.consume(
        SoldStock(settings.zone),
        LoopOptions(batch=settings.consumer_batch, decode=decode_sale, values_only=True),  # type: ignore[arg-type]
    )
    worker.consume(ArrivedForecasts(), LoopOptions(batch=1000, tombstones=True))
    worker.consume(Findings(), LoopOptions(tombstones=True))
    worker.retain(*SWEEPS)
    worker.republish(SOURCES)
    worker.run_thread("deciding", Deciding(database).run)

    def run_imports(stop: threading.Event) -> None:
        from chassis import jobs

        from catalog.application.imports.run import JOB, ShopImports

        jobs.work(database, {JOB: ShopImports(database, settings.zone).run}, stop)

    worker.run_thread("imports", run_imports)
    worker.run_thread("digest", DigestSchedule(database, settings).run)
    url = settings.weather_url.get_secret_value()
    provider = OpenMeteo(url, settings.timezone) if url else None
    worker.run_thread("weather", WeatherFeed(database, settings, provider).run)
    return worker


def seed_demo(settings: Settings, database: Database) -> None:
    """Generate the demo's suppliers, terms, stock and orders, once."""
    from catalog.application import demo

    print(demo.seed(database, settings.zone))


ROOT = Service("catalog", Settings, MIGRATIONS, build_api, {"worker": build_worker}, commands={"seed-demo": seed_demo})
