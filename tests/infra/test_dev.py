"""`almanac dev`: what changes restarts what runs it, and the dashboard's server hands the API on."""

import http.server
import os
import shutil
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.launcher import dev, frontend, processes
from infra.launcher.environment import PROCESSES
from infra.launcher.paths import ROOT
from infra.launcher.supervisor import Supervisor
from infra.launcher.units import Unit

SERVICES = ROOT / "services"
SAYS = "import os, pathlib, time; print(pathlib.Path('said').read_text(), flush=True); time.sleep(600)"


def test_a_service_restarts_alone_and_what_all_stand_on_restarts_all() -> None:
    assert dev.affected([SERVICES / "sales" / "sales" / "app.py"]) == ["sales-api", "sales-worker"]
    assert dev.affected([SERVICES / "gateway" / "gateway" / "app.py"]) == ["gateway-api"]
    for shared in dev.SHARED:
        changed = [SERVICES / shared / shared / "any.py"]
        assert dev.affected(changed) == [process.name for process in PROCESSES]


def test_every_process_runs_a_package_that_is_watched() -> None:
    watched = {folder.name for folder in dev.sources()}
    assert watched == {process.service for process in PROCESSES} | set(dev.SHARED)


def test_a_file_that_is_no_python_yet_restarts_nothing(tmp_path: Path) -> None:
    good, bad, gone = tmp_path / "good.py", tmp_path / "bad.py", tmp_path / "gone.py"
    good.write_text("x = 1\n")
    bad.write_text("x = 1\ndef (:\n")
    assert dev.unreadable([good, gone]) is None
    assert dev.unreadable([good, bad]) == "bad.py, line 2: invalid syntax"


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    """Set when the test ends."""
    event = threading.Event()
    yield event
    event.set()


def test_a_burst_of_changes_is_one_and_what_is_no_python_is_none(tmp_path: Path, ended: threading.Event) -> None:
    seen: list[set[Path]] = []
    follower = threading.Thread(target=lambda: seen.extend(dev.changes(ended, [tmp_path])), daemon=True)
    follower.start()
    time.sleep(1)  # until the folder is watched
    for name in ("one.py", "two.py", "notes.txt"):
        (tmp_path / name).write_text("x = 1\n")
    time.sleep(2)
    ended.set()
    follower.join(10)
    assert seen == [{tmp_path / "one.py", tmp_path / "two.py"}]


def test_a_restarted_process_runs_the_new_source_at_once(tmp_path: Path) -> None:
    said, log = tmp_path / "said", tmp_path / "logs" / "one.log"
    said.write_text("old")
    supervisor = Supervisor(tmp_path / "logs", tmp_path / "holds", lambda _: None)
    ready = lambda: said.read_text() in log.read_text()  # noqa: E731
    try:
        supervisor.start(
            [Unit("one", (str(shutil.which("python3")), "-c", SAYS), dict(os.environ), tmp_path, ready, 0)]
        )
        supervisor.wait_ready(["one"], 20, lambda _: None)
        before = supervisor.snapshot()[0]
        said.write_text("new")
        supervisor.restart(["one"])
        supervisor.wait_ready(["one"], 20, lambda _: None)
        after = supervisor.snapshot()[0]
    finally:
        supervisor.stop(2.0)
    assert log.read_text().split() == ["old", "new"]
    assert (after["restarts"], after["pid"] != before["pid"]) == (1, True)


class Gateway(http.server.BaseHTTPRequestHandler):
    """Says which path was asked for."""

    def do_GET(self) -> None:
        """Any path."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.mark.e2e
def test_the_dashboards_server_reloads_sources_and_hands_the_api_to_the_gateway(tmp_path: Path) -> None:
    gateway = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    port = processes.free_port()
    unit = dev.dashboard(port, f"http://127.0.0.1:{gateway.server_port}", frontend.install())
    supervisor = Supervisor(tmp_path / "logs", tmp_path / "holds", lambda _: None)
    try:
        supervisor.start([unit])
        supervisor.wait_ready([unit.name], 60, lambda _: None)
        page, asked = (_get(f"http://127.0.0.1:{port}{path}") for path in ("/", "/api/config?x=1"))
    finally:
        supervisor.stop(2.0)
        gateway.shutdown()
    assert "/@vite/client" in page
    assert asked == "/api/config?x=1"


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.read().decode())
