"""With many series: of a look at their classes only what says something else is written."""

from collections.abc import Iterator

import pytest
from catalog.application import classes
from catalog.domain.segments import SHARE_MOVED
from chassis.database import Connection, Database, rows

from tests.row_counts import rows_written

SERIES = 2000
SOLD = """
INSERT INTO stock_movement (sale_id, part, sku, location, at, units, amount)
SELECT gen_random_uuid(), 0, 'P' || n, 'L', timestamptz '2026-11-20' - make_interval(weeks => w, mins => n),
    1 + mod(n * w, 5), 10 * n
FROM generate_series(1, :series) AS n, generate_series(0, 9) AS w
"""


@pytest.fixture
def sold(database: Database) -> Iterator[Database]:
    """Many series that sell, classified."""
    with database.transaction() as connection:
        connection.exec_driver_sql(SOLD.replace(":series", str(SERIES)))
        assert classes.classify_sold(connection) == SERIES
    yield database


def sell(connection: Connection, sku: str, units: int, amount: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO stock_movement (sale_id, part, sku, location, at, units, amount)"
        f" VALUES (gen_random_uuid(), 0, '{sku}', 'L', timestamptz '2026-11-19', {units}, {amount})"
    )


def shown(connection: Connection) -> dict[str, dict[str, object]]:
    return {row["sku"]: row for row in rows(connection, "SELECT * FROM segment")}


def test_after_a_sale_the_classes_of_few_are_written_and_all_are_as_if_looked_at_anew(sold: Database) -> None:
    with sold.transaction() as connection:
        sell(connection, "P7", 3, 40)
        before = rows_written(connection, "segment")
        assert classes.classify_sold(connection) == 0, "no class changed"
        assert rows_written(connection, "segment") - before <= 2 * 2  # the one that sold: away, and written
        kept = shown(connection)
        connection.exec_driver_sql("DELETE FROM segment")
        classes.classify_sold(connection)
        anew = shown(connection)
    assert kept.keys() == anew.keys()
    for sku, row in anew.items():
        assert kept[sku]["share_before"] == pytest.approx(row.pop("share_before"), abs=SHARE_MOVED)
        assert kept[sku] | row == kept[sku], "all but the share exactly"


def test_a_series_that_sells_otherwise_or_no_more_changes_its_class_and_is_decided_anew(sold: Database) -> None:
    with sold.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM decision_due")
        sell(connection, "P8", 10_000, 900_000)
        connection.exec_driver_sql("DELETE FROM stock_movement WHERE sku = 'P9'")
        changed = classes.classify_sold(connection)
        assert 2 <= changed < SERIES / 4
        found = shown(connection)
        assert (found["P8"]["segment"], "P9" in found) == ("AZ", False)
        marked = {row["sku"] for row in rows(connection, "SELECT sku FROM decision_due")}
        assert {"P8", "P9"} <= marked and len(marked) == changed
