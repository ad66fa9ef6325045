"""`almanac test`: every check of the project, one summary, and an exit code that can be trusted.

Fails when anything fails and also when nothing ran. The last line counts everything: N passed, N failed, N skipped.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra.launcher import frontend
from infra.launcher.console import say, step
from infra.launcher.errors import LauncherError
from infra.launcher.paths import PYTHON, ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WITH_PROGRAMS = ("integration tests", "e2e tests")  # the parts that use programs of the machine
EXPRESSIONS = {
    "unit": "not integration and not e2e",
    "integration": "integration and not e2e",
    "e2e": "e2e",
}
VITEST = re.compile(r"^\s*Tests\s+(.*)$", re.MULTILINE)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class PartOutcome:
    """What one part of the run came to."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0


def run(kind: str | None, arguments: list[str]) -> int:
    """Runs the chosen kind, or all; arguments go to pytest, and then only pytest runs."""
    parts = _parts(kind, arguments)
    with ThreadPoolExecutor(1) as pool:
        programs = pool.submit(_provide_programs) if kind != "unit" else None
        outcomes = []
        for name, part in parts:
            if programs and name.endswith(WITH_PROGRAMS):
                programs.result()
            outcomes.append(_timed(name, part))
    return _summary(outcomes)


def _parts(kind: str | None, arguments: list[str]) -> list[tuple[str, Callable[[], PartOutcome]]]:
    parallel = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile"]
    parts: list[tuple[str, Callable[[], PartOutcome]]] = []
    if kind in (None, "unit") and not arguments:
        parts += [("ruff", lambda: _check(["-m", "ruff", "check", "."])), ("walls", _walls)]
        parts += [("types", lambda: _check(["-m", "mypy"])), ("dashboard lint", lambda: _npm_script("lint"))]
        parts += [("dashboard types", lambda: _npm_script("typecheck")), ("dashboard tests", _dashboard)]
    if kind == "unit":
        parts.append(("unit tests", lambda: _pytest("unit", [*parallel, *arguments])))
    elif kind != "e2e":
        expression = kind or "not e2e"
        parts.append((f"{kind or 'unit and integration'} tests", lambda: _pytest(expression, [*parallel, *arguments])))
    if kind in (None, "e2e"):
        parts.append(("e2e tests", lambda: _pytest("e2e", arguments)))
    return parts


def _timed(name: str, part: Callable[[], PartOutcome]) -> PartOutcome:
    say(f"\n== {name}")
    started = time.monotonic()
    try:
        outcome = part()
    except LauncherError as fault:
        say(str(fault))
        outcome = PartOutcome(name, failed=1)
    outcome.name, outcome.seconds = name, time.monotonic() - started
    return outcome


def _summary(outcomes: list[PartOutcome]) -> int:
    say("\n== summary")
    for outcome in outcomes:
        verdict = "FAILED" if outcome.failed else "ok" if outcome.passed else "nothing ran"
        counts = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
        say(f"  {outcome.name:<28} {verdict:<12} {counts:<40} {outcome.seconds:6.1f} s")
    passed, failed, skipped = (sum(getattr(o, name) for o in outcomes) for name in ("passed", "failed", "skipped"))
    say(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


def _check(arguments: list[str]) -> PartOutcome:
    done = subprocess.run([str(PYTHON), *arguments], cwd=ROOT)
    return PartOutcome("", passed=int(done.returncode == 0), failed=int(done.returncode != 0))


def _walls() -> PartOutcome:
    """import-linter; its console script is called because it has no `-m` form."""
    done = subprocess.run([str(PYTHON.parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    kept = re.search(r"Contracts: (\d+) kept, (\d+) broken", done.stdout)
    if done.returncode or not kept:
        say(done.stdout + done.stderr)
    if not kept:
        return PartOutcome("", failed=1)
    return PartOutcome("", passed=int(kept[1]), failed=int(kept[2]))


def _pytest(expression: str, arguments: list[str]) -> PartOutcome:
    with tempfile.TemporaryDirectory(prefix="almanac-junit-") as folder:
        report = Path(folder) / "junit.xml"
        command = [str(PYTHON), "-m", "pytest", "-q", "-m", EXPRESSIONS.get(expression, expression)]
        done = subprocess.run([*command, f"--junit-xml={report}", *arguments], cwd=ROOT)
        outcome = _read_junit(report) if report.exists() else PartOutcome("")
    if done.returncode not in (0, 5) and not outcome.failed:  # 5: nothing was collected
        outcome.failed = 1
    return outcome


def _read_junit(report: Path) -> PartOutcome:
    outcome = PartOutcome("")
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314 - pytest's own file
        count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
        outcome.failed += count["failures"] + count["errors"]
        outcome.skipped += count["skipped"]
        outcome.passed += max(count["tests"] - count["failures"] - count["errors"] - count["skipped"], 0)
    return outcome


def _dashboard() -> PartOutcome:
    if not (frontend.FOLDER / "package.json").exists():
        say("  there is no frontend/package.json yet")
        return PartOutcome("")
    environment = frontend.install() | {"CI": "true", "NO_COLOR": "1"}
    done = subprocess.run(["npm", "test"], cwd=frontend.FOLDER, env=environment, capture_output=True, text=True)
    text = ANSI.sub("", done.stdout + done.stderr)
    say("\n".join(text.splitlines()[-40:] if done.returncode else VITEST.findall(text)))
    found = VITEST.search(text)
    counts = (
        {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped)", found[1])} if found else {}
    )
    failed = counts.get("failed", 0) or int(done.returncode != 0)
    return PartOutcome("", counts.get("passed", 0), failed, counts.get("skipped", 0))


def _npm_script(script: str) -> PartOutcome:
    """A script of frontend/package.json that checks; what it says is shown when it fails."""
    command = ["npm", "run", "--silent", script]
    done = subprocess.run(command, cwd=frontend.FOLDER, env=frontend.install(), capture_output=True, text=True)
    if done.returncode:
        say("\n".join(ANSI.sub("", done.stdout + done.stderr).splitlines()[-40:]))
    return PartOutcome("", passed=int(done.returncode == 0), failed=int(done.returncode != 0))


def _provide_programs() -> None:
    """A Chromium for the journeys and an nginx for what is asked of its settings: those here, or Debian's packages when
    root; else those tests skip and say why."""
    wanted = {"chromium": BROWSERS, "nginx": ("nginx", "/usr/sbin/nginx")}
    missing = [package for package, names in wanted.items() if not any(shutil.which(name) for name in names)]
    if not missing or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    with step(f"Installing {' and '.join(missing)} for the tests", every=20):
        # Runlevel 1: what is installed is for the tests, and is not started as a service of the machine.
        environment = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *missing]):
            subprocess.run(command, env=environment, capture_output=True, stdin=subprocess.DEVNULL)
