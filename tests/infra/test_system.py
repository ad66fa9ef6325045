"""`almanac up` on the real system: one at a time, found again after a kill, gone after `down`."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.launcher import processes, state
from infra.launcher.environment import BASE, PROCESSES
from infra.launcher.errors import LauncherError
from infra.launcher.local import System
from infra.launcher.paths import PYTHON, ROOT
from infra.launcher.processes import Identity

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """The whole system in a folder of its own."""
    with System() as running:
        yield running


def almanac(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command as a user gives it; it may fail."""
    command = [str(PYTHON), "-P", "-m", "infra.launcher", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def told(system: System) -> dict[str, Any]:
    """`almanac status --json`."""
    answer: dict[str, Any] = json.loads(almanac("status", "--json", "--data", str(system.data)).stdout)
    return answer


def test_status_shows_every_process_ready_and_no_lag(system: System) -> None:
    status = told(system)
    assert {unit["name"] for unit in status["processes"]} == {*BASE, *(process.name for process in PROCESSES)}
    assert all(unit["ready"] and unit["pid"] and unit["started_at"] for unit in status["processes"])
    assert status["url"] == system.url
    assert status["lag"] and not any(status["lag"].values())
    assert "demo" not in status, "the demo's sign-in is shown under --demo only"


def test_a_second_up_says_so_and_changes_nothing(system: System) -> None:
    before = {unit["name"]: unit["pid"] for unit in told(system)["processes"]}
    done = almanac("up", "--port", "0", "--data", str(system.data))
    assert (done.returncode, "already runs" in done.stdout, system.url in done.stdout) == (0, True, True)
    assert {unit["name"]: unit["pid"] for unit in told(system)["processes"]} == before


def test_a_port_in_use_is_one_clear_line(system: System, tmp_path: Path) -> None:
    port = system.url.rpartition(":")[2]
    done = almanac("up", "--port", port, "--data", str(tmp_path / "other"))
    assert done.returncode == 1
    assert f"Port {port} is in use by another program: choose another with --port N." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_without_a_system_says_how_to_start_one(tmp_path: Path) -> None:
    for command in (["train"], ["import", str(ROOT / "README.md")], ["verify"]):
        done = almanac(*command, "--data", str(tmp_path))
        assert done.returncode == 1
        assert "./almanac up" in done.stderr and "Traceback" not in done.stderr


def test_the_operators_password_is_no_default_and_its_owners_alone(system: System) -> None:
    secrets = sorted((system.data / "secrets").iterdir())
    assert len({file.read_text() for file in secrets}) == len(secrets) >= 6
    assert all(file.stat().st_mode & 0o077 == 0 for file in secrets)
    assert not [s for s in secrets if s.read_text() in (system.data / "state.json").read_text()]


def test_nobody_else_reaches_anything_under_the_data_folder(system: System) -> None:
    reached, seen = [system.data], 0
    while reached:
        for path in reached.pop().iterdir():
            seen += 1
            mode = path.stat().st_mode & 0o077
            if path.is_dir() and mode:
                assert mode & 0o066 == 0, f"others see what is in {path}"
                reached.append(path)
            elif mode:
                raise AssertionError(f"others may open {path}")
    assert seen > 4


def test_no_log_of_a_whole_run_holds_a_secret(system: System) -> None:
    client = system.client()
    client.post("/products", {"sku": "SECRET", "name": "Kept"})
    secrets = {file.name: file.read_text() for file in (system.data / "secrets").iterdir()}
    secrets |= {"token": client.token(), "signature": client.token().rpartition(".")[2]}
    logs = {log.name: log.read_text(errors="replace") for log in (system.data / "logs").glob("*.log*")}
    assert {"launcher.log", "gateway-api.log", "auth-api.log", "postgres.log"} <= logs.keys()
    assert [(log, name) for log, text in logs.items() for name, secret in secrets.items() if secret in text] == []


def test_every_process_of_ours_writes_one_format(system: System) -> None:
    """Kafka's and PostgreSQL's own logs excepted, and `launcher.log`, which is what a terminal shows."""
    seen = set()
    for process in PROCESSES:
        for line in (system.data / "logs" / f"{process.name}.log").read_text().splitlines():
            told = json.loads(line)
            assert {"event", "level", "timestamp", "service", "role"} <= told.keys(), line
            seen.add(told["service"])
    assert seen >= {"sales", "catalog", "forecaster", "auth", "gateway"}


def test_a_killed_process_comes_back_and_a_held_one_stays_down(system: System) -> None:
    before = system.process("sales-worker")
    system.kill("sales-worker")
    after = system.process("sales-worker")
    assert (after["restarts"], after["pid"] != before["pid"]) == (before["restarts"] + 1, True)
    system.stop("catalog-api")
    assert system.process("catalog-api")["state"] == "held"
    system.start("catalog-api")
    assert system.process("catalog-api")["ready"]


def test_after_a_kill_of_the_supervisor_up_finds_everything_again_and_down_leaves_nothing(system: System) -> None:
    marker = system.client().post("/products", {"sku": "SURVIVOR", "name": "Survivor"})
    supervisor = state.supervisor_of(state.load(system.data))
    orphans = state.recorded(state.load(system.data))
    assert supervisor and len(orphans) == len(BASE) + len(PROCESSES)
    os.kill(supervisor.pid, signal.SIGKILL)
    processes.wait_until(lambda: not supervisor.alive, 10, "The supervisor's end")
    system.up()
    assert not any(orphan.alive for orphan in orphans)
    assert system.client().get("/products/SURVIVOR")["id"] == marker["id"]

    running = state.recorded(state.load(system.data))
    started = time.monotonic()
    system.down()
    assert time.monotonic() - started < 10, "the issue's own bound"
    assert not any(process.alive for process in running)
    assert almanac("status", "--data", str(system.data)).returncode == 1
    system.up()


def test_the_system_ends_with_the_process_it_watches(tmp_path: Path) -> None:
    program = (
        "import sys, time; from infra.launcher.local import System; s = System().__enter__();"
        "print(s.data, flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([str(PYTHON), "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    data = Path(owner.stdout.readline().strip())
    running = state.recorded(state.load(data))
    supervisor = state.supervisor_of(state.load(data))
    assert supervisor and running
    owner.kill()
    owner.wait()
    processes.wait_until(lambda: not supervisor.alive, 20, "The end of what a killed test left")
    assert not any(Identity(p.pid, p.started).alive for p in running)
    state.remove(data)


def test_a_failing_start_leaves_nothing_behind_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match=r"No Kafka answers at 127\.0\.0\.1:1 \(--kafka\)"):
        System("--kafka=127.0.0.1:1", data=tmp_path).up()
    assert not state.recorded(state.load(tmp_path))
    assert state.supervisor_of(state.load(tmp_path)) is None
    state.remove(tmp_path)
