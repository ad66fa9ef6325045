"""The service as it really runs: worker, trainers and API as processes, one of them killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chassis.database import Database, rows, scalar
from chassis.kafka import KafkaTopics
from contracts.topics import TOPICS
from forecaster.application.training.runs import TRAIN, UPDATE, queue_run
from forecaster.application.training.schedule import WeeklySchedule
from forecaster.settings import Settings

from services.forecaster.tests.helpers import weekly_sales

AS_OF = date(2026, 2, 8)
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(database_url: str, kafka: str, tmp_path: Path) -> Iterator[Start]:
    KafkaTopics(kafka).create(TOPICS.values())
    started: list[subprocess.Popen[bytes]] = []
    environment = os.environ | {
        "ALMANAC_DATABASE_URL": database_url, "ALMANAC_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "ALMANAC_FILES_DIR": str(tmp_path), "ALMANAC_HTTP_PORT": "0", "ALMANAC_WEEKLY_TRAINING": "false",
    }  # fmt: skip

    def run(role: str, **more: str) -> subprocess.Popen[bytes]:
        log = (tmp_path / f"{role}-{len(started)}.log").open("wb")
        command = [sys.executable, "-m", "forecaster", role]
        process = subprocess.Popen(command, env=environment | more, stderr=log, stdout=log)
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


@pytest.mark.timeout(900)
def test_a_trainer_with_a_cluster_publishes_the_forecasts_of_one_without(
    database: Database, settings: Settings, start: Start, project: Any
) -> None:
    """A training and an update of its models, by a trainer whose setting names two Dask workers, and by one alone."""
    distributed = pytest.importorskip("distributed")
    for number in range(30):
        project(*weekly_sales(f"S{number}", "2025-11-03", [5 + (number * week) % 7 for week in range(14)]))

    def forecasts(kind: str) -> list[dict[str, Any]]:
        with database.transaction() as connection:
            run_id = queue_run(connection, settings, kind=kind, as_of=AS_OF, requested_by="anna")

        def outcome() -> Any:
            with database.transaction() as connection:
                return scalar(connection, "SELECT outcome FROM run WHERE id = :id", id=run_id)

        assert until(outcome, seconds=300) == "succeeded"
        columns = "sku, location, mean, quantiles, sum_quantiles, method, reason, wape, coverage80"
        with database.transaction() as connection:
            return rows(connection, f"SELECT {columns} FROM forecast WHERE run_id = :id ORDER BY 1, 2", id=run_id)

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        trainer = start("trainer", ALMANAC_DASK_ADDRESS=cluster.scheduler_address)
        done = [cluster.scheduler.transition_counter]
        shared = []
        for kind in (TRAIN, UPDATE):
            shared.append(forecasts(kind))
            done.append(cluster.scheduler.transition_counter)
        assert done[0] < done[1] < done[2], "the cluster had its part in both"
        trainer.send_signal(signal.SIGTERM)
        assert trainer.wait(60) == 0
    start("trainer")
    assert [forecasts(kind) for kind in (TRAIN, UPDATE)] == shared
    assert [len(found) for found in shared] == [30, 30]
