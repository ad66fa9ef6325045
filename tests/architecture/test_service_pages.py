"""Each service's page is half a page and says what is so: the tables it owns, the events in and out."""

import importlib
import re
from collections.abc import Callable, Iterable

import pytest
from chassis import migrations
from chassis.database import Database, rows
from contracts.topics import TOPICS

from infra.launcher.paths import ROOT
from tests.architecture import house

SHARED = {
    "outbox", "inbox", "projection_offset", "event_log", "business", "dead_letter", "consumer_stop", "job",
    "idempotency_key",
}  # fmt: skip
PAGES = sorted((ROOT / "services").glob("*/README.md"))
NAME = re.compile(r"`([a-z_-]+)`")
CONSUMED = re.compile(r"topics\.([A-Z_]+)")


def page(service: str) -> str:
    """The service's page."""
    return (ROOT / "services" / service / "README.md").read_text()


def named(service: str, item: str) -> set[str]:
    """What the page names behind **Owns**, **In** or **Out**."""
    return set(NAME.findall(page(service).partition(f"- **{item}**")[2].partition("\n- **")[0]))


def consumed(service: str) -> Iterable[str]:
    """The topics that the service's handlers name."""
    for file in house.files(service, "events"):
        for line in re.findall(r"topics: Sequence\[Topic\] = \((.*?)\)", file.text, re.DOTALL):
            yield from (name.lower().replace("_", "-") for name in CONSUMED.findall(line))


def test_every_package_has_a_page_of_half_a_page() -> None:
    assert [path.parent.name for path in PAGES] == sorted(p.parent.name for p in ROOT.glob("services/*/pyproject.toml"))
    assert [path.parent.name for path in PAGES if len(path.read_text().splitlines()) > 35] == []


@pytest.mark.parametrize("service", house.SERVICES)
def test_a_page_names_the_events_that_go_in_and_out(service: str) -> None:
    assert named(service, "In") == set(consumed(service))
    assert named(service, "Out") == {name for name, topic in TOPICS.items() if service in topic.publishers}


@pytest.mark.parametrize("service", house.SERVICES)
def test_a_page_names_the_tables_that_the_migrations_make(service: str, fresh_database: Callable[..., str]) -> None:
    database = Database(fresh_database(service))
    migrations.upgrade(database, importlib.import_module(f"{service}.app").MIGRATIONS)
    sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'schema_version%'"
    with database.transaction() as connection:
        tables = {row["tablename"] for row in rows(connection, sql)}
    database.close()
    assert named(service, "Owns") == tables - SHARED
    assert tables & SHARED <= set(NAME.findall(page("chassis")))
