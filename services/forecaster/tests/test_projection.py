"""The history in the database: each entry once, with its offsets, whatever is delivered how often."""

import threading
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from random import Random
from typing import Any

from chassis import migrations
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Connection, Database, rows
from chassis.event_log import Record
from contracts.bounds import MOST_AMOUNT, MOST_UNITS
from contracts.events import SaleRecorded
from contracts.lean import decode_sale
from forecaster.app import MIGRATIONS
from forecaster.events.sales import HistoryHandler
from forecaster.storage import demand, inbox

from services.forecaster.tests.helpers import CLOCK, record, sale

migration = import_module("forecaster.storage.migrations.0008_quick_reads")


def history(database: Database) -> dict[tuple[str, str], tuple[Decimal, Decimal, int]]:
    with database.transaction() as connection:
        found = rows(connection, "SELECT * FROM demand_week ORDER BY sku, week")
    return {(row["sku"], row["week"].isoformat()): (row["units"], row["revenue"], row["entries"]) for row in found}


def test_migrations_go_up_down_and_up_again(postgres) -> None:  # type: ignore[no-untyped-def]
    database = Database(postgres.fresh_database("forecaster"))
    migrations.upgrade(database, MIGRATIONS)
    assert migrations.at_head(database, MIGRATIONS)
    migrations.downgrade(database, MIGRATIONS)
    with database.transaction() as connection:
        left = rows(connection, "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace")
    assert all(row["relname"].startswith("schema_version") for row in left)
    migrations.upgrade(database, MIGRATIONS)
    assert migrations.at_head(database, MIGRATIONS)
    database.close()


def test_an_entry_delivered_again_changes_nothing(database: Database, project) -> None:  # type: ignore[no-untyped-def]
    first, second = sale("A", quantity="3"), sale("B", quantity="0.125", price="8")
    project(first, second, first)
    before = history(database)
    project(first, second, offset=0)
    project(second, sale("B", quantity="1", price="8"))
    assert before == {
        ("A", "2026-01-05"): (Decimal("3.000"), Decimal("7.5000"), 1),
        ("B", "2026-01-05"): (Decimal("0.125"), Decimal("1.0000"), 1),
    }
    assert history(database)["B", "2026-01-05"] == (Decimal("1.125"), Decimal("9.0000"), 2)


def test_very_many_sales_as_large_as_the_ledger_takes_are_counted(database: Database, project) -> None:  # type: ignore[no-untyped-def]
    price = str(MOST_AMOUNT / MOST_UNITS)
    project(*(sale("HUGE", quantity=str(MOST_UNITS), price=price) for _ in range(200)))
    assert history(database)["HUGE", "2026-01-05"] == (200 * MOST_UNITS, 200 * MOST_AMOUNT, 200)


def test_offsets_are_kept_with_the_effects(database: Database, project) -> None:  # type: ignore[no-untyped-def]
    project(sale(), sale())
    with database.transaction() as connection:
        assert demand.offsets(connection) == {"sale-recorded": {"0": 2}}


def test_a_malformed_record_is_a_dead_letter_and_its_neighbours_count(database: Database, project) -> None:  # type: ignore[no-untyped-def]
    loop = ConsumerLoop(
        database,
        lambda: None,
        HistoryHandler(CLOCK),
        LoopOptions(keep_offsets=True, decode=decode_sale, values_only=True, backoff=0.01),  # type: ignore[arg-type, return-value]
    )
    good, later = record(sale("A"), 0), record(sale("A"), 3)
    finer = record(sale("A"), 2)
    finer = finer._replace(value=(finer.value or b"").replace(b'"quantity":"1"', b'"quantity":"0.00001"'))
    loop.process([good, Record("sale-recorded", 0, 1, b"k", good.headers, b"{", 0), finer, later])
    assert history(database)["A", "2026-01-05"][0] == 2
    with database.transaction() as connection:
        letters = rows(connection, 'SELECT "offset", code FROM dead_letter ORDER BY 1')
        assert [(row["offset"], row["code"]) for row in letters] == [(1, "bad_payload"), (2, "bad_payload")]
        assert demand.offsets(connection) == {"sale-recorded": {"0": 4}}


def test_an_entry_that_could_not_be_read_counts_when_it_is_redriven(database: Database) -> None:
    loop = ConsumerLoop(
        database, lambda: None, HistoryHandler(CLOCK),  # type: ignore[arg-type, return-value]
        LoopOptions(keep_offsets=True, decode=decode_sale, values_only=True),  # type: ignore[arg-type]
    )  # fmt: skip
    redriven = record(sale("REDRIVEN"), 100)
    finer = (redriven.value or b"").replace(b'"quantity":"1"', b'"quantity":"0.00001"')
    loop.process([redriven._replace(value=finer), redriven._replace(offset=101)])
    assert history(database)["REDRIVEN", "2026-01-05"][0] == 1
    loop.process([redriven._replace(offset=102)])
    assert history(database)["REDRIVEN", "2026-01-05"][0] == 1


def test_totals_add_up(database: Database, project) -> None:  # type: ignore[no-untyped-def]
    first = sale("A", quantity="3", price="1.10")
    project(first, sale("A", quantity="-1", price="1.10", kind="return"), sale(kind="void", replaces=first))
    with database.transaction() as connection:
        found = demand.totals(connection)
    assert (found["units"], found["revenue"], found["entries"], found["events"]) == (-1, Decimal("-1.10"), 1, 3)


def sums_of_rows(database: Database) -> dict[str, Any]:
    """What the history's rows themselves sum up to."""
    with database.transaction() as connection:
        found = rows(
            connection,
            "SELECT COALESCE(sum(units), 0) AS units, COALESCE(sum(revenue), 0) AS revenue,"
            " COALESCE(sum(entries), 0) AS entries, count(*) AS weeks, count(DISTINCT (sku, location)) AS series,"
            " min(week) AS first_week, max(week) AS last_week FROM demand_week",
        )[0]
        return {**found, "events": inbox.counted(connection)}


def kept_sums(database: Database) -> dict[str, Any]:
    with database.transaction() as connection:
        return demand.totals(connection)


def test_the_totals_are_those_of_the_rows_after_any_batches_and_any_change_by_hand(
    database: Database, project: Callable[..., None]
) -> None:
    random = Random(7)
    entries: list[SaleRecorded] = []
    assert kept_sums(database) == sums_of_rows(database)
    for _ in range(12):
        batch = [
            sale(
                random.choice("ABCDE"), f"2026-01-{random.randint(1, 31):02}", str(random.randint(1, 9)),
                location=random.choice(["main", "shop"]), kind=random.choice(["sale", "return"]),
            )
            for _ in range(random.randint(1, 6))
        ]  # fmt: skip
        voided = [sale(kind="void", replaces=random.choice(entries))] if entries else []
        again = random.sample(entries, min(2, len(entries)))
        project(*batch, *voided, *again, *batch[:1])
        entries += batch
        assert kept_sums(database) == sums_of_rows(database)
    for statement in (
        "UPDATE demand_week SET units = units + 100 WHERE sku = 'A'",
        "DELETE FROM demand_week WHERE sku = 'B' AND week < '2026-01-12'",
        "DELETE FROM demand_week WHERE sku = 'C'",
        "DELETE FROM demand_week WHERE sku = 'nothing'",
        "INSERT INTO demand_week (sku, location, week, units, revenue, entries)"
        " SELECT sku, location || '2', week, units, revenue, entries FROM demand_week",
        "DELETE FROM demand_week",
    ):
        with database.transaction() as connection:
            connection.exec_driver_sql(statement)
        assert kept_sums(database) == sums_of_rows(database), statement


def test_a_series_that_two_add_to_at_once_is_counted_once(database: Database) -> None:
    def add(connection: Connection, week: str) -> None:
        connection.exec_driver_sql(
            "INSERT INTO demand_week (sku, location, week, units, revenue, entries) VALUES ('A', 'main', %s, 1, 1, 1)",
            (week,),
        )

    def add_another() -> None:
        with database.transaction() as connection:
            add(connection, "2026-01-12")

    with database.transaction() as first:
        add(first, "2026-01-05")
        second = threading.Thread(target=add_another)
        second.start()
        second.join(0.3)
        assert second.is_alive(), "it waits for the sums"
    second.join(10)
    assert kept_sums(database) == sums_of_rows(database)
    assert kept_sums(database)["series"] == 1


def test_the_totals_are_counted_once_for_a_history_that_was_there_before_they_were_kept(postgres: Any) -> None:
    database = Database(postgres.fresh_database("forecaster"))
    migrations.upgrade(database, MIGRATIONS)
    with database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO sale_seen SELECT gen_random_uuid() FROM generate_series(1, 5)")
        connection.exec_driver_sql("INSERT INTO sale_window (forgotten) VALUES (3)")
        connection.exec_driver_sql(
            "INSERT INTO demand_week (sku, location, week, units, revenue, entries)"
            " VALUES ('A', 'main', '2026-01-05', 2.5, 3, 4), ('A', 'main', '2026-01-12', 1, 1, 4)"
        )
        connection.exec_driver_sql("DELETE FROM history_total")
        connection.exec_driver_sql(migration.TOTAL.split(";")[1])
    assert kept_sums(database) == sums_of_rows(database)
    assert kept_sums(database)["events"] == 8
    database.close()
