"""Weather is kept as it was issued, by file: told once, never overwritten, with each fault at its cell."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chassis.database import Database, rows
from fastapi.testclient import TestClient

from services.catalog.tests.test_shop_imports import counts, look, run

__all__ = ["run"]  # the fixture
Run = Callable[..., dict[str, Any]]
TODAY = datetime.now(UTC).date()
TOMORROW = TODAY + timedelta(days=1)


def events(database: Database) -> list[dict[str, Any]]:
    with database.snapshot() as connection:
        return rows(connection, "SELECT topic FROM outbox WHERE topic = 'weather-issued'")


def test_a_forecast_and_what_came_of_it_stand_beside_each_other(
    client: TestClient, database: Database, run: Run
) -> None:
    run("weather", "day,issued,temperature,temperature max\n2026-01-05,2026-01-02,3.5,6\n2026-01-05,2026-01-04,4,\n")
    run("weather", "day,temperature,precipitation\n2026-01-05,6.1,0.4\n")
    said = client.get("/weather", params={"location": "main", "from": "2026-01-05"}).json()["items"]
    names = ("issued_on", "temperature", "temperature_max", "precipitation")
    assert [tuple(word[name] for name in names) for word in said] == [
        ("2026-01-02", "3.50", "6.00", None), ("2026-01-04", "4.00", None, None), ("2026-01-05", "6.10", None, "0.40"),
    ]  # fmt: skip
    assert client.get("/weather", params={"from": "2026-01-06"}).json()["items"] == []


def test_a_day_to_come_is_said_today_where_the_file_does_not_say_when(client: TestClient, run: Run) -> None:
    run("weather", f"day,temperature\n{TOMORROW},3\n")
    (word,) = client.get("/weather").json()["items"]
    assert (word["day"], word["issued_on"]) == (str(TOMORROW), str(TODAY))


def test_what_was_said_is_not_overwritten_and_the_line_that_tries_is_refused_at_its_cell(
    client: TestClient, database: Database, run: Run
) -> None:
    run("weather", "day,temperature\n2026-01-05,3\n")
    told = run("weather", "day,temperature\n2026-01-05,4\n2026-01-06,5\n")
    assert counts(told) == (1, 0, 0, 1) and told["reasons"] == {"said_otherwise": 1}
    assert [word["temperature"] for word in client.get("/weather").json()["items"]] == ["3.00", "5.00"]
    assert len(events(database)) == 2
    assert counts(run("weather", "day,issued,temperature\n2026-01-05,2026-01-09,4\n")) == (1, 0, 0, 0)


@pytest.mark.parametrize(("line", "fault"), [
    (f"2026-01-05,{TODAY + timedelta(days=2)},3,main", ("issued", "in_the_future")),
    ("2026-01-05,,,main", ("temperature", "missing")), ("2026-01-05,,300,main", ("temperature", "bad_value")),
    ("2026-01-05,,3,Mars", ("location", "unknown_location")), (",,3,main", ("day", "missing")),
])  # fmt: skip
def test_a_fault_is_told_at_its_cell(client: TestClient, line: str, fault: tuple[str, str]) -> None:
    told = look(client, "weather", f"day,issued,temperature,location\n{line}\n")
    assert [(error["column"], error["code"]) for error in told["lines"][0]["errors"]] == [fault]


def test_where_a_location_lies_is_given_whole_or_not_at_all(client: TestClient) -> None:
    place = {"code": "north", "name": "North", "latitude": "48.137", "longitude": "11.575"}
    made = client.post("/locations", json=place)
    assert made.status_code == 201 and float(made.json()["latitude"]) == 48.137
    assert client.post("/locations", json={"code": "half", "name": "Half", "latitude": "48.1"}).status_code == 422
