"""`almanac dev`: the system as `up` runs it, following the sources.

A change of a service restarts that service's processes, one of the chassis or the contracts all of them; new topics and
migrations are applied first. A file that is no Python yet changes nothing: the processes go on with what they have.
The dashboard is served by Vite, which reloads in the browser what changed, and hands /api to the gateway.
"""

import argparse
import shutil
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from watchfiles import PythonFilter, watch

from infra.launcher import frontend, processes, running, up
from infra.launcher.console import say
from infra.launcher.environment import PROCESSES, Surroundings
from infra.launcher.errors import LauncherError
from infra.launcher.paths import ROOT
from infra.launcher.units import Unit, answers_ok

SHARED = ("chassis", "contracts")
QUIET_MS = 400  # an editor or git that writes many files makes one restart


def run(options: argparse.Namespace) -> int:
    """In the foreground, as `up`."""
    return up.run(options, Following)


class Following(up.Launch):
    """A launch whose processes follow their sources. `--port` is the dashboard's."""

    def __init__(self, data: Path, options: argparse.Namespace) -> None:
        super().__init__(data, options)
        self._ended = threading.Event()
        self._environment: dict[str, str] = {}

    def start(self) -> None:
        """Everything that `up` starts, then the dashboard's server and the watch over the sources."""
        super().start()
        if self._environment:
            unit = dashboard(self.content["ports"]["dashboard"], self.content["url"], self._environment)
            self.supervisor.start([unit])
            self.supervisor.wait_ready([unit.name], 60, lambda _note: None)
        threading.Thread(target=self._follow, name="follow", daemon=True).start()

    def stop(self) -> None:
        """Ends the watch, then every process."""
        self._ended.set()
        super().stop()

    @property
    def address(self) -> str:
        """Where the dashboard is, with the API behind it."""
        return f"http://127.0.0.1:{self.content['ports']['dashboard']}" if self._environment else super().address

    def _build_frontend(self) -> str:
        if self.options.no_frontend:
            return super()._build_frontend()
        self._environment = frontend.install()
        return "the dashboard follows its sources (Vite)"

    def _choose_ports(self) -> dict[str, int]:
        ports = super()._choose_ports()
        if not self.options.no_frontend:
            ports["dashboard"] = ports["gateway-api"]
            ports["gateway-api"] = processes.free_port(ports.values())
        return ports

    def _follow(self) -> None:
        for changed in changes(self._ended):
            names = affected(changed)
            wrong = unreadable(changed)
            if wrong:
                say(f"  Not restarted: {wrong}")
            elif names:
                self._renew(names)

    def _renew(self, names: list[str]) -> None:
        try:
            self.before = dict(self.content)
            self._prepare(self._where())
            self.supervisor.restart(names)
            say(f"  Restarted {', '.join(names)}")
        except LauncherError as fault:  # a migration that fails: say it and wait for the next change
            say(f"  {fault}")

    def _where(self) -> Surroundings:
        return running.surroundings(self.data, self.content)


def dashboard(port: int, gateway: str, environment: dict[str, str]) -> Unit:
    """Vite's server over the dashboard's sources."""
    node = shutil.which("node", path=environment.get("PATH")) or "node"
    script = str(frontend.FOLDER / "node_modules" / "vite" / "bin" / "vite.js")
    argv = (node, script, "--strictPort", "--host", "127.0.0.1", "--port", str(port))
    ready = f"http://127.0.0.1:{port}/"
    given = environment | {"ALMANAC_URL": gateway}
    return Unit("dashboard", argv, given, frontend.FOLDER, lambda: answers_ok(ready), port)


def sources() -> list[Path]:
    """The packages of all services."""
    return sorted(path.parent for path in (ROOT / "services").glob("*/*/__init__.py"))


def changes(ended: threading.Event, folders: Iterable[Path] | None = None) -> Iterator[set[Path]]:
    """The Python files that change, in bursts, until the end."""
    watched = folders if folders is not None else sources()
    for burst in watch(
        *watched, watch_filter=PythonFilter(), stop_event=ended, debounce=QUIET_MS, raise_interrupt=False
    ):
        yield {Path(path) for _, path in burst}


def affected(changed: Iterable[Path]) -> list[str]:
    """The processes that run what changed."""
    packages = {path.relative_to(ROOT / "services").parts[0] for path in changed}
    everywhere = bool(packages & set(SHARED))
    return [process.name for process in PROCESSES if everywhere or process.service in packages]


def unreadable(changed: Iterable[Path]) -> str | None:
    """What is wrong with the first file that Python cannot read, if there is one."""
    for path in sorted(changed):
        try:
            compile(path.read_text(), str(path), "exec")
        except FileNotFoundError:
            continue  # it was removed: what imports it will say so
        except (SyntaxError, ValueError) as fault:
            return f"{path.name}, line {getattr(fault, 'lineno', None) or 0}: {getattr(fault, 'msg', fault)}"
    return None
