"""The service as it really runs: worker, trainers and API as processes, one of them killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chassis.database import Database, rows, scalar
from chassis.kafka import KafkaTopics
from contracts.topics import TOPICS
from forecaster.application.training.schedule import WeeklySchedule
from forecaster.settings import Settings

from services.forecaster.tests.helpers import weekly_sales

Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def start(database_url: str, kafka: str, tmp_path: Path) -> Iterator[Start]:
    KafkaTopics(kafka).create(TOPICS.values())
    started: list[subprocess.Popen[bytes]] = []
    environment = os.environ | {
        "ALMANAC_DATABASE_URL": database_url, "ALMANAC_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "ALMANAC_FILES_DIR": str(tmp_path), "ALMANAC_HTTP_PORT": "0", "ALMANAC_WEEKLY_TRAINING": "false",
    }  # fmt: skip

    def run(role: str) -> subprocess.Popen[bytes]:
        log = (tmp_path / f"{role}-{len(started)}.log").open("wb")
        process = subprocess.Popen([sys.executable, "-m", "forecaster", role], env=environment, stderr=log, stdout=log)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen")


def test_a_week_is_published_once_by_three_trainers_one_of_them_killed(
    database: Database, settings: Settings, start: Start, project: Any
) -> None:
    """Three schedulers ask for one week's run; the trainer that took it is killed and another finishes it."""
    monday = datetime(2026, 2, 9, 3, tzinfo=UTC)
    for number in range(30):
        project(*weekly_sales(f"S{number}", "2025-11-03", [5 + (number * week) % 7 for week in range(14)]))
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE demand_week SET changed_at = now() - interval '2 hours'")
    trainers = [start("trainer") for _ in range(3)]
    assert [WeeklySchedule(database, settings, lambda: monday).look() for _ in range(3)] == [True, False, False]

    def query(sql: str) -> Any:
        with database.transaction() as connection:
            return scalar(connection, sql)

    until(lambda: query("SELECT stage FROM job WHERE status = 'running'"))
    for process in trainers[:2]:  # two of three: whichever works, at least one is left
        process.send_signal(signal.SIGKILL)
    until(lambda: query("SELECT outcome FROM run"), seconds=240)
    time.sleep(1)
    with database.transaction() as connection:
        assert rows(connection, "SELECT outcome FROM run") == [{"outcome": "succeeded"}]
        assert rows(connection, "SELECT kind FROM publication") == [{"kind": "train"}]
        assert scalar(connection, "SELECT count(*) FROM outbox WHERE type = 'forecast-ready'") == 30
        done = rows(
            connection, "SELECT payload::jsonb ->> 'outcome' AS o FROM outbox WHERE type = 'training-completed'"
        )
    assert done == [{"o": "succeeded"}]
    for later in (0, 1, 50):
        assert not WeeklySchedule(database, settings, lambda now=monday + timedelta(hours=later): now).look()


def test_every_role_starts_and_stops_cleanly(database: Database, start: Start) -> None:
    assert start("migrate").wait(120) == 0
    processes = [start(role) for role in ("api", "worker", "trainer")]

    def connected() -> bool:
        with database.transaction() as connection:
            names = rows(
                connection,
                "SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE datname = current_database()",
            )
        return {"almanac-forecaster-worker", "almanac-forecaster-trainer"} <= {row["name"] for row in names}

    until(connected)
    time.sleep(2)
    assert [process.poll() for process in processes] == [None, None, None]
    for process in processes:
        process.send_signal(signal.SIGTERM)
    api, worker, trainer = (process.wait(30) for process in processes)
    assert api in (0, -signal.SIGTERM)  # uvicorn ends by the signal itself once it has closed
    assert (worker, trainer) == (0, 0)
