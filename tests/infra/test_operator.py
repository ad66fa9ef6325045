"""What docs/operations.md tells an operator to do, done on the real system: dead letters, replay, reproduce, traces."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from chassis.database import Database

from infra.launcher import processes, watch
from infra.launcher.local import System
from infra.launcher.paths import PYTHON, ROOT
from tests.unreadable import submit_unreadable

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

WEEKS = 20
DEAD_METRICS = 'almanac_dead_letters_total{code="bad_payload",consumer="ledger"}'


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """The whole system with twenty weeks of three products."""
    with System() as running:
        client = running.client()
        for sku in ("LAMP", "VASE", "BOWL"):
            client.post("/products", {"sku": sku, "name": sku.title()})
        newest = datetime.now(UTC).replace(microsecond=0) - timedelta(days=8)
        sales = [
            {"sku": sku, "quantity": str(3 + (week + place) % 5), "unit_price": "2.50",
             "sold_at": (newest - timedelta(weeks=week)).isoformat()}
            for week in range(WEEKS) for place, sku in enumerate(("LAMP", "VASE", "BOWL"))
        ]  # fmt: skip
        client.post("/sales/bulk", {"items": sales})
        watch.wait_for_lag_zero(running.data)
        yield running


def almanac(system: System, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command as an operator gives it; it may fail."""
    command = [str(PYTHON), "-P", "-m", "infra.launcher", *arguments, "--data", str(system.data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def within(seconds: float, true: Callable[[], bool], what: str) -> None:
    """Waits until it is true."""
    processes.wait_until(true, seconds, what)


def metrics(system: System, process: str) -> str:
    """What a process exports."""
    with urlopen(f"http://127.0.0.1:{system.process(process)['port']}/metrics") as answer:
        return str(answer.read().decode())


def test_dead_letters_are_listed_shown_redriven_and_discarded_by_command_and_leave_a_trail(system: System) -> None:
    assert almanac(system, "dead-letters").stdout == "No open dead letters.\n"
    submit_unreadable(system.kafka, "few", "lots")
    within(30, lambda: DEAD_METRICS + " 2.0" in metrics(system, "sales-worker"), "The dead letters' count")
    group = almanac(system, "dead-letters").stdout.split()
    assert group[:5] == ["sales", "ledger", "sale-submitted", "bad_payload", "2"]
    first, second = (line.split()[0] for line in almanac(system, "dead-letters", "list", "sales").stdout.splitlines())
    shown = json.loads(almanac(system, "dead-letters", "show", "sales", second).stdout)
    assert (shown["headers"]["ce_source"], json.loads(shown["value"])["quantity"]) == ("till", "few")

    dry = almanac(system, "dead-letters", "redrive", "sales", "--code", "bad_payload").stdout
    assert dry == "Would redrive: 2 letters. Nothing was changed; add --yes.\n"
    assert almanac(system, "dead-letters", "redrive", "sales", "--ids", second, "--yes").stdout == "redrive: 1 letter\n"
    within(30, lambda: DEAD_METRICS + " 3.0" in metrics(system, "sales-worker"), "The redriven letter, dead again")
    settled = almanac(system, "dead-letters", "list", "sales", "--status", "redriven").stdout
    assert settled.split()[0] == second and "redriven by key:command line" in settled
    assert almanac(system, "dead-letters", "discard", "sales", "--all", "--yes").stdout == "discard: 2 letters\n"
    assert almanac(system, "dead-letters").stdout == "No open dead letters.\n"

    assert almanac(system, "dead-letters", "redrive", "sales").returncode == 1, "which is not said"
    assert almanac(system, "dead-letters", "redrive", "sales", "--ids", f"{first},x").returncode == 2

    def trail() -> set[str]:
        return {item["action"] for item in system.administrator().get("/audit", service="sales")["items"]}

    within(30, lambda: {"dead-letters-redriven", "dead-letters-discarded"} <= trail(), "The audit trail")


def test_a_replay_by_command_mends_a_history_that_is_wrong_and_says_what_it_compared(
    system: System, tmp_path: Path
) -> None:
    database = Database(system.database_url("forecaster"), pool=1, application="test")
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE demand_week SET units = units + 100 WHERE sku = 'VASE'")
    database.close()
    assert almanac(system, "verify").returncode == 1
    done = almanac(system, "replay", "sale-recorded", "--sku", "vase", "--json", str(tmp_path / "out.json"))
    assert done.returncode == 0, done.stderr
    assert f"The history was mended: {WEEKS} weeks changed" in done.stdout
    assert "DIFFERS" in done.stdout
    told = json.loads((tmp_path / "out.json").read_text())
    assert (told["result"]["changed"], told["result"]["equal"]) == (WEEKS, False)
    assert almanac(system, "verify").returncode == 0
    again = almanac(system, "replay", "follow", told["id"])
    assert (again.returncode, "rebuilt from the log" in again.stdout) == (0, True)
    assert told["id"] in almanac(system, "replay", "list").stdout
    ended = almanac(system, "replay", "cancel", told["id"])
    assert (ended.returncode, "has ended" in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)


def test_a_run_is_reproduced_by_command_and_a_late_sale_marks_its_forecast_stale(system: System) -> None:
    assert almanac(system, "reproduce", "last").returncode == 1, "no training has made forecasts yet"
    watch.train(system.client(), None)
    assert "almanac_event_to_forecast_seconds NaN" not in metrics(system, "forecaster-trainer")
    assert not system.client().get("/forecast/BOWL")["stale"]
    late = (datetime.now(UTC) - timedelta(weeks=6)).isoformat()
    system.client().post("/sales", {"sku": "BOWL", "quantity": "9", "unit_price": "2.50", "sold_at": late})
    within(30, lambda: bool(system.client().get("/forecast/BOWL")["stale"]), "The mark on what is stale")
    assert not system.client().get("/forecast/VASE")["stale"]
    done = almanac(system, "reproduce", "last")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("reproduce: all forecasts are identical\n")


def test_a_trace_that_was_asked_for_is_in_the_log_of_every_process_that_its_sale_reaches(system: System) -> None:
    trace = f"{time.time_ns():032x}"
    body = {"sku": "LAMP", "quantity": "1", "unit_price": "2.50", "sold_at": datetime.now(UTC).isoformat()}
    system.client().post("/sales", body, traceparent=f"00-{trace}-{'ab' * 8}-01")
    reached = {"gateway-api", "sales-api", "forecaster-worker", "catalog-worker"}

    def told() -> set[str]:
        return {log.stem for log in (system.data / "logs").glob("*.log") if trace in log.read_text(errors="replace")}

    within(30, lambda: reached <= told(), "The trace's last line")
    lines = (system.data / "logs" / "forecaster-worker.log").read_text().splitlines()
    line: dict[str, Any] = json.loads(next(line for line in lines if trace in line))
    assert (line["service"], line["role"], line["consumer"], line["event"]) == (
        "forecaster", "worker", "history", "events_applied",
    )  # fmt: skip


def test_every_metric_that_an_alarm_is_advised_for_is_exported_where_it_is_measured(system: System) -> None:
    worker = metrics(system, "forecaster-worker")
    for name in ("lag", "age_seconds", "batch_records_sum", "batch_seconds_sum", "last_poll_timestamp"):
        assert f'almanac_consumer_{name}{{consumer="history"' in worker
    assert "\nalmanac_outbox_oldest_age_seconds 0.0" in worker
    assert "\nalmanac_event_to_forecast_seconds " in metrics(system, "forecaster-trainer")
