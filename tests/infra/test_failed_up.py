"""A run that fails before it begins is one line, and forgets neither what runs nor what the folder was."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.launcher import processes, state
from infra.launcher.paths import PYTHON, ROOT
from infra.launcher.processes import Identity


def almanac(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    import os

    command = [str(PYTHON), "-P", "-m", "infra.launcher", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def left(tmp_path: Path) -> Any:
    """A folder that a killed run left: a process still runs, and the folder's own Kafka and ports are known."""
    tmp_path.chmod(0o711)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    identity = Identity.of(process.pid)
    unit = {"name": "sales-worker", "pid": process.pid, "mark": identity.started, "state": "running"}
    known = {"processes": [unit], "kafka": {"kind": "real"}, "ports": {"kafka": processes.free_port()}, "demo": True}
    state.save(tmp_path, known)
    yield tmp_path, known
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        ((), {"ALMANAC_TIMEZONE": "Mars/Olympus"}, "ALMANAC_TIMEZONE=Mars/Olympus"),
        ((), {"ALMANAC_LOG_LEVEL": "LOUD"}, "ALMANAC_LOG_LEVEL=LOUD"),
        (("--port", "70000"), {}, "is no port"),
        (("--kafka", "127.0.0.1:1"), {}, "No Kafka answers at 127.0.0.1:1"),
        (("--postgres", "mysql"), {}, "--postgres=mysql is none of"),
    ],
)
def test_a_failed_start_is_one_line_and_forgets_nothing_that_was_known(
    left: Any, options: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    data, known = left
    pid = known["processes"][0]["pid"]
    done = almanac("up", "--no-frontend", "--port", "0", "--data", str(data), *options, **environment)
    assert done.returncode != 0
    assert said in done.stderr.splitlines()[-1] and "Traceback" not in done.stderr
    after = state.load(data)
    assert after["kafka"]["kind"] == "real" and after["demo"] is True
    assert after["ports"]["kafka"] == known["ports"]["kafka"]
    alive = Identity(pid, known["processes"][0]["mark"]).alive
    assert not alive or [unit["pid"] for unit in after["processes"]] == [pid], "an orphan was forgotten"


def test_a_start_that_fails_before_it_ends_an_orphan_still_knows_it(left: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import argparse

    from infra.launcher import up
    from infra.launcher.errors import LauncherError

    data, known = left
    options = argparse.Namespace(demo=False, port=0, no_frontend=True, kafka="auto", postgres="auto", watch=None)
    monkeypatch.setattr(up, "DISK_NEEDED", 10**18)
    launch = up.Launch(data, options)
    with pytest.raises(LauncherError, match="are free"):
        launch.start()
    launch.stop()
    assert state.recorded(state.load(data)) == [Identity(u["pid"], u["mark"]) for u in known["processes"]]
