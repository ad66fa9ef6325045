"""Keeps processes running: starts them, restarts what dies with a growing pause, rotates logs, stops all in time.

What runs is written down after every change, so that a later command finds it also when this process was killed. A full
disk ends no thread here: what cannot be written or started now is tried again until there is room.
Children write straight to their log files, not through us: they outlive a killed supervisor without a broken pipe.
"""

import errno
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from infra.launcher import processes
from infra.launcher.errors import LauncherError
from infra.launcher.paths import private
from infra.launcher.processes import Identity
from infra.launcher.units import Unit

LOG_BYTES = 10_000_000
LOGS_KEPT = 3
FIRST_PAUSE, LONGEST_PAUSE, HEALTHY_AFTER = 0.5, 15.0, 5.0  # healthy: ready for so long since its start
GIVE_UP_AFTER = 4
STOPPED_ITSELF = "stopped:"  # as chassis.worker words a consumer that gave up


@dataclass
class Running:
    """A unit and what is known of its process."""

    unit: Unit
    process: subprocess.Popen[bytes] | None = None
    identity: Identity | None = None
    state: str = "stopped"
    ready: bool = False
    was_ready: bool = False
    restarts: int = 0
    failures: int = 0
    started: float = 0.0
    started_at: str | None = None
    next_start: float = 0.0
    exit_code: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def describe(self) -> dict[str, Any]:
        """What `status` shows."""
        return {
            "name": self.unit.name,
            "pid": self.identity.pid if self.identity and self.state == "running" else None,
            "mark": self.identity.started if self.identity else None,
            "state": self.state,
            "ready": self.ready,
            "restarts": self.restarts,
            "started_at": self.started_at,
            "port": self.unit.port,
            "exit_code": self.exit_code,
        }


class Supervisor:
    """Runs units; `holds` is a folder in which a file named like a unit keeps that unit stopped (for tests)."""

    def __init__(self, logs: Path, holds: Path, on_change: Callable[[list[dict[str, Any]]], None]) -> None:
        self._logs = logs
        self._holds = holds
        self._on_change = on_change
        self._running: dict[str, Running] = {}
        self._stopping = threading.Event()
        self._unsaved = False
        private(logs)
        shutil.rmtree(holds, ignore_errors=True)
        private(holds)
        threading.Thread(target=self._watch, name="watch", daemon=True).start()
        threading.Thread(target=self._probe, name="probe", daemon=True).start()

    def start(self, units: Iterable[Unit]) -> None:
        """Starts units now; they are kept running from here on."""
        for unit in units:
            current = Running(unit)
            self._launch(current)
            self._running[unit.name] = current
        self._changed()

    def wait_ready(self, names: Iterable[str], seconds: float, note: Callable[[str], None]) -> list[str]:
        """Waits until the units are ready; fails early, with the log's last lines, when one only keeps dying.

        A unit whose only fault is a consumer that stopped itself counts as started: an operator needs the running
        system to look at its dead letters and resume it. Answers a line for each such unit.
        """
        waiting, warnings = list(names), list[str]()
        deadline = time.monotonic() + seconds
        while waiting:
            waiting = [name for name in waiting if not self._running[name].ready]
            for name in list(waiting):
                current = self._running[name]
                if current.failures >= GIVE_UP_AFTER and not current.was_ready:
                    raise LauncherError(f"{name} does not start (exit code {current.exit_code}).\n{self.tail(name)}")
                doubts = current.unit.doubts()
                if doubts and all(said.startswith(STOPPED_ITSELF) for said in doubts.values()):
                    warnings.append(f"{name}: {_list(doubts)}")
                    waiting.remove(name)
            if waiting and time.monotonic() > deadline:
                said = "; ".join(
                    f"{name} ({_list(self._running[name].unit.doubts()) or 'no answer'})" for name in waiting
                )
                raise LauncherError(f"Not ready after {seconds:.0f} s: {said}.\n{self.tail(waiting[0])}")
            if waiting:
                note(f"waiting for {', '.join(waiting)}")
                time.sleep(0.25)
        return warnings

    def restart(self, names: Iterable[str]) -> None:
        """Ends the units politely and starts them again at once, as if they had never failed."""
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda name: self._restart(self._running[name]), names))
        self._changed()

    def _restart(self, current: Running) -> None:
        with current.lock:
            if self._stopping.is_set() or current.state == "held":
                return
            if current.process and current.identity:
                processes.end([current.identity], current.unit.grace, current.unit.stop_signal)
                current.process.wait()
                _kill_group(current.identity.pid)
            current.failures, current.restarts = 0, current.restarts + 1
            self._launch(current)

    def tail(self, name: str, lines: int = 12) -> str:
        """The last lines of a unit's log, with the file's name."""
        log = self._logs / f"{name}.log"
        text = log.read_text(errors="replace").splitlines()[-lines:] if log.exists() else []
        return "\n".join([f"Last lines of {log}:", *(f"  {line}" for line in text)])

    def stop(self, patience: float = 5.0) -> None:
        """Stops the services first, then what they stand on; kills what does not end in time."""
        self._stopping.set()
        base = [current for name, current in self._running.items() if name in ("kafka", "postgres")]
        for group in ([current for current in self._running.values() if current not in base], base):
            with ThreadPoolExecutor(max(len(group), 1)) as pool:
                list(pool.map(lambda current: self._end(current, patience), group))
        self._changed()

    def snapshot(self) -> list[dict[str, Any]]:
        """Every unit as `status` shows it."""
        return [current.describe() for current in self._running.values()]

    def _end(self, current: Running, patience: float) -> None:
        with current.lock:
            current.state, current.ready = "stopped", False
            if current.process is None or current.identity is None:
                return
            processes.end([current.identity], min(patience, current.unit.grace), current.unit.stop_signal)
            current.exit_code = current.process.wait()
            _kill_group(current.identity.pid)

    def _launch(self, current: Running) -> None:
        unit = current.unit
        with _log(self._logs / f"{unit.name}.log") as log:
            current.process = subprocess.Popen(
                unit.argv,
                env=unit.env,
                cwd=unit.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=unit.user,
                group=pwd.getpwnam(unit.user).pw_gid if unit.user else None,
                extra_groups=[] if unit.user else None,
            )
        current.identity = Identity.of(current.process.pid)
        current.state, current.ready, current.exit_code = "running", False, None
        current.started = time.monotonic()
        current.started_at = datetime.now(UTC).isoformat(timespec="milliseconds")

    def _watch(self) -> None:
        rotated = time.monotonic()
        while not self._stopping.wait(0.1):
            changed = [self._look_after(current) for current in list(self._running.values())]
            if any(changed) or self._unsaved:
                self._changed()
            if time.monotonic() - rotated > 5:
                rotated = time.monotonic()
                for current in list(self._running.values()):
                    with suppress(OSError):  # no room for the older part now: it grows until there is
                        rotate(self._logs / f"{current.unit.name}.log")

    def _look_after(self, current: Running) -> bool:
        """Restarts, holds or releases one unit; whether anything changed."""
        with current.lock:
            if self._stopping.is_set():
                return False
            held = (self._holds / current.unit.name).exists()
            now = time.monotonic()
            if current.state == "running" and current.process and current.identity:
                if held:
                    processes.end([current.identity], current.unit.grace, current.unit.stop_signal)
                current.exit_code = current.process.poll() if not held else current.process.wait()
                if current.exit_code is None:
                    if current.ready and now - current.started > HEALTHY_AFTER:
                        current.failures = 0
                    return False
                _kill_group(current.identity.pid)
                current.state, current.ready = ("held" if held else "restarting"), False
                pause = min(FIRST_PAUSE * 2**current.failures, LONGEST_PAUSE)
                current.failures += 1
                current.next_start = now + pause
                return True
            if held:
                changed, current.state = current.state != "held", "held"
                return changed
            if current.state == "held" or (current.state == "restarting" and now >= current.next_start):
                current.restarts += 1
                try:
                    self._launch(current)
                except OSError:  # a full disk, no process to be had: it is tried again, more and more seldom
                    current.state = "restarting"
                    current.next_start = now + min(FIRST_PAUSE * 2**current.failures, LONGEST_PAUSE)
                    current.failures += 1
                return True
            return False

    def _probe(self) -> None:
        with ThreadPoolExecutor(16) as pool:
            while not self._stopping.wait(0.2 if self._any_unready() else 1.0):
                if any(list(pool.map(self._check, list(self._running.values())))):
                    self._changed()

    def _any_unready(self) -> bool:
        return any(not current.ready for current in list(self._running.values()))

    def _check(self, current: Running) -> bool:
        process = current.process
        if current.state != "running":
            return False
        ready = current.unit.ready()
        if process is not current.process or current.state != "running" or ready == current.ready:
            return False
        current.ready = ready
        current.was_ready = current.was_ready or ready
        return True

    def _changed(self) -> None:
        try:
            self._on_change(self.snapshot())
            self._unsaved = False
        except OSError:  # no room: written down as soon as there is
            self._unsaved = True


def rotate(log: Path, limit: int = LOG_BYTES, kept: int = LOGS_KEPT) -> None:
    """Moves a log that has grown past the limit aside, by copy: its writer keeps appending to the same file."""
    if not log.exists() or log.stat().st_size < limit:
        return
    part = log.with_suffix(".log.part")
    try:
        shutil.copyfile(log, part)  # before an older one moves: where there is no room for it, all stay
    except OSError:
        part.unlink(missing_ok=True)
        raise
    for number in range(kept - 1, 0, -1):
        older = log.with_suffix(f".log.{number}")
        if older.exists():
            older.replace(log.with_suffix(f".log.{number + 1}"))
    part.replace(log.with_suffix(".log.1"))
    os.truncate(log, 0)


def _log(file: Path) -> IO[bytes]:
    """The log to append to; none where not even an empty file has room."""
    try:
        return file.open("ab")
    except OSError as fault:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return Path(os.devnull).open("ab")


def _list(doubts: dict[str, str]) -> str:
    return ", ".join(f"{name}: {said}" for name, said in doubts.items())


def _kill_group(leader: int) -> None:
    """Ends what a dead process left behind in its session."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
