"""What an operator can mend is one line and a failing exit code, whatever process it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from chassis.database import Database
from sqlalchemy import text


def started(*arguments: str, **given: str) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ALMANAC_")} | given
    return subprocess.run([sys.executable, "-m", *arguments], env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("table", ["schema_version", "schema_version_chassis"])
def test_a_database_of_a_newer_version_is_refused_in_one_line(
    fresh_database: "object", table: str, tmp_path: Path
) -> None:
    url = fresh_database("sales")  # type: ignore[operator]
    first = started("sales", "migrate", ALMANAC_DATABASE_URL=url)
    assert first.returncode == 0, first.stderr
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text(f"UPDATE {table} SET version_num = '9999'"))
    database.close()
    done = started("sales", "migrate", ALMANAC_DATABASE_URL=url)
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert (done.returncode, "made by a newer Almanac (revision 9999" in line) == (1, True)


@pytest.mark.parametrize("role", ["api", "worker", "migrate"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("TIMEZONE", "Mars/Olympus"), ("CURRENCY", "euro"), ("LOG_LEVEL", "LOUD"), ("KAFKA_MIN_INSYNC", "3")],
)
def test_a_bad_setting_is_one_line_in_every_process(role: str, name: str, value: str) -> None:
    done = started("sales", role, ALMANAC_DATABASE_URL="postgresql://127.0.0.1:1/x", **{f"ALMANAC_{name}": value})
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"sales {role}: ALMANAC_") and name.lower() in line.lower()
