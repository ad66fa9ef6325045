"""One template for a service: its processes by name, each over settings and the service's own schema."""

from pathlib import Path
from typing import Any

import pytest
from chassis import migrations
from chassis.database import Database, rows, scalar
from chassis.service import Service
from chassis.settings import ServiceSettings

NONE_OF_ITS_OWN = migrations.COMMON_TABLES


class Done:
    """A worker that ends at once."""

    def __init__(self, seen: list[Any], database: Database) -> None:
        self._seen, self._database = seen, database

    def run(self) -> int:
        """Under which name PostgreSQL knows it."""
        with self._database.transaction() as connection:
            self._seen.append(scalar(connection, "SELECT current_setting('application_name')"))
        return 7


@pytest.fixture
def service(database_url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Service[ServiceSettings], list[Any]]:
    monkeypatch.setenv("ALMANAC_DATABASE_URL", database_url)
    seen: list[Any] = []

    def no_api(settings: ServiceSettings, database: Database) -> Any:
        raise AssertionError

    return Service(
        "sales", ServiceSettings, Path(NONE_OF_ITS_OWN), no_api,
        {"worker": lambda _, database: Done(seen, database)},  # type: ignore[dict-item, return-value]
        commands={"greet": lambda settings, _: seen.append(settings.issuer)},
    ), seen  # fmt: skip


def test_migrate_makes_the_common_tables(service: tuple[Service[ServiceSettings], list[Any]]) -> None:
    made, _ = service
    assert made.main(["migrate"]) == 0
    database = made.connect(made.settings(), "test")
    with database.transaction() as connection:
        found = rows(connection, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    database.close()
    assert {"outbox", "inbox", "dead_letter", "consumer_stop", "job", "idempotency_key", "projection_offset"} <= {
        row["tablename"] for row in found
    }


def test_a_worker_runs_under_its_name_and_its_exit_code_is_the_processs(
    service: tuple[Service[ServiceSettings], list[Any]],
) -> None:
    made, seen = service
    assert made.main(["worker"]) == 7 and seen == ["almanac-sales-worker"]


def test_a_command_gets_the_settings_and_an_unknown_one_says_what_there_is(
    service: tuple[Service[ServiceSettings], list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    made, seen = service
    assert made.main(["greet"]) == 0 and seen == ["almanac"]
    assert made.main(["dance"]) == 2
    assert "usage: python -m sales api|migrate|adopt-settings|worker|greet" in capsys.readouterr().err
