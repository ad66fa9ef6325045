"""What a service forgets is written down, and its sweeps run on the schema that its migrations make."""

import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from chassis import migrations
from chassis.database import Database
from chassis.retention import COMMON_SWEEPS, Retention, Sweep

from tests.architecture import house

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations.md"


def sweeps(service: str) -> tuple[Sweep, ...]:
    """The common ones and the service's own."""
    own: tuple[Sweep, ...] = import_module(f"{service}.storage.retention").SWEEPS
    return (*COMMON_SWEEPS, *own)


@pytest.mark.parametrize("service", house.SERVICES)
def test_every_sweep_runs_on_the_schema_as_it_is(service: str, fresh_database: Callable[..., str]) -> None:
    database = Database(fresh_database(service))
    migrations.upgrade(database, import_module(f"{service}.app").MIGRATIONS)
    assert Retention(database, sweeps(service)).sweep(threading.Event()) == 0, "nothing in a new system is old"
    database.close()


@pytest.mark.parametrize("service", house.SERVICES)
def test_every_sweep_is_in_the_table_of_what_is_forgotten(service: str) -> None:
    rows = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    missing = [
        f"{sweep.table}: {sweep.keep.days} days"
        for sweep in sweeps(service)
        if not any(f"`{sweep.table}`" in row and f" {sweep.keep.days} day" in row for row in rows)
    ]
    assert missing == []
