"""A Kafka or a PostgreSQL for one test run: `python -m infra.launcher.testbed kafka FOLDER PID`.

Lives outside the test processes, so that several can share it, and ends with the process it watches, however that
ends. Writes its address to FOLDER/NAME.json when it is ready; a failure goes there too, so that nobody waits in vain.
"""

import json
import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from infra.launcher import choose, postgres, processes
from infra.launcher.errors import LauncherError
from infra.launcher.processes import Identity
from infra.launcher.supervisor import Supervisor
from infra.launcher.units import Unit

PASSWORD = "test"  # noqa: S105 - a throw-away cluster on loopback


def run(what: str, folder: Path, watched: int) -> int:
    """Serves until the watched process ends or we are asked to stop."""
    watch = Identity.of(watched)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    supervisor = Supervisor(folder / "logs", folder / f"holds-{what}", lambda _units: None)
    try:
        report, unit = _kafka(folder) if what == "kafka" else _postgres(folder)
        if unit:
            supervisor.start([unit])
            supervisor.wait_ready([unit.name], 60, lambda _note: None)
    except LauncherError as fault:
        report = {"error": str(fault)}
        stop.set()
    _publish(folder / f"{what}.json", report | {"pid": os.getpid()})
    while not stop.wait(0.3) and watch.alive:
        pass
    supervisor.stop(3.0)
    shutil.rmtree(folder / what, ignore_errors=True)
    if what == "postgres":
        shutil.rmtree(postgres.data_folder(folder / what).parent, ignore_errors=True)
    return 0


def _kafka(folder: Path) -> tuple[dict[str, Any], Unit | None]:
    port = processes.free_port()
    ports = {"kafka": port, "kafka-controller": processes.free_port([port])}
    broker = choose.choose_kafka(choose.KafkaWish(), folder, ports)
    return {"kind": broker.kind, "address": broker.bootstrap, "why": broker.why}, broker.unit


def _postgres(folder: Path) -> tuple[dict[str, Any], Unit | None]:
    server = choose.choose_postgres("auto", folder, processes.free_port(), PASSWORD, fast=True)
    return {"kind": server.kind, "address": server.dsn, "why": server.why}, server.unit


def _publish(file: Path, report: dict[str, Any]) -> None:
    part = file.with_suffix(".part")
    part.write_text(json.dumps(report))
    part.replace(file)


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
