"""Fixtures of the forecaster's tests: its own migrated database, and the projection that fills it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chassis import migrations
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Database
from contracts.events import SaleRecorded
from contracts.lean import decode_sale
from forecaster.app import MIGRATIONS
from forecaster.events.sales import HistoryHandler
from forecaster.settings import Settings

from services.forecaster.tests.helpers import CLOCK, record


@pytest.fixture(scope="module")
def migrated(database_url: str) -> Iterator[Database]:
    """The module's database at head."""
    database = Database(database_url, pool=8)
    migrations.upgrade(database, MIGRATIONS)
    yield database
    database.close()


@pytest.fixture
def database(migrated: Database) -> Database:
    """The module's database, emptied."""
    with migrated.transaction() as connection:
        names = connection.exec_driver_sql(
            "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname !~ '^schema_version'"
        ).scalar()
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        connection.exec_driver_sql("INSERT INTO history_total VALUES (true, 0, 0, 0, 0, 0, 0)")
    return migrated


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings that reach the module's database, with a folder of the test's own."""
    return Settings(database_url=database_url, files_dir=tmp_path)  # type: ignore[arg-type]


@pytest.fixture
def project(database: Database) -> Callable[..., None]:
    """Apply ledger entries as the worker does; every call goes on at the next offset."""
    loop = ConsumerLoop(
        database,
        lambda: None,
        HistoryHandler(CLOCK),
        LoopOptions(keep_offsets=True, decode=decode_sale, values_only=True, backoff=0.01),  # type: ignore[arg-type, return-value]
    )
    position = 0

    def apply(*sales: SaleRecorded, offset: int | None = None) -> None:
        nonlocal position
        start = position if offset is None else offset
        loop.process([record(entry, start + number) for number, entry in enumerate(sales)])
        position = max(position, start + len(sales))

    return apply
