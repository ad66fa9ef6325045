"""Some of the services' processes on a Kafka and a PostgreSQL of their own, for measurements that need no more.

with Backbone(("sales", "forecaster")) as backbone:
    backbone.start("sales", "worker")
    backbone.query("forecaster", "SELECT 1")
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg2

from infra.launcher import choose, processes
from infra.launcher.databases import create_databases
from infra.launcher.paths import PYTHON, ROOT
from infra.launcher.supervisor import Supervisor

PASSWORD = "bench"  # noqa: S105 - a throw-away cluster on loopback


class Backbone:
    """Kafka, PostgreSQL with everything durable, topics, schemas; processes as they are started."""

    def __init__(self, services: Sequence[str]) -> None:
        self._services = tuple(services)
        self.folder = Path(tempfile.mkdtemp(prefix="almanac-backbone-"))
        self.folder.chmod(0o711)
        self._supervisor = Supervisor(self.folder / "logs", self.folder / "holds", lambda _units: None)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.bootstrap = ""
        self.urls: dict[str, str] = {}

    def __enter__(self) -> Self:
        try:
            self._start_stores()
            self.run("chassis", "create-topics", "sales")
            for service in self._services:
                self.run(service, "migrate", service)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self.processes):
            self.stop(name)
        self._supervisor.stop(5.0)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_stores(self) -> None:
        kafka, postgres = processes.free_port(), processes.free_port()
        broker = choose.choose_kafka(
            choose.KafkaWish("real"), self.folder, {"kafka": kafka, "kafka-controller": processes.free_port([kafka])}
        )
        server = choose.choose_postgres("auto", self.folder, postgres, PASSWORD)
        self._supervisor.start([unit for unit in (broker.unit, server.unit) if unit])
        self._supervisor.wait_ready([unit.name for unit in (broker.unit, server.unit) if unit], 90, lambda _note: None)
        self.bootstrap = broker.bootstrap
        self.urls = create_databases(server.dsn, dict.fromkeys(self._services, PASSWORD))

    def environment(self, service: str) -> dict[str, str]:
        """What a process of the service is given."""
        return os.environ | {
            "ALMANAC_DATABASE_URL": self.urls[service],
            "ALMANAC_KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "ALMANAC_FILES_DIR": str(self.folder / "files" / service),
        }

    def run(self, module: str, verb: str, service: str) -> None:
        """A command of a service, to its end."""
        command = [str(PYTHON), "-m", module, verb]
        done = subprocess.run(command, env=self.environment(service), cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{module} {verb}: {done.stdout[-1000:]}{done.stderr[-2000:]}")

    def start(self, service: str, role: str) -> int:
        """Start a process; its pid."""
        name = f"{service}-{role}"
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(PYTHON), "-m", service, role], env=self.environment(service), cwd=ROOT, stderr=log, stdout=log
            )
        return self.processes[name].pid

    def stop(self, name: str) -> None:
        """End a process of ours in good order."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def log(self, name: str) -> str:
        """What a process has written."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def query(self, service: str, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a service's schema."""
        connection = psycopg2.connect(self.urls[service])
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def know_products(self, count: int) -> list[str]:
        """Tell the ledger of products, as `product-changed` would."""
        skus = [f"SKU-{number}" for number in range(count)]
        values = ", ".join(f"('{sku}', '{uuid.uuid4()}', 2.5, 1)" for sku in skus)
        self.query("sales", f"INSERT INTO known_product (sku, product_id, price, revision) VALUES {values}")
        return skus

    def wait(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Until the condition holds; fails when a process has ended meanwhile."""
        deadline = time.monotonic() + seconds
        while not condition():
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"{name} ended with {process.returncode}:\n{self.log(name)[-3000:]}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} did not happen within {seconds:.0f} s")
            time.sleep(0.5)

    def cpu_seconds(self) -> dict[str, float]:
        """What each process has used of a core so far; a server with all its children, ended ones too."""
        stores = {unit["name"]: unit["pid"] for unit in self._supervisor.snapshot()}
        return {name: cpu_seconds(pid) for name, pid in stores.items()} | {
            name: cpu_seconds(process.pid) for name, process in self.processes.items()
        }

    def peak_mb(self, name: str) -> float:
        """The most memory the process has held."""
        return memory(self.processes[name].pid, "VmHWM")


def memory(pid: int, figure: str = "VmRSS") -> float:
    """A process's memory in MB; VmHWM is the peak."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(figure))


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children, in seconds."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it has ended since its parent named it
        return 0.0
    own = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) for child in children)
