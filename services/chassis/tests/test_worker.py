"""A worker's process ends when it can do no more, so that it is started again."""

import subprocess
import sys
from pathlib import Path

HANGING = """
import sys
from pathlib import Path
from types import SimpleNamespace
from chassis.worker import Worker

settings = SimpleNamespace(files_dir=Path("."), http_host="127.0.0.1", health_port=0)
worker = Worker("a", "worker", settings, SimpleNamespace(ping=lambda: None))
worker.run_thread("idle", lambda stop: stop.wait())
now = __import__("time").monotonic()
worker._loops.append(SimpleNamespace(name="history", last_poll=now, hangs=lambda: HANGS))
sys.exit(worker.run())
"""


def test_a_worker_whose_log_client_hangs_ends_as_failed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGING.replace("HANGS", "True")],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "log_client_hangs" in done.stdout + done.stderr


def test_a_worker_whose_loops_are_well_goes_on_until_it_is_told_to_stop(tmp_path: Path) -> None:
    program = [sys.executable, "-u", "-c", HANGING.replace("HANGS", "False")]
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(program, cwd=tmp_path, text=True, **both) as process:  # type: ignore[call-overload]
        try:
            while "worker_started" not in process.stdout.readline():
                assert process.poll() is None
            process.wait(3)
            raise AssertionError("it ended by itself")
        except subprocess.TimeoutExpired:
            process.terminate()
        assert process.wait(30) == 0
