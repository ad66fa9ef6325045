"""A run is made again from the log: the same to the bit, or not, and then it says so."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from chassis import jobs
from chassis.database import Database
from forecaster.application.replay.reproduce import Reproduction
from forecaster.application.replay.requests import REPRODUCE, cancel_reproduction, request_reproduction
from forecaster.application.training import engine_port
from forecaster.settings import Settings
from forecaster.storage import reproductions

from services.forecaster.tests.helpers import flat_engine, sale, weekly_sales
from services.forecaster.tests.ledger_log import LedgerLog, filled, log, settings
from services.forecaster.tests.test_replay import work
from services.forecaster.tests.test_training import published, train

__all__ = ["filled", "log", "settings"]  # pytest's fixtures: used by name


def ask(database: Database, run_id: UUID) -> UUID:
    return UUID(str(request_reproduction(database, run_id, "olga")["id"]))


def outcome(database: Database, reproduction_id: UUID) -> dict[str, Any]:
    with database.transaction() as connection:
        found = reproductions.get(connection, reproduction_id)
    assert found is not None
    return found


@pytest.mark.usefixtures("filled")
def test_a_run_is_reproduced_from_the_log_also_after_the_history_went_on(
    database: Database, settings: Settings, log: LedgerLog
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
    database: Database, settings: Settings, log: LedgerLog
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


@pytest.mark.usefixtures("filled")
def test_who_asked_for_a_reproduction_and_who_stopped_it_is_in_the_audit_trail(
    database: Database, settings: Settings, log: LedgerLog
) -> None:
    run = train(database, settings, as_of=date(2026, 2, 1))
    reproduction_id = ask(database, run["id"])
    cancel_reproduction(database, reproduction_id, "anna")
    told = [(entry["actor"], entry["action"], entry["subject"]) for entry in published(database, "audit-recorded")[-2:]]
    assert told == [
        ("olga", "reproduction-requested", str(reproduction_id)),
        ("anna", "reproduction-cancelled", str(reproduction_id)),
    ]


def test_an_update_is_reproduced_to_the_bit_from_the_training_that_it_came_from(
    database: Database, settings: Settings, log: LedgerLog
) -> None:
    for number in range(12):
        log.add(*weekly_sales(f"S{number}", "2025-10-06", [5 + (number * week) % 7 for week in range(18)]))
    training = train(database, settings, engine_port.forecast)
    log.add(*(entry for number in range(12) for entry in weekly_sales(f"S{number}", "2026-02-09", [40])))
    run = train(database, settings, engine_port.forecast, kind="update", as_of=date(2026, 2, 15))
    assert (run["status"], run["models_of"]) == ("succeeded", training["id"]), run["error"]
    reproduction_id = ask(database, run["id"])
    work(database, Reproduction(settings, topic=log.topic), REPRODUCE)
    found = outcome(database, reproduction_id)
    assert found["status"] == "succeeded", found["message"]
    assert (found["result"]["identical"], found["result"]["series"]) == (True, 12)
    assert found["result"]["models_of"]["run_id"] == str(training["id"])
    assert found["result"]["models_of"]["identical"]
    assert not list((settings.files_dir / "reproductions").glob("*"))
