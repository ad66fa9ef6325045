"""How the business counts is changed by one command, which says first what it rewrites; anything else is refused."""

import os
import subprocess
from collections.abc import Iterator

import pytest

from infra.launcher.local import System
from infra.launcher.paths import PYTHON, ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """A small shop in UTC, whose weeks start on Mondays."""
    with System() as running:
        running.run("import", str(ROOT / "tests" / "journeys" / "sample_data.csv"), "--data", str(running.data))
        yield running


def almanac(system: System, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [str(PYTHON), "-P", "-m", "infra.launcher", *arguments, "--data", str(system.data)]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=600
    )  # fmt: skip


def test_other_weeks_are_said_first_and_then_rewritten_everywhere(system: System) -> None:
    client = system.client()
    assert client.get("/config")["week_start"] == "monday"
    before = client.get("/forecast/history/totals")
    told = almanac(system, "settings", "--week-start", "sunday", "--train-hour", "4")
    assert told.returncode == 0, told.stderr
    assert "Weeks start on  monday → sunday" in told.stdout and "Nothing was changed; add --yes." in told.stdout
    held = f"{before['weeks']:,} weeks of {before['series']:,} series, from {before['events']:,} entries"
    assert held in " ".join(told.stdout.split())
    assert client.get("/config")["week_start"] == "monday"
    done = almanac(system, "settings", "--week-start", "sunday", "--train-hour", "4", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Rewriting the demand history" in done.stdout
    client = system.client()
    assert {name: client.get("/config")[name] for name in ("week_start", "train_hour")} == {
        "week_start": "sunday", "train_hour": 4,
    }  # fmt: skip
    after = client.get("/forecast/history/totals")
    assert after["events"] == before["events"] and after["first_week"] != before["first_week"]
    assert "all are equal" in system.run("verify", "--data", str(system.data))


def test_an_environment_that_says_something_else_is_refused_and_none_keeps_what_was_made(system: System) -> None:
    system.down()
    refused = almanac(system, "up", "--detach", "--port", "0", "--no-frontend", ALMANAC_WEEK_START="monday")
    (line,) = refused.stderr.splitlines() or refused.stdout.splitlines()
    assert refused.returncode == 1
    assert "week_start=sunday (you say monday)" in line and "almanac settings --week-start monday" in line
    system.up()
    assert system.client().get("/config")["week_start"] == "sunday"
