"""A run is made again from the log: the same to the bit, or not, and then it says so."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis import jobs
from chassis.database import Database
from forecaster.application.replay.reproduce import Reproduction
from forecaster.application.replay.requests import REPRODUCE
from forecaster.settings import Settings
from forecaster.storage import reproductions

from services.forecaster.tests.helpers import flat_engine, sale
from services.forecaster.tests.test_replay import Log, filled, log, settings, work
from services.forecaster.tests.test_training import train

__all__ = ["filled", "log", "settings"]  # pytest's fixtures: used by name


def ask(database: Database, run_id: UUID) -> UUID:
    reproduction_id = uuid4()
    with database.transaction() as connection:
        jobs.submit(connection, REPRODUCE, {"run_id": run_id}, "olga", id=reproduction_id)
        reproductions.create(connection, reproduction_id, run_id, "olga")
    return reproduction_id


def outcome(database: Database, reproduction_id: UUID) -> dict[str, Any]:
    with database.transaction() as connection:
        found = reproductions.get(connection, reproduction_id)
    assert found is not None
    return found


@pytest.mark.usefixtures("filled")
def test_a_run_is_reproduced_from_the_log_also_after_the_history_went_on(
    database: Database, settings: Settings, log: Log
) -> None:
    run = train(database, settings, as_of=date(2026, 2, 1))
    log.add(sale("A", "2026-01-06", "50"))

    def reproduced() -> dict[str, Any]:
        reproduction_id = ask(database, run["id"])
        work(database, Reproduction(settings, flat_engine, log.topic), REPRODUCE)
        return dict(outcome(database, reproduction_id)["result"])

    assert reproduced()["identical"]
    with database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE forecast DISABLE TRIGGER forecast_immutable")
        connection.exec_driver_sql("UPDATE forecast SET mean[1] = mean[1] + 0.001 WHERE sku = 'A'")
        connection.exec_driver_sql("ALTER TABLE forecast ENABLE TRIGGER forecast_immutable")
    result = reproduced()
    assert (result["identical"], result["different"], result["examples"]) == (False, 1, ["A main"])


@pytest.mark.usefixtures("filled")
def test_a_cancelled_reproduction_ends_as_cancelled_also_in_the_midst_of_the_engine(
    database: Database, settings: Settings, log: Log
) -> None:
    run = train(database, settings, as_of=date(2026, 2, 1))
    reproduction_id = ask(database, run["id"])

    def told_to_stop(*_: Any, cancelled: Callable[[], bool], **__: Any) -> None:
        with database.transaction() as connection:
            jobs.cancel(connection, reproduction_id)
        deadline = time.monotonic() + 20
        while not cancelled() and time.monotonic() < deadline:
            time.sleep(0.05)
        raise RuntimeError("what an engine raises that was told to stop")

    work(database, Reproduction(settings, told_to_stop, log.topic), REPRODUCE)
    found = outcome(database, reproduction_id)
    assert (found["status"], found["result"]) == ("cancelled", None)
