"""Which live forecasts are stale is what asking each of their weeks says, whatever changed which weeks, and when."""

import random
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from chassis.database import Connection, Database, rows
from forecaster.settings import Settings
from forecaster.storage import learned, live
from sqlalchemy import text

from services.forecaster.tests.helpers import sale, weekly_sales
from services.forecaster.tests.test_training import train

SKUS = [f"S{number}" for number in range(12)]
FIRST, WEEKS = date(2025, 12, 1), 10
EACH_WEEK = (
    "SELECT l.sku, EXISTS (SELECT FROM demand_week AS d WHERE d.sku = l.sku AND d.location = l.location"
    " AND d.week < r.first_week AND NOT pg_visible_in_snapshot(d.changed_by, r.snapshot)) AS stale"
    " FROM live_forecast AS l JOIN run AS r ON r.id = l.run_id"
)


def told(connection: Connection) -> list[dict[str, bool]]:
    """By the list, by each product's own page, and by what is looked at for findings."""
    page = live.summary_page(
        connection, sort="sku", search=None, category=None, location=None, active=None, series=None, after=None,
        limit=100,
    )  # fmt: skip
    alone = [live.one(connection, sku, "main") for sku in SKUS]
    found = {row["sku"] for row in learned.changed_since_training(connection)}
    return [
        {row["sku"]: row["stale"] for row in page}, {row["sku"]: row["stale"] for row in alone if row},
        {sku: sku in found for sku in SKUS},
    ]  # fmt: skip


def change(connection: Connection, chance: random.Random) -> None:
    """A week of a series, as sales, a replay or a void leave it."""
    at = {"sku": chance.choice(SKUS), "week": FIRST + timedelta(days=7 * chance.randrange(WEEKS + 3))}
    deed = chance.choice(["INSERT", "UPDATE", "DELETE"])
    own = " WHERE sku = :sku AND week = :week"
    sql = {
        "INSERT": "INSERT INTO demand_week (sku, location, week, units, revenue, entries)"
        " VALUES (:sku, 'main', :week, 1, 2, 1) ON CONFLICT DO NOTHING",
        "UPDATE": f"UPDATE demand_week SET units = units + 1, changed_by = pg_current_xact_id(){own}",
        "DELETE": f"DELETE FROM demand_week{own}",
    }  # fmt: skip
    connection.execute(text(sql[deed]), at)


@pytest.mark.parametrize("seed", range(6))
def test_stale_is_what_each_weeks_last_change_says(
    seed: int, database: Database, settings: Settings, project: Any
) -> None:
    chance = random.Random(seed)
    for sku in SKUS:
        project(*weekly_sales(sku, FIRST.isoformat(), [5] * WEEKS))
    late, held = FIRST + timedelta(days=7), sale(SKUS[0], FIRST.isoformat(), "2")
    with ExitStack() as under_way:  # a change that began before the run's snapshot, and ends after it
        open_one = under_way.enter_context(database.transaction())
        if seed % 2:
            given = "units = 9, changed_by = pg_current_xact_id() WHERE sku = :sku AND week = :week"
            open_one.execute(text(f"UPDATE demand_week SET {given}"), {"sku": SKUS[1], "week": late})
        train(database, settings)
    if seed % 3 == 0:
        project(held)
    for _ in range(chance.randrange(7)):
        with database.transaction() as connection:
            for _ in range(chance.randrange(1, 3)):
                change(connection, chance)
        with database.snapshot() as connection:
            wanted = {row["sku"]: row["stale"] for row in rows(connection, EACH_WEEK)}
            assert told(connection) == [wanted] * 3
    with database.snapshot() as connection:
        wanted = {row["sku"]: row["stale"] for row in rows(connection, EACH_WEEK)}
        assert told(connection) == [wanted] * 3
        assert wanted[SKUS[1]] or not seed % 2


def test_of_forecasts_that_no_week_has_changed_for_no_week_is_read(
    database: Database, settings: Settings, project: Any
) -> None:
    for sku in SKUS:
        project(*weekly_sales(sku, FIRST.isoformat(), [5] * WEEKS))
    train(database, settings)
    with database.transaction() as connection:
        fill = "SELECT 'S' || n, 'main', CAST(:first AS date) + 7 * w, 1, 1, 1 FROM generate_series(100, 400) AS n"
        connection.execute(text(
            "INSERT INTO demand_week (sku, location, week, units, revenue, entries)"
            f" {fill}, generate_series(20, 60) AS w"
        ), {"first": FIRST})  # fmt: skip
        connection.exec_driver_sql("ANALYZE demand_week, history_change, run, live_forecast, forecast")
    read = "SELECT sum(idx_tup_fetch + seq_tup_read) FROM pg_stat_xact_user_tables WHERE relname = 'demand_week'"
    with database.snapshot() as connection:
        before = connection.execute(text(read)).scalar()
        page = live.summary_page(
            connection, sort="sku", search=None, category=None, location=None, active=None, series=None, after=None,
            limit=100,
        )  # fmt: skip
        one = live.one(connection, SKUS[0], "main")
        assert one is not None
        assert [row["stale"] for row in (*page, one)] == [False] * (len(SKUS) + 1)
        assert connection.execute(text(read)).scalar() == before
