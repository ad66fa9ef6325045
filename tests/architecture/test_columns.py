"""No column without a use: what a service stores, something reads. Held against the schemas that migrations make."""

import importlib
from collections.abc import Callable

import pytest
from chassis import migrations
from chassis.database import Database, rows

from tests.architecture import house
from tests.architecture.columns import unread

# What nothing reads yet, or reads in a way that the source does not show, and why it stays.
KEPT = {
    "auth": {},
    "catalog": {},
    "sales": dict.fromkeys(
        ("import_line.noted_at", "import_cells.kept_at", "named_code.named_at"),
        "retention sweeps by it",
    ),
    "forecaster": {
        "price.told_at": "compared when a price is kept, so that an older telling does not replace a newer",
    },
}  # fmt: skip


@pytest.mark.parametrize("service", house.SERVICES)
def test_every_stored_column_is_read(service: str, fresh_database: Callable[..., str]) -> None:
    database = Database(fresh_database(service))
    migrations.upgrade(database, importlib.import_module(f"{service}.app").MIGRATIONS)
    with database.transaction() as connection:
        sql = (
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND table_name !~ '^schema_version' ORDER BY table_name, ordinal_position"
        )
        stored = [(row["table_name"], row["column_name"]) for row in rows(connection, sql)]
    database.close()
    assert len(stored) > 20
    found = set(unread(service, stored))
    assert found - KEPT[service].keys() == set()
    assert KEPT[service].keys() - found == set(), "something reads them now: take them off the list"
