"""A disk that is full: the supervisor lives, what runs stays written down, readiness is red, and all go on with room.

On a small file system in memory, which only root may mount; elsewhere these tests say that they are skipped.
"""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chassis.health import LEAST_BYTES, Health, room

from infra.launcher import processes, state
from infra.launcher.commands import status_document
from infra.launcher.local import System
from infra.launcher.paths import PYTHON, ROOT
from infra.launcher.supervisor import LOG_BYTES, Supervisor
from infra.launcher.units import Unit

SLEEPER = "import time; time.sleep(600)"


def mounted(place: Path, megabytes: int) -> Iterator[Path]:
    place.mkdir(mode=0o711, exist_ok=True)
    options = f"size={megabytes}m,mode=0711"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "almanac-test", str(place)], capture_output=True)
    if done.returncode:
        pytest.skip(f"cannot mount a small file system here: {done.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 MB."""
    yield from mounted(tmp_path / "small", 32)


def fill(folder: Path) -> Path:
    """Takes all the room that there is."""
    file = folder / "everything"
    with file.open("wb", buffering=0) as out:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    out.write(bytes(size))
            except OSError:
                continue
    return file


def until(condition: Any, seconds: float = 30) -> None:
    processes.wait_until(lambda: bool(condition()), seconds, "What the test waits for")


class Shop:
    """A supervisor with one process, whose state and logs lie on the small file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        state.save(folder, {})
        self.supervisor = Supervisor(folder / "logs", folder / "holds", self._note)
        self.supervisor.start([self.unit("one")])

    def _note(self, snapshot: list[dict[str, Any]]) -> None:
        state.save(self.folder, {"processes": snapshot})

    def unit(self, name: str) -> Unit:
        argv = (sys.executable, "-c", SLEEPER)
        return Unit(name, argv, dict(os.environ), Path("/"), lambda: True, 0)

    @property
    def written(self) -> dict[str, Any]:
        return dict(state.load(self.folder)["processes"][0])


@pytest.fixture
def shop(small: Path) -> Iterator[Shop]:
    made = Shop(small)
    yield made
    made.supervisor.stop(2.0)


def test_a_process_that_dies_on_a_full_disk_is_started_again_and_written_down(shop: Shop) -> None:
    until(lambda: shop.written["ready"])
    fill(shop.folder)
    for restarts in (1, 2):
        os.kill(shop.written["pid"], signal.SIGKILL)
        until(lambda expected=restarts: shop.written["restarts"] == expected and shop.written["ready"])
        assert processes.Identity(shop.written["pid"], shop.written["mark"]).alive


def test_a_start_for_which_there_is_no_room_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, start, failing = Shop(tmp_path), subprocess.Popen, [1, 2]

    def starts(*arguments: Any, **more: Any) -> Any:
        if failing:
            raise OSError(errno.ENOSPC, f"No space left on device ({failing.pop()})")
        return start(*arguments, **more)

    try:
        until(lambda: shop.written["ready"])
        monkeypatch.setattr(subprocess, "Popen", starts)
        os.kill(shop.written["pid"], signal.SIGKILL)
        until(lambda: shop.written["restarts"] == 3 and shop.written["ready"])
    finally:
        shop.supervisor.stop(2.0)


def test_a_log_is_moved_aside_when_there_is_room_for_it_and_older_ones_stay_until_then(shop: Shop) -> None:
    log = shop.folder / "logs" / "one.log"
    log.with_suffix(".log.1").write_bytes(b"older")
    log.write_bytes(b"x" * (LOG_BYTES + 1))
    everything = fill(shop.folder)
    time.sleep(6)  # longer than from one look to the next
    assert log.with_suffix(".log.1").read_bytes() == b"older"
    os.kill(shop.written["pid"], signal.SIGKILL)
    until(lambda: shop.written["restarts"] == 1)
    everything.unlink()
    until(lambda: log.stat().st_size == 0)
    assert log.with_suffix(".log.1").stat().st_size == LOG_BYTES + 1
    assert log.with_suffix(".log.2").read_bytes() == b"older"


def test_what_could_not_be_written_down_is_when_there_is_room(small: Path) -> None:
    """The first state is larger than what was reserved for it: nothing of it is lost."""
    state.save(small, {"first": True})
    everything = fill(small)
    large = {"names": ["x" * 100] * 1000}
    with pytest.raises(OSError):
        state.save(small, large)
    assert state.load(small) == {"first": True}
    state.save(small, {"second": 2})
    assert state.load(small) == {"second": 2}
    everything.unlink()
    state.save(small, large)
    assert state.load(small) == large
    assert not list(small.glob("*.part"))


def test_readiness_says_that_the_disk_is_full(small: Path) -> None:
    health = Health("sales", "worker")
    health.add("disk", room(small / "files" / "not-there-yet"))
    ready, told = health.report()
    assert not ready
    assert told["checks"]["disk"] == f"the disk is full: 34 MB are left at {small}"
    assert small.stat().st_size < LEAST_BYTES


@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_a_whole_system_outlives_a_full_disk() -> None:
    """PostgreSQL, Kafka and the logs are out of room at once."""
    place = Path(tempfile.mkdtemp(prefix="almanac-full-"))
    for folder in mounted(place, 2600):
        (folder / "data").mkdir()
        with System(data=folder / "data") as system:
            client = system.client()
            client.post("/products", {"sku": "BEFORE", "name": "Before"})
            supervisor = state.supervisor_of(state.load(system.data))
            everything = fill(folder)
            until(lambda: not system.process("sales-worker")["ready"], 60)
            told = subprocess.run(
                [str(PYTHON), "-P", "-m", "infra.launcher", "status", "--data", str(system.data)],
                cwd=ROOT, capture_output=True, text=True,
            )  # fmt: skip
            assert told.returncode == 1 and "the disk is full" in told.stdout, told.stdout + told.stderr
            # How much is left may be a little: PostgreSQL and Kafka give back what they could not use.
            assert re.search(r"The disk is nearly full: [0-9]{1,2} MB are left", told.stdout), told.stdout
            for name in ("sales-worker", "postgres", "kafka"):
                system.kill(name, wait=False)
            assert supervisor and supervisor.alive
            everything.unlink()
            until(lambda: all(unit["ready"] for unit in status_document(system.data)["processes"]), 180)
            assert supervisor.alive
            client = system.client()
            assert client.get("/products/BEFORE")["name"] == "Before"
            client.post("/products", {"sku": "AFTER", "name": "After"})
            assert "all are equal" in system.run("verify", "--data", str(system.data))
            assert json.loads(json.dumps(status_document(system.data)))["disk_free"] > LEAST_BYTES
    place.rmdir()
