"""The launcher as a library: a Kafka, a PostgreSQL, or the whole system, for tests and tools.

    bootstrap = local.start_kafka(folder)            # until this process ends
    admin_dsn = local.start_postgres(folder)
    urls = local.create_databases(admin_dsn, {"sales": "secret"})

    with local.System() as system:                   # everything, in a temporary folder, on free ports
        system.kill("sales-worker")                  # kill -9; the supervisor restarts it
        system.stop("kafka"); system.start("kafka")  # held down until started again

What was started ends with this process, also when it is killed.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.launcher import processes, running, state
from infra.launcher.client import Client, administrator
from infra.launcher.databases import create_databases, drop_database, service_dsn, with_database
from infra.launcher.errors import LauncherError
from infra.launcher.paths import PYTHON, ROOT
from infra.launcher.processes import Identity

__all__ = [
    "System",
    "create_databases",
    "drop_database",
    "service_dsn",
    "start_kafka",
    "start_postgres",
    "stop_testbed",
    "testbed",
    "with_database",
]

START_SECONDS = 300


def start_kafka(folder: Path, watched: int | None = None) -> str:
    """A Kafka with its data in `folder`, shared by all who name the same folder; answers its bootstrap address."""
    return str(testbed("kafka", folder, watched)["address"])


def start_postgres(folder: Path, watched: int | None = None) -> str:
    """A PostgreSQL, shared in the same way; answers its superuser's address."""
    return str(testbed("postgres", folder, watched)["address"])


def testbed(what: str, folder: Path, watched: int | None = None) -> dict[str, Any]:
    """Starts the testbed process of that folder unless it runs; answers its report."""
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / f"{what}.json"
    with _locked(folder / f"{what}.lock"):
        if not report.exists():
            command = [
                str(PYTHON),
                "-P",
                "-m",
                "infra.launcher.testbed",
                what,
                str(folder),
                str(watched or os.getpid()),
            ]
            with (folder / f"{what}-testbed.log").open("ab") as log:
                process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
            reported = f"Starting {what} for tests (log: {folder / f'{what}-testbed.log'})"
            processes.wait_until(lambda: report.exists() or process.poll() is not None, START_SECONDS, reported)
    if not report.exists():
        raise LauncherError((folder / f"{what}-testbed.log").read_text(errors="replace")[-2000:])
    told: dict[str, Any] = json.loads(report.read_text())
    if "error" in told:
        raise LauncherError(told["error"])
    return told


def stop_testbed(folder: Path) -> None:
    """Stops what was started in that folder and waits for its end."""
    pids = [json.loads(report.read_text())["pid"] for report in folder.glob("*.json")]
    processes.end([Identity.of(pid) for pid in pids], 15)


class System:
    """The whole system in a temporary folder on free ports, started by the launcher itself.

    `process` names are those of `almanac status`: auth-api, sales-worker, forecaster-trainer, kafka, postgres …
    """

    def __init__(self, *options: str, demo: bool = False, dashboard: bool = False, data: Path | None = None) -> None:
        self._own_folder = data is None
        self.data = data or Path(tempfile.mkdtemp(prefix="almanac-system-"))
        self.data.chmod(0o711)
        self._options = (
            *options,
            *(("--demo",) if demo else ()),
            *(() if dashboard else ("--no-frontend",)),  # most tests need no page: building it takes a minute
        )

    def __enter__(self) -> Self:
        try:
            self.up()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()
        if self._own_folder:
            state.remove(self.data)

    def up(self) -> None:
        """`almanac up --detach` and all that it waits for."""
        options = [
            "--data",
            str(self.data),
            "--port",
            "0",
            "--watch",
            str(os.getpid()),
            *self._options,
        ]
        self.run("up", "--detach", *options)

    def down(self) -> None:
        """`almanac down`."""
        self.run("down", "--data", str(self.data))

    def run(self, *arguments: str, timeout: float = 900) -> str:
        """An almanac command; what it printed. Raises with all of it when it fails."""
        command = [str(PYTHON), "-P", "-m", "infra.launcher", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
        if done.returncode:
            raise LauncherError(
                f"almanac {' '.join(arguments)} exited with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    @property
    def url(self) -> str:
        """The gateway's address."""
        return str(self._state()["url"])

    @property
    def kafka(self) -> str:
        """Kafka's bootstrap address."""
        return str(self._state()["kafka"]["bootstrap"])

    def database_url(self, service: str) -> str:
        """The address that service signs in to PostgreSQL with."""
        return str(self.environment(f"{service}-worker")["ALMANAC_DATABASE_URL"])

    def environment(self, process: str) -> dict[str, str]:
        """What the launcher gives that process, for commands such as `python -m sales dead-letters`."""
        return running.environment_of(self.data, process)

    def client(self) -> Client:
        """The gateway's API, signed in as commands are."""
        return Client.connect(self.data)

    def administrator(self) -> Client:
        """The gateway's API, signed in as the first administrator."""
        return Client(self.url, administrator(self.data))

    def process(self, name: str) -> dict[str, Any]:
        """What the supervisor knows of the process now."""
        return next(unit for unit in self._state()["processes"] if unit["name"] == name)

    def processes(self) -> list[dict[str, Any]]:
        """What the supervisor knows of all processes now."""
        return list(self._state()["processes"])

    def signal(self, name: str, number: signal.Signals) -> None:
        """Any signal, such as SIGSTOP and SIGCONT, to the process as it runs now; none until it is started again."""
        unit = self.process(name)
        if unit["pid"] is not None:
            processes.send(Identity(int(unit["pid"]), str(unit["mark"])), number)

    def kill(self, name: str, *, wait: bool = True) -> None:
        """kill -9; with `wait` until the supervisor has it running and ready again."""
        before = self.process(name)["restarts"]
        self.signal(name, signal.SIGKILL)
        if wait:
            again = lambda: self.process(name)["restarts"] > before and self.process(name)["ready"]  # noqa: E731
            processes.wait_until(again, 120, f"The restart of {name}")

    def stop(self, name: str) -> None:
        """Stops the process and keeps it stopped until `start`."""
        (self.data / "holds" / name).touch()
        processes.wait_until(lambda: self.process(name)["state"] == "held", 30, f"Stopping {name}")

    def start(self, name: str) -> None:
        """Lets the process run again and waits until it is ready."""
        (self.data / "holds" / name).unlink(missing_ok=True)
        processes.wait_until(lambda: bool(self.process(name)["ready"]), 120, f"Starting {name}")

    def _state(self) -> dict[str, Any]:
        return state.load(self.data)


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
