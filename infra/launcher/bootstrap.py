"""Makes the project's Python environment from hash-pinned requirement files. Standard library only.

Guarantees: a finished installation is remembered by the hash of its requirement file, so a warm start installs
nothing; two commands at once do not install at once; an existing `.venv` is installed into, never removed.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.launcher.console import step
from infra.launcher.errors import LauncherError
from infra.launcher.paths import PYTHON, REQUIREMENTS, ROOT, VENV, cache_dir

STAMPS = VENV / ".almanac"


def ensure(*groups: str) -> None:
    """Makes the environment hold every requirement file named (`runtime`, `test`, `java` …)."""
    with _only_one():
        _make_venv()
        _add_project_folders()
        for group in groups:
            _install(group)


def installed(group: str) -> bool:
    """Whether the requirement file, as it is now, was installed."""
    stamp = STAMPS / group
    return stamp.exists() and stamp.read_text() == _fingerprint(group)


def find_uv() -> Path:
    """uv: the environment's own, the system's, or one installed by pip into the cache, pinned by hash."""
    for found in (VENV / "bin" / "uv", shutil.which("uv")):
        if found and Path(found).exists():
            return Path(found)
    home = cache_dir() / f"uv-{_fingerprint('bootstrap')[:12]}"
    if not (home / "bin" / "uv").exists():
        _install_uv(home)
    return home / "bin" / "uv"


def _install_uv(home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    with step("Installing uv, the package installer"), tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        made = subprocess.run([sys.executable, "-m", "venv", scratch], capture_output=True, text=True)
        if made.returncode:
            raise LauncherError(
                "This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv."
            )
        pip = [f"{scratch}/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--require-hashes", "-r", str(REQUIREMENTS / "bootstrap.txt")], "uv")
        (home / "bin").mkdir(parents=True, exist_ok=True)
        shutil.copy2(f"{scratch}/bin/uv", home / "bin" / "uv.part")
        (home / "bin" / "uv.part").replace(home / "bin" / "uv")


def _make_venv() -> None:
    if PYTHON.exists():
        return
    with step("Making the Python environment .venv"):
        made = subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", str(VENV)], capture_output=True, text=True
        )
    if made.returncode:
        raise LauncherError(f"Could not make {VENV}: {(made.stderr or made.stdout).strip().splitlines()[-1]}")


def _add_project_folders() -> None:
    """Every service's folder and the project's root become importable through one .pth file."""
    services = sorted(folder for folder in (ROOT / "services").iterdir() if (folder / "pyproject.toml").exists())
    text = "".join(f"{folder}\n" for folder in (*services, ROOT))
    for packages in (VENV / "lib").glob("python3*/site-packages"):
        pth = packages / "almanac.pth"
        if not pth.exists() or sorted(pth.read_text().split()) != sorted(text.split()):
            pth.write_text(text)


def _install(group: str) -> None:
    if installed(group):
        return
    file = REQUIREMENTS / f"{group}.txt"
    uv = find_uv()
    packages = sum("==" in line for line in file.read_text().splitlines())
    with step(f"Installing the Python packages of {file.relative_to(ROOT)} (at most {packages})"):
        command = [str(uv), "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", str(file)]
        _run(command, "the Python packages")
    STAMPS.mkdir(exist_ok=True)
    for done in (group, "runtime") if group == "test" else (group,):  # test.txt holds all of runtime.txt
        (STAMPS / done).write_text(_fingerprint(done))


def _run(command: list[str], what: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    if done.returncode == 0:
        return
    said = (done.stderr or done.stdout).strip()
    if "No space left" in said:
        raise LauncherError(f"The disk is full: {what} could not be installed into {VENV}.")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    cause = next((line for line in lines if "error" in line.lower() or "caused" in line.lower()), (lines or ["?"])[-1])
    raise LauncherError(
        f"Could not install {what} ({cause[:300]}). Is the Python package index reachable from here? "
        "Behind a proxy or mirror set HTTPS_PROXY, or PIP_INDEX_URL and UV_DEFAULT_INDEX."
    )


def _fingerprint(group: str) -> str:
    return hashlib.sha256((REQUIREMENTS / f"{group}.txt").read_bytes()).hexdigest()


@contextmanager
def _only_one() -> Iterator[None]:
    lock = ROOT / ".venv.lock"
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
