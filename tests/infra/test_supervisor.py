"""The supervisor with real processes: what dies comes back, what is stopped stays stopped, nothing is left behind."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.launcher import processes, state
from infra.launcher.errors import LauncherError
from infra.launcher.processes import Identity
from infra.launcher.supervisor import Supervisor, rotate
from infra.launcher.units import Unit

SLEEPER = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(600)"
)
CHILD = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
PARENT = f"import subprocess, sys; print({CHILD}.pid); {SLEEPER}"


class Stage:
    """A supervisor and what it last wrote down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshot: list[dict[str, Any]] = []
        self.supervisor = Supervisor(folder / "logs", folder / "holds", self._note)

    def _note(self, snapshot: list[dict[str, Any]]) -> None:
        self.snapshot = snapshot

    def start(self, name: str, program: str, doubts: dict[str, str] | None = None) -> None:
        """Runs a Python program as a unit that is ready when it has said so; `doubts` are its failing checks."""
        log = self.folder / "logs" / f"{name}.log"
        unit = Unit(
            name=name,
            argv=(sys.executable, "-c", program),
            env=dict(os.environ),
            cwd=self.folder,
            ready=lambda: b"here" in log.read_bytes(),
            port=0,
            doubts=lambda: doubts or {},
        )
        self.supervisor.start([unit])

    def ready(self, name: str) -> dict[str, Any]:
        """The unit's description once it is ready."""
        self.supervisor.wait_ready([name], 20, lambda _note: None)
        return self.unit(name)

    def unit(self, name: str) -> dict[str, Any]:
        """The unit's description now."""
        return next(unit for unit in self.supervisor.snapshot() if unit["name"] == name)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A supervisor that is stopped after the test."""
    made = Stage(tmp_path)
    yield made
    made.supervisor.stop(2.0)


def until(condition: Callable[[], object]) -> None:
    """Waits for a condition."""
    processes.wait_until(lambda: bool(condition()), 20, "What the test waits for")


def test_a_killed_process_is_started_again_and_counted(stage: Stage) -> None:
    stage.start("one", SLEEPER)
    first = stage.ready("one")
    os.kill(first["pid"], signal.SIGKILL)
    until(lambda: stage.unit("one")["restarts"] == 1 and stage.unit("one")["ready"])
    again = stage.unit("one")
    assert again["pid"] != first["pid"]
    assert not Identity(first["pid"], first["mark"]).alive


def test_a_held_process_stays_down_until_it_is_released(stage: Stage) -> None:
    stage.start("one", SLEEPER)
    first = stage.ready("one")
    hold = stage.folder / "holds" / "one"
    hold.touch()
    until(lambda: stage.unit("one")["state"] == "held")
    time.sleep(1.0)
    assert stage.unit("one")["state"] == "held"
    assert not Identity(first["pid"], first["mark"]).alive
    hold.unlink()
    until(lambda: stage.unit("one")["ready"])


def test_a_process_that_cannot_start_ends_the_wait_with_its_last_words(stage: Stage) -> None:
    stage.start("broken", "raise SystemExit('the setting ALMANAC_X is wrong')")
    with pytest.raises(
        LauncherError, match=r"(?s)broken does not start \(exit code 1\).*the setting ALMANAC_X is wrong"
    ):
        stage.supervisor.wait_ready(["broken"], 30, lambda _note: None)


def test_stop_kills_what_does_not_listen_and_what_it_left_behind(stage: Stage) -> None:
    stage.start("stubborn", STUBBORN)
    stage.start("parent", PARENT)
    units = [stage.ready("stubborn"), stage.ready("parent")]
    child = Identity.of(int((stage.folder / "logs" / "parent.log").read_text().split()[0]))
    assert child.alive
    stage.supervisor.stop(1.0)
    assert not any(Identity(unit["pid"], unit["mark"]).alive for unit in units)
    until(lambda: not child.alive)


def test_a_stopped_process_is_ended_too(stage: Stage) -> None:
    stage.start("frozen", SLEEPER)
    unit = stage.ready("frozen")
    os.kill(unit["pid"], signal.SIGSTOP)
    stage.supervisor.stop(2.0)
    assert not Identity(unit["pid"], unit["mark"]).alive


def test_what_a_killed_supervisor_wrote_down_finds_its_processes_and_no_others(stage: Stage) -> None:
    stage.start("one", SLEEPER)
    unit = stage.ready("one")
    written = {"processes": [unit, unit | {"name": "reused", "mark": "another start"}]}
    assert state.recorded(written) == [Identity(unit["pid"], unit["mark"])]
    processes.end(state.recorded(written), 5)
    assert not Identity(unit["pid"], unit["mark"]).alive


def test_a_long_log_moves_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    with log.open("ab", buffering=0) as writer:
        for round_number in range(5):
            writer.write(b"x" * 100 + str(round_number).encode())
            rotate(log, limit=100, kept=3)
            writer.write(b"after")
            assert log.read_bytes() == b"after"
            os.truncate(log, 0)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.log", "a.log.1", "a.log.2", "a.log.3"]
    assert log.with_suffix(".log.1").read_bytes().endswith(b"4")


MUTE = "import time; time.sleep(600)"


def test_a_consumer_that_stopped_itself_does_not_keep_the_system_from_starting(stage: Stage) -> None:
    stage.start("worker", MUTE, {"consumer history allowed": "stopped: 100 records in a row could not be applied"})
    warnings = stage.supervisor.wait_ready(["worker"], 10, lambda _note: None)
    assert warnings == ["worker: consumer history allowed: stopped: 100 records in a row could not be applied"]
    assert not stage.unit("worker")["ready"]


def test_any_other_failing_check_does_and_is_named(stage: Stage) -> None:
    stage.start("worker", MUTE, {"consumer allowed": "stopped: by hand", "database": "connection refused"})
    with pytest.raises(
        LauncherError, match=r"worker \(consumer allowed: stopped: by hand, database: connection refused\)"
    ):
        stage.supervisor.wait_ready(["worker"], 1, lambda _note: None)
