"""Sales on a real PostgreSQL, and a pump that stands for relay, broker and catalog where a test needs no Kafka."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis import jobs, migrations
from chassis.consumer import Batch, Delivery
from chassis.database import Database, scalar
from chassis.event_log import Record
from chassis.security import Principal, Role
from contracts.envelope import Event
from contracts.events import BY_TYPE, CatalogSubmitted, ProductChanged, SaleSubmitted
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sales import app
from sales.application import mend_import, run_import, undo_import
from sales.events.arrivals import KnownProducts
from sales.events.submitted import SubmittedSales
from sales.settings import Settings
from sqlalchemy import text

from services.sales.tests.outbox import taken

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(database_url: str) -> Settings:
    return Settings(database_url=SecretStr(database_url), timezone="Europe/London")


@pytest.fixture(scope="module")
def database(settings: Settings) -> Iterator[Database]:
    opened = Database(settings.database_url.get_secret_value(), pool=10)
    migrations.upgrade(opened, app.MIGRATIONS)
    yield opened
    opened.close()


@pytest.fixture
def pump(database: Database) -> Callable[[], int]:
    """Deliver what lies in the outbox to its consumers, catalog's answer to claims included; how many."""

    def deliver() -> int:
        with database.transaction() as connection:
            found = taken(connection)
            events = [
                Event(row["event_id"], row["source"], NOW, BY_TYPE[row["type"]].model_validate_json(row["payload"]))
                for row in found
            ]
            claims = [event.payload for event in events if isinstance(event.payload, CatalogSubmitted)]
            products = [
                Event(str(uuid4()), "catalog", NOW,
                      ProductChanged(product_id=uuid4(), sku=c.sku, name=c.name or c.sku, price=c.price, revision=1))
                for c in claims
            ]  # fmt: skip
            if products:
                KnownProducts().apply(connection, _batch(products))
            submitted = [event for event in events if isinstance(event.payload, SaleSubmitted)]
            if submitted:
                SubmittedSales(ZoneInfo("Europe/London")).apply(connection, _batch(submitted))
        return len(found)

    return deliver


def _batch(events: list[Event]) -> Batch:
    return Batch([Delivery(event, Record(event.topic, 0, i, None, (), b"", 0)) for i, event in enumerate(events)])


@pytest.fixture
def known(database: Database) -> Callable[..., None]:
    """Make products known."""

    def make(*skus: str) -> None:
        with database.transaction() as connection:
            for sku in skus:
                connection.execute(
                    text("INSERT INTO known_product VALUES (:sku, :id, 2, 1) ON CONFLICT DO NOTHING"),
                    {"sku": sku, "id": uuid4()},
                )

    return make


class _AnyCaller:
    def verify(self, token: str) -> Principal:
        return Principal("petra-1", "petra", Role.PLANNER)


@pytest.fixture(scope="module")
def client(database: Database, settings: Settings) -> Iterator[TestClient]:
    built = app.build_api(settings, database)
    built.state.verifier = _AnyCaller()
    with TestClient(built, headers={"Authorization": "Bearer x"}) as opened:
        yield opened


@pytest.fixture
def run(database: Database, settings: Settings, pump: Callable[[], int]) -> Callable[[], None]:
    """Work waiting imports off, with the pump for a broker."""

    kinds = {
        run_import.KIND: run_import.ImportJob(database, settings).run,
        undo_import.KIND: undo_import.UndoJob(database, settings).run,
        mend_import.KIND: mend_import.MendJob(database, settings).run,
    }

    def work() -> None:
        stop = threading.Event()
        worker = threading.Thread(target=jobs.work, args=(database, kinds, stop), daemon=True)
        worker.start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            pump()
            with database.transaction() as connection:
                if not scalar(connection, "SELECT count(*) FROM job WHERE status IN ('waiting', 'running')"):
                    break
            time.sleep(0.05)
        stop.set()
        worker.join(5)

    return work
