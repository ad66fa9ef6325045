"""Fixtures of catalog's tests: a migrated database, an API with a chosen caller, the consumers' loops, and a stocked
supplier."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from catalog import app
from catalog.application.deciding import Deciding
from catalog.events.handlers import ArrivedForecasts, Findings, SoldStock, SubmittedProducts
from catalog.settings import Settings
from chassis import migrations
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Database, rows
from chassis.event_log import Record
from chassis.security import Principal, Role, current_principal
from contracts.envelope import Event, encode, new_event
from contracts.events import ForecastReady, TrainingCompleted
from contracts.lean import decode_sale
from fastapi.testclient import TestClient

AS_OF = date(2026, 10, 4)
WEEKS = 8


@pytest.fixture(scope="module")
def migrated(database_url: str) -> Iterator[Database]:
    """The module's database at head."""
    opened = Database(database_url, pool=8)
    migrations.upgrade(opened, app.MIGRATIONS)
    yield opened
    opened.close()


@pytest.fixture
def database(migrated: Database) -> Database:
    """The module's database, emptied but for the location `main`."""
    with migrated.transaction() as connection:
        names = connection.exec_driver_sql(
            "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname !~ '^schema_version'"
        ).scalar()
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        connection.exec_driver_sql("INSERT INTO live_run (one) VALUES (true)")
        connection.exec_driver_sql("INSERT INTO stock_total VALUES (true, 0, 0, 0, 0)")
        connection.exec_driver_sql("INSERT INTO location VALUES ('main', 'Main', false, '{}', 1)")
    return migrated


@pytest.fixture
def client(database: Database, database_url: str) -> Iterator[TestClient]:
    """The API, called by a planner unless `client.app.state.role` says otherwise."""
    api = app.build_api(Settings(database_url=database_url), database)  # type: ignore[arg-type]
    api.state.role = Role.PLANNER
    api.dependency_overrides[current_principal] = lambda: Principal("p1", "ann", api.state.role)
    yield TestClient(api, raise_server_exceptions=False)


@pytest.fixture
def told(database: Database) -> Callable[..., list[dict[str, Any]]]:
    """`told("stock-changed")` → the payloads that wait in the outbox, in order."""

    def read(topic: str) -> list[dict[str, Any]]:
        with database.transaction() as connection:
            return [
                row["payload"]
                for row in rows(
                    connection, "SELECT payload::jsonb AS payload FROM outbox WHERE topic = :topic ORDER BY id",
                    topic=topic,
                )
            ]  # fmt: skip

    return read


@pytest.fixture
def deliver(database: Database) -> Callable[..., None]:
    """Hands events to their consumer as the worker does; after forecasts it decides what is due, too."""
    deciding = Deciding(database, classify_seconds=0.0)
    unused: Any = lambda: None  # noqa: E731
    forecasts = ConsumerLoop(database, unused, ArrivedForecasts(), LoopOptions(backoff=0.01))
    loops = {
        "forecast-ready": forecasts,
        "training-completed": forecasts,
        "finding-changed": ConsumerLoop(database, unused, Findings(), LoopOptions(backoff=0.01)),
        "catalog-submitted": ConsumerLoop(
            database, unused, SubmittedProducts(ZoneInfo("UTC")), LoopOptions(backoff=0.01)
        ),
        "sale-recorded": ConsumerLoop(
            database,
            unused,
            SoldStock(ZoneInfo("UTC")),
            LoopOptions(decode=decode_sale, values_only=True, backoff=0.01),  # type: ignore[arg-type]
        ),
    }

    def apply(*events: Event) -> None:
        records = []
        for number, event in enumerate(events):
            key, headers, value = encode(event)
            records.append(Record(event.topic, 0, number, key, headers, value, 1_700_000_000_000 + number))
        loops[events[0].topic].process(records)
        if loops[events[0].topic] is forecasts:
            deciding.settle()

    return apply


@pytest.fixture
def settle(database: Database) -> Callable[[], None]:
    """Lets the worker decide all that is due."""
    return Deciding(database, classify_seconds=0.0).settle


def forecast(sku: str, run: UUID, rate: float = 10.0, as_of: date = AS_OF) -> Event:
    spread = np.linspace(0.5, 1.5, 11)
    sums = [(rate * (week + 1) * spread).tolist() for week in range(WEEKS)]
    return new_event(
        ForecastReady(
            run_id=run, sku=sku, location="main", as_of=as_of, mean=[rate] * WEEKS, quantiles=sums, sum_quantiles=sums,
            weeks=[as_of + timedelta(days=1 + 7 * week) for week in range(WEEKS)], method="m", reason="r",
        ),
        "forecaster",
    )  # fmt: skip


def completed(run: UUID, minute: int = 0, outcome: str = "succeeded", series: int = 0, as_of: date = AS_OF) -> Event:
    at = datetime(2026, 10, 5, 1, minute, tzinfo=UTC)
    end = TrainingCompleted(run_id=run, outcome=outcome, as_of=as_of, series=series)  # type: ignore[arg-type]
    return new_event(end, "forecaster", time=at)


@pytest.fixture
def stocked(client: TestClient, deliver: Callable[..., None]) -> TestClient:
    """Two forecast products of one supplier, with two on hand."""
    client.post("/suppliers", json={"code": "ACME", "name": "Acme", "lead_days": "7", "review_days": "7"})
    run = uuid4()
    for sku, cost in (("A1", "2"), ("B2", "5")):
        client.post("/products", json={"sku": sku, "name": f"={sku}", "price": "10", "stock": "2"})
        term = {"sku": sku, "supplier": "ACME", "unit_cost": cost, "multiple": "6", "moq": "12"}
        assert client.put("/supply-terms", json=term).status_code == 200
        deliver(forecast(sku, run))
    deliver(completed(run))
    return client


@pytest.fixture
def telling() -> tuple[Callable[..., Event], Callable[..., Event]]:
    """`forecast` and `completed`, for tests that tell of further runs."""
    return forecast, completed
