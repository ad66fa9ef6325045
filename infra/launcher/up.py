"""`almanac up`: brings everything up in order and keeps it running until it is told to stop."""

import argparse
import hashlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg2

from infra.demo import LARGE, WHOLESALER
from infra.launcher import choose, databases, demo, environment, frontend, postgres, processes, running, state
from infra.launcher.client import COMMAND_LINE_SECRET, credentials
from infra.launcher.console import say, step
from infra.launcher.environment import BASE, DEMOS, PROCESSES, Business, Process, Surroundings, is_demo
from infra.launcher.errors import LauncherError
from infra.launcher.kafka import Broker
from infra.launcher.paths import PYTHON, ROOT, private
from infra.launcher.postgres import Server
from infra.launcher.processes import Identity
from infra.launcher.supervisor import Supervisor
from infra.launcher.units import Unit, answers_ok, failing_checks

DISK_NEEDED = 1_500_000_000
READY_SECONDS = 180.0
TOPICS = ROOT / "services" / "contracts" / "contracts" / "topics.py"
PORTS = [*BASE, "kafka-controller", *(process.name for process in PROCESSES if process.service != "gateway")]


def run(options: argparse.Namespace, kind: "type[Launch] | None" = None) -> int:
    """In the foreground: up, then supervise until a signal; all is stopped at the end, whatever happens."""
    data = options.data.resolve()
    known = already_running(data)
    if known:
        say(f"Almanac already runs from {data}: {known}")
        return 0
    running.check_settings()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: _interrupt(stop))
    launch = (kind or Launch)(data, options)
    try:
        launch.start()
        launch.announce()
        watched = Identity.of(options.watch) if options.watch else None
        while not stop.wait(0.3) and (watched is None or watched.alive):
            pass
    except KeyboardInterrupt:
        say("Stopping …")
    finally:
        launch.stop()
    return 0


def _interrupt(stop: threading.Event) -> None:
    """The first signal ends whatever goes on; a later one must not break the clean stop."""
    if not stop.is_set():
        stop.set()
        raise KeyboardInterrupt


def already_running(data: Path) -> str | None:
    """The address of the system that runs from this folder."""
    content = state.load(data)
    return str(content.get("url") or "it is starting") if state.supervisor_of(content) else None


class Launch:
    """One run of the system from one data folder."""

    def __init__(self, data: Path, options: argparse.Namespace) -> None:
        self.data, self.options = data, options
        state.make_folder(data)
        self.before = state.load(data)
        self.business = _business(options, self.before)
        self.supervisor = Supervisor(data / "logs", data / "holds", self._record_processes)
        self._lock = threading.Lock()
        # What this folder was, and what may still run of it, stays known until it is replaced: a run may fail.
        kept = {name: value for name, value in self.before.items() if name not in ("url", "supervisor")}
        self.content: dict[str, Any] = kept | {
            "demo": is_demo(self.business.profile),
            "business": asdict(self.business),
            "options": {name: getattr(options, name) for name in ("port", "kafka", "postgres", "no_frontend")},
            "phase": "starting",
        }

    def start(self) -> None:
        """Everything up to the address that answers (and the demo's data, when asked for)."""
        self._make_room()
        ports = self._choose_ports()
        own = Identity.of(os.getpid())
        self._record(supervisor={"pid": own.pid, "mark": own.started}, ports=ports)
        with ThreadPoolExecutor(3) as pool:
            built = pool.submit(self._build_frontend)
            broker_job = pool.submit(self._kafka, ports)
            server_job = pool.submit(self._postgres, ports)
            broker, server = broker_job.result(), server_job.result()
            self._record(
                kafka={"kind": broker.kind, "bootstrap": broker.bootstrap, "group_protocol": broker.group_protocol},
                postgres={"kind": server.kind, "address": databases.without_sign_in(server.dsn)},
            )
            where = self._surroundings(server)
            self._prepare(where)
            say(f"  {built.result()}")
        self._start_services(where)
        self._record(url=f"http://127.0.0.1:{ports['gateway-api']}", phase="up")
        if self.options.demo:
            _load(self.options.demo, self.data, self.options.products)

    @property
    def address(self) -> str:
        """Where people find it."""
        return str(self.content["url"])

    def announce(self) -> None:
        """The address, the sign-in and where the logs are."""
        user, password = credentials(self.data, demo=is_demo(self.business.profile))
        kept = self.data / "secrets" / user
        if not is_demo(self.business.profile):  # a secret is shown to whoever sits there, and to no log
            password = f"{password}   (kept in {kept})" if sys.stdout.isatty() else f"the password in {kept}"
        say(f"\n  Almanac is ready:  {self.address}")
        say(f"  Sign in:           {user} / {password}")
        say(f"  Logs:              {self.data / 'logs'}")
        say(f"  Stop:              Ctrl-C, or ./almanac down --data {self.data}\n")
        self._record(phase="ready")

    def stop(self) -> None:
        """Ends every process, in less than ten seconds."""
        started = time.monotonic()
        self.supervisor.stop(4.0)
        self._record(supervisor={}, phase="stopped")
        say(f"Stopped ({time.monotonic() - started:.1f} s).")

    def _make_room(self) -> None:
        free = shutil.disk_usage(self.data).free
        if free < DISK_NEEDED:
            raise LauncherError(
                f"Only {free / 1e9:.1f} GB are free for {self.data} and Almanac needs {DISK_NEEDED / 1e9:.1f}: "
                "free some space, or put the data elsewhere with --data DIR."
            )
        left = state.recorded(self.before)
        if left:
            with step(f"Ending {len(left)} processes that a killed run left behind"):
                processes.end(left, 6.0, signal.SIGINT)

    def _choose_ports(self) -> dict[str, int]:
        wanted = int(self.options.port)
        if wanted and not processes.port_is_free(wanted):
            raise LauncherError(f"Port {wanted} is in use by another program: choose another with --port N.")
        ports = state.choose_ports(self.before.get("ports") or {}, PORTS)
        ports["gateway-api"] = wanted or processes.free_port(ports.values())
        return ports

    def _build_frontend(self) -> str:
        return "the dashboard is left out (--no-frontend)" if self.options.no_frontend else frontend.build()

    def _kafka(self, ports: dict[str, int]) -> Broker:
        before = (self.before.get("kafka") or {}).get("kind")
        broker = choose.choose_kafka(choose.KafkaWish(self.options.kafka, before), self.data, ports)
        say(f"  Kafka:       {broker.why}")
        self._start_base(broker.unit)
        return broker

    def _postgres(self, ports: dict[str, int]) -> Server:
        password = state.secret(self.data, "postgres")
        server = choose.choose_postgres(self.options.postgres, self.data, ports["postgres"], password)
        say(f"  PostgreSQL:  {server.why}")
        self._start_base(server.unit)
        return server

    def _start_base(self, unit: Unit | None) -> None:
        if unit:
            with step(f"Starting {unit.name}"):
                self.supervisor.start([unit])
                self.supervisor.wait_ready([unit.name], 60, lambda _note: None)

    def _surroundings(self, server: Server) -> Surroundings:
        state.secret(self.data, COMMAND_LINE_SECRET, renew=True)
        _create_databases(server.dsn, running.passwords(self.data))
        return running.surroundings(self.data, self.content)

    def _prepare(self, where: Surroundings) -> None:
        """Topics and migrations, side by side; not again for the same code on the same stores of our own."""
        stamp = preparation_stamp(self.content, self.data)
        if stamp and stamp == self.before.get("prepared"):
            self._record(prepared=stamp)
            self._adopt_settings(where)
            return
        commands = [("chassis", "create-topics", Process("sales", "worker"))]
        commands += [(service, "migrate", Process(service, "worker")) for service in databases.SERVICES]
        with step("Creating topics and migrating the schemas"), ThreadPoolExecutor(3) as pool:
            for job in [pool.submit(self._command, *command, where) for command in commands]:
                job.result()
        self._record(prepared=stamp)
        self._adopt_settings(where)

    def _adopt_settings(self, where: Surroundings) -> None:
        """What `almanac settings` asked for: each service follows; one that was killed meanwhile does it now."""
        if not self.content.get("adopting"):
            return
        with step("Following the new settings"):
            for service in databases.SERVICES:
                self._command(service, "adopt-settings", Process(service, "worker"), where)
        self._record(adopting=False)

    def _command(self, module: str, verb: str, process: Process, where: Surroundings) -> None:
        command = [str(PYTHON), "-P", "-m", module, verb]
        given = running.process_environment(process, where)
        done = subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            said = "\n".join(f"  {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-12:])
            raise LauncherError(f"`python -m {module} {verb}` failed:\n{said}")

    def _start_services(self, where: Surroundings) -> None:
        units = [self._unit(process, where) for process in PROCESSES]
        with step(f"Starting {len(units)} processes") as progress:
            self.supervisor.start(units)
            warnings = self.supervisor.wait_ready(
                [unit.name for unit in units], READY_SECONDS, lambda note: setattr(progress, "note", note)
            )
        for warning in warnings:
            say(f"  Look at this: {warning} (its dead letters are on the Pipeline page)")

    def _unit(self, process: Process, where: Surroundings) -> Unit:
        given = running.process_environment(process, where)
        files = given.get("ALMANAC_FILES_DIR")
        if files:
            private(private(Path(files).parent) / process.service)
        port = where.ports[process.name]
        argv = (str(PYTHON), "-P", "-m", process.service, process.role)
        url = f"http://127.0.0.1:{port}/readyz"
        return Unit(process.name, argv, given, ROOT, lambda: answers_ok(url), port, doubts=lambda: failing_checks(url))

    def _record_processes(self, snapshot: list[dict[str, Any]]) -> None:
        self._record(processes=[*snapshot, *state.still_running(self.before, snapshot)])

    def _record(self, **changes: Any) -> None:
        with self._lock:
            self.content.update(changes)
            state.save(self.data, self.content)


def _business(options: argparse.Namespace, before: dict[str, Any]) -> Business:
    """As the data were made; the demo's are its own, whatever the environment says."""
    made = before.get("business")
    if options.demo or before.get("demo"):
        wanted = DEMOS[options.demo or WHOLESALER]
        if not made or not before.get("demo"):
            return wanted
        if options.demo and made["profile"] != wanted.profile:
            raise LauncherError(f"The data are those of another demo: use --data DIR for --demo={options.demo}.")
        return Business(**made)
    return environment.business_of_the_caller(made)


def _load(kind: str, data: Path, products: int) -> None:
    """The demo's data, unless they are there."""
    if kind == WHOLESALER:
        demo.load(data)
    elif kind == LARGE:
        importlib.import_module("infra.launcher.large").load(data, products)
    else:
        importlib.import_module("infra.launcher.stores").load(data, kind)


def _create_databases(dsn: str, passwords: dict[str, str]) -> dict[str, str]:
    try:
        return databases.create_databases(dsn, passwords)
    except psycopg2.errors.DiskFull as fault:
        raise LauncherError(
            "The disk is full: PostgreSQL has no room. Free some, or use --data DIR elsewhere."
        ) from fault
    except psycopg2.Error as fault:
        said = str(fault).strip().splitlines()[0]
        raise LauncherError(f"PostgreSQL refused to make the database, its roles or schemas: {said}") from fault


def preparation_stamp(content: dict[str, Any], data: Path) -> str | None:
    """A hash of every migration and topic, or None where the stores are not ours or forget when they stop."""
    kinds = [content["kafka"]["kind"], content["postgres"]["kind"]]
    if "external" in kinds or "dev" in kinds:
        return None
    files = sorted((ROOT / "services").glob("*/*/storage/migrations/**/*.py"))
    made = [postgres.data_folder(data / "postgres") / "PG_VERSION", data / "kafka" / "logs" / "meta.properties"]
    digest = hashlib.sha256(str([kinds, [file.stat().st_mtime_ns for file in made]]).encode())
    for file in [*files, *sorted((ROOT / "services" / "chassis" / "chassis").glob("*.py")), TOPICS]:
        digest.update(file.read_bytes())
    return digest.hexdigest()
