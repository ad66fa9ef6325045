"""Real Kafka and PostgreSQL for tests, started when a test first asks, once a test run, shared by xdist's workers.

How to use it:

    def test_something(database_url): ...   # a fresh database for this module with the service's schema and role;
                                            # in services/sales/tests it is the role `sales`; elsewhere override the
                                            # fixture `database_service` or call `postgres.fresh_database("sales")`
    def test_another(kafka): ...            # the bootstrap address (a str); make topics with names of your own
    def test_third(postgres): ...           # postgres.dsn (superuser), postgres.fresh_database(service) -> url

A test that uses one of them is marked `integration` by itself. `@pytest.mark.real_kafka` skips, with the reason, on
the development broker. `@pytest.mark.e2e` tests run with `./almanac test e2e`.

Where they come from, first match wins: TEST_KAFKA_BOOTSTRAP / TEST_PG_DSN; testcontainers, where a Docker engine
answers and already has the image; the launcher's own picker (infra/launcher/choose.py).
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.launcher import local, testbed
from infra.launcher.databases import SERVICES
from tests import containers

FIXTURES = {"kafka", "postgres", "database_url", "kafka_kind"}
RUN_FOLDER = "ALMANAC_TEST_RUN"
RUN_OWNER = "ALMANAC_TEST_OWNER"


def pytest_configure(config: pytest.Config) -> None:
    """The run's folder, handed to xdist's workers through the environment."""
    if RUN_FOLDER not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="almanac-tests-"))
        folder.chmod(0o711)  # PostgreSQL runs as another user where we are root
        os.environ[RUN_FOLDER], os.environ[RUN_OWNER] = str(folder), str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops what the run started."""
    if os.environ.get(RUN_OWNER) == str(os.getpid()):
        folder = Path(os.environ.pop(RUN_FOLDER))
        local.stop_testbed(folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)  # before pytest drops what `-m` does not name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs a broker or a database."""
    for item in items:
        if FIXTURES & _names_of(item):
            item.add_marker(pytest.mark.integration)
        elif not any(item.get_closest_marker(name) for name in ("integration", "e2e")):
            item.add_marker(pytest.mark.unit)


def _names_of(item: pytest.Item) -> set[object]:
    """The fixtures a test asks for, also those it is parametrised to get by name."""
    call = getattr(item, "callspec", None)
    values = [value for value in call.params.values() if isinstance(value, str)] if call else []
    return {*getattr(item, "fixturenames", ()), *values}


@dataclass
class Postgres:
    """A server for tests."""

    dsn: str
    databases: list[str] = field(default_factory=list)

    def fresh_database(self, service: str, *others: str) -> str:
        """A new empty database with the schema and role of `service` (and of `others`); the service's address."""
        name = f"t_{uuid.uuid4().hex[:12]}"
        urls = local.create_databases(self.dsn, dict.fromkeys((service, *others), testbed.PASSWORD), name)
        self.databases.append(name)
        return urls[service]

    def drop(self) -> None:
        """Removes what `fresh_database` made."""
        for name in self.databases:
            local.drop_database(self.dsn, name)
        self.databases.clear()


def _run() -> tuple[Path, int]:
    return Path(os.environ[RUN_FOLDER]), int(os.environ[RUN_OWNER])


@pytest.fixture(scope="session")
def _kafka_report() -> Iterator[dict[str, str]]:
    given = os.environ.get("TEST_KAFKA_BOOTSTRAP")
    with containers.kafka(None if given else "apache/kafka:4.3.1") as contained:
        if given or contained:
            yield {"kind": "real", "address": given or str(contained)}
        else:
            yield local.testbed("kafka", *_run())


@pytest.fixture(scope="session")
def kafka_kind(_kafka_report: dict[str, str]) -> str:
    """`real`, or `dev` for the development broker."""
    return _kafka_report["kind"]


@pytest.fixture(scope="session")
def kafka(_kafka_report: dict[str, str]) -> str:
    """A Kafka's bootstrap address."""
    return _kafka_report["address"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    given = os.environ.get("TEST_PG_DSN")
    with containers.postgres(None if given else "postgres:18") as contained:
        dsn = given or contained or str(local.testbed("postgres", *_run())["address"])
        server = Postgres(dsn)
        yield server
        server.drop()


@pytest.fixture(scope="module")
def database_service(request: pytest.FixtureRequest) -> str:
    """The service whose tests these are, from the folder services/<name>/tests."""
    parts = request.path.parts
    name = parts[parts.index("services") + 1] if "services" in parts else ""
    return name if name in SERVICES else "sales"


@pytest.fixture(scope="module")
def database_url(postgres: Postgres, database_service: str) -> str:
    """A fresh database for the module, as the service signs in to it."""
    return postgres.fresh_database(database_service)


@pytest.fixture(scope="session")
def fresh_database(postgres: Postgres) -> Callable[..., str]:
    """`fresh_database("sales")` → the address of a new database of that service."""
    return postgres.fresh_database


@pytest.fixture(autouse=True)
def _real_kafka_only(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("real_kafka") and request.getfixturevalue("kafka_kind") == "dev":
        pytest.skip("needs Apache Kafka; only the development broker could be had here")
