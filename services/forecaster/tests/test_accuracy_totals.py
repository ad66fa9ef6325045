"""Accuracy is summed once a week and kept: whatever changes a week's sums is seen, and nothing else sums it anew."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.consumer import Batch, Delivery
from chassis.database import Connection, Database, rows
from contracts.envelope import new_event
from contracts.events import ProductChanged
from forecaster.application.planning.scoring import Scoring
from forecaster.events.catalog import CatalogHandler
from forecaster.settings import Settings
from forecaster.storage import accuracy, accuracy_totals

from services.forecaster.tests.helpers import record, sale, weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_overrides import products, put
from services.forecaster.tests.test_planning import run_of, week
from tests.row_counts import rows_read

__all__ = ["app", "client"]

OLDEST, NEWEST = week(0), week(4)
SEGMENTS = ("all", "category", "location", "method")


@pytest.fixture
def scoring(database: Database, settings: Settings, project: Any) -> Scoring:
    """Five weeks that were forecast, sold and summed."""
    project(*weekly_sales("A", "2025-12-29", [10] * 6), *weekly_sales("B", "2025-12-29", [8] * 6))
    products(database, settings, ["A", "B"])
    for number, level in enumerate([10, 12, 8, 10, 10, 11]):
        run_of(database, settings, number, level)
        project(sale("A", str(week(number)), "10"), sale("B", str(week(number)), str(10 + 5 * (number % 2))))
    made = Scoring(database, settings, lambda: datetime(2026, 3, 17, 12, tzinfo=UTC))
    while made.once():
        pass
    return made


def outdated(database: Database) -> list[date]:
    with database.snapshot() as connection:
        return sorted(accuracy_totals.outdated(connection, OLDEST, NEWEST))


def answers(database: Database, segment: str, **more: Any) -> list[dict[str, Any]]:
    with database.snapshot() as connection:
        return accuracy_totals.by_segment(connection, segment, OLDEST, NEWEST, **more)


def from_every_cell(connection: Connection, segment: str) -> dict[tuple[int, str], dict[str, float]]:
    """What the answer must be: each week summed from its cells, without anything kept."""
    sums: dict[tuple[int, str], dict[str, float]] = {}
    for number in range(5):
        for row in accuracy.by_segment(connection, segment, week(number), week(number)):
            into = sums.setdefault((row["lag"], row["segment"]), {"weeks": 0})
            for name in ("weeks", "cells", "actual", "final_error", "model_error", "naive_error", "bias", "inside",
                         "pinball", "scaled", "scaled_cells"):  # fmt: skip
                into[name] = into.get(name, 0) + (row[name] or 0)
    return sums


def late_sale(project: Any, **_: Any) -> set[date]:
    project(sale("A", str(week(2)), "7"))
    return {week(2), week(3)}  # lag 1's naive forecast of the week after repeats it


def overridden(client: Any, **_: Any) -> set[date]:
    assert put(client, sku="A", value="13", first_week=str(week(5)), last_week=str(week(5))).status_code == 201
    return set()  # of a week that has not ended


def another_category(database: Database, settings: Settings, **_: Any) -> set[date]:
    changed = ProductChanged(product_id=uuid4(), sku="A", name="Lamp A", category="Lights", revision=9)
    with database.transaction() as connection:
        delivery = Delivery(new_event(changed, "catalog"), record(changed, 1))
        CatalogHandler(settings.zone).apply(connection, Batch([delivery]))
    return {week(number) for number in range(5)}


def nothing(**_: Any) -> set[date]:
    return set()


def a_sale_of_now(project: Any, **_: Any) -> set[date]:
    project(sale("A", str(week(5)), "7"))
    return set()


def a_run_again(database: Database, settings: Settings, **_: Any) -> set[date]:
    run_of(database, settings, 4, 40)
    return {week(4)}


@pytest.mark.parametrize("change", [nothing, late_sale, overridden, another_category, a_sale_of_now, a_run_again])
def test_a_change_makes_the_weeks_out_of_date_that_it_touches_and_the_answer_is_that_of_every_cell(
    change: Callable[..., set[date]], scoring: Scoring, client: Any, database: Database, settings: Settings,
    project: Any,
) -> None:  # fmt: skip
    assert outdated(database) == []
    touched = change(client=client, database=database, settings=settings, project=project)
    assert touched <= set(outdated(database))
    assert change is a_run_again or touched == set(outdated(database))
    for again in (False, True):
        for segment in SEGMENTS:
            with database.snapshot() as connection:
                right = from_every_cell(connection, segment)
                if change is not nothing:  # MASE's scale is that of when a week was summed
                    right = {key: {name: sums[name] for name in sums.keys() - {"scaled", "scaled_cells"}}
                             for key, sums in right.items()}  # fmt: skip
            found = {(row["lag"], row["segment"]): row for row in answers(database, segment)}
            assert found.keys() == right.keys()
            for key, sums in right.items():
                assert {name: found[key][name] for name in sums} == pytest.approx(sums), (segment, key, again)
        while scoring.once():
            pass
        assert outdated(database) == []


@pytest.mark.usefixtures("scoring")
def test_an_override_and_its_undoing_are_seen_in_the_week_they_changed(client: Any, database: Database) -> None:
    made = put(client, sku="A", value="13", first_week=str(week(5)), last_week=str(week(5))).json()
    with database.transaction() as connection:  # it was made for a week that has ended since
        for table in ("override_set SET first_week = :w, last_week = :w", "override_cell SET week = :w"):
            rows(connection, f"UPDATE {table} RETURNING 1", w=NEWEST)
    assert outdated(database) == [NEWEST]
    assert client("POST", f"/overrides/{made['id']}/undo", "planner").status_code == 200
    assert outdated(database) == [NEWEST]


@pytest.mark.usefixtures("scoring")
def test_what_is_kept_is_what_is_read(database: Database) -> None:
    before = answers(database, "all")[0]
    with database.transaction() as connection:
        rows(connection, "UPDATE accuracy_total SET actual = actual + 1000 WHERE week = :w RETURNING 1", w=NEWEST)
    assert answers(database, "all")[0]["actual"] > before["actual"] + 999
    assert answers(database, "all", category="none of these") == []
    assert answers(database, "all", location="main", category="Lamps")[0]["weeks"] == 5


def test_weeks_that_nobody_asks_for_any_more_are_forgotten(scoring: Scoring, database: Database) -> None:
    with database.transaction() as connection:
        kept = rows(connection, "SELECT week FROM accuracy_week")
        assert len(kept) == 5
        accuracy_totals.forget(connection, week(3) + timedelta(days=1))
        assert [row["week"] for row in rows(connection, "SELECT week FROM accuracy_week")] == [NEWEST]
        assert rows(connection, "SELECT DISTINCT week FROM accuracy_total") == [{"week": NEWEST}]


@pytest.mark.usefixtures("scoring")
def test_what_planners_added_is_asked_of_the_series_that_they_changed_and_no_other_is_read(
    client: Any, database: Database
) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO forecast SELECT run_id, 'X' || n, location, mean, quantiles, sum_quantiles, method, reason,"
            " active, next4 FROM forecast, generate_series(1, 500) AS n WHERE sku = 'B'"
        )
        connection.exec_driver_sql("ANALYZE forecast")
    overridden(client)
    for newest, people in ((NEWEST, []), (week(5), ["planner"])):
        with database.snapshot() as connection:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
            before = rows_read(connection, "forecast")
            found = accuracy.by_author(connection, OLDEST, newest, 1)
            assert [row["author"] for row in found] == people
            assert rows_read(connection, "forecast") - before < 50
