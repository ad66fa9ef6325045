"""With many decisions: a page is chosen by an index, and sums are kept, whoever changes decisions."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from catalog.storage import decided, needs
from chassis.database import Connection, Database, rows, scalar
from sqlalchemy import text

PRODUCTS, LOCATIONS, LIMIT = 1500, 4, 20
MADE = """
INSERT INTO decision (run_id, sku, location, as_of, supplier, segment, revenue, on_hand, on_order, reserved, unit_cost,
    quantity, reorder_point, order_up_to, safety_stock, expected_demand, days_of_cover, order_by, short_units, reason,
    inputs, order_value, revenue_at_risk, excess, excess_value, stock_value, due, at_risk, out_of_stock, stockout_risk)
SELECT CAST(:run AS uuid), 'P' || n, 'L' || l, DATE '2026-11-22', 'S' || n % 5, (ARRAY['AX', 'CZ', NULL])[1 + n % 3],
    n, n % 17, 0, 0, 2.5, n % 7, 1, 2, 1, 3, n % 40, DATE '2026-12-01' + n % 30, 0, 'because',
    jsonb_build_object('filler', repeat('x', 900)), n % 7 * 2.5 + l / 3.0, n % 13 * 0.1, n % 11 - 5, n % 11 * 0.3,
    n % 17 * 2.5, n % 9 = 0, n % 8 = 0, n % 17 = 0, n % 100 / 100.0
FROM generate_series(1, :products) AS n, generate_series(1, :locations) AS l
"""


@pytest.fixture
def many(database: Database) -> Iterator[Database]:
    run = uuid4()
    with database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO product (id, sku, name, category, revision) SELECT gen_random_uuid(), 'P' || n,"
                " 'Thing ' || n, 'C' || n % 50, 1 FROM generate_series(1, :n) AS n"
            ),
            {"n": PRODUCTS},
        )
        connection.execute(text(MADE), {"run": run, "products": PRODUCTS, "locations": LOCATIONS})
        connection.execute(
            text("UPDATE live_run SET run_id = :run, as_of = '2026-11-22', completed_at = now()"), {"run": run}
        )
    _vacuum(database)
    yield database


def _vacuum(database: Database) -> None:
    """As autovacuum does: from then on indexes are read without their rows."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("decision", "product", "live_run", "decision_due"):
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {table}")


def read_whole(connection: Connection) -> int:
    """How many rows of decisions this transaction has read so far."""
    return int(
        scalar(
            connection,
            "SELECT seq_tup_read + COALESCE(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'decision'",
        )
    )


@pytest.mark.parametrize("sort", ["-value", "-excess", "sku", "name"])
@pytest.mark.parametrize("filters", [{}, {"at_risk": True}, {"supplier": "S1"}, {"pattern": "%thing 12%"}])
def test_of_many_decisions_a_page_is_chosen_by_an_index_and_few_are_read_whole(
    many: Database, sort: str, filters: dict[str, Any]
) -> None:
    if sort == "-excess":
        filters = {**filters, "excess": True}
    with many.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        before = read_whole(connection)
        found = decided.page(connection, filters, sort, None, LIMIT, inputs=True)
        assert len(found) == LIMIT
        assert read_whole(connection) - before <= PRODUCTS * LOCATIONS / 10


def added_up(connection: Connection, by: str) -> dict[str, dict[str, Any]]:
    """The sums as they are of all decisions."""
    found = rows(
        connection,
        f"SELECT {by} AS of, count(*) AS series, sum(order_value) AS value, sum(stock_value) AS stock,"
        " sum(revenue) AS revenue, min(order_by) FILTER (WHERE quantity > 0) AS order_by,"
        " count(*) FILTER (WHERE due) AS due, sum(revenue_at_risk) FILTER (WHERE at_risk) AS at_risk,"
        " min(decided_at) AS decided_at FROM decision WHERE run_id = (SELECT run_id FROM live_run) GROUP BY 1",
    )
    return {row["of"]: row for row in found}


def compare(connection: Connection) -> None:
    """Kept sums are those of the decisions: whole, by supplier, by class."""
    told = needs.needs(connection, "CZ")
    (whole,) = added_up(connection, "'all'").values()
    assert told.whole["series"] == whole["series"] and told.whole["due"] == whole["due"]
    assert told.whole["at_risk_value"] == pytest.approx(whole["at_risk"])
    assert told.whole["decided_at"] == whole["decided_at"]
    for code, row in added_up(connection, "supplier").items():
        assert told.suppliers[code]["value"] == pytest.approx(row["value"])
        assert (told.suppliers[code]["due"], told.suppliers[code]["order_by"]) == (row["due"], row["order_by"])
    for name, row in added_up(connection, "COALESCE(segment, 'CZ')").items():
        assert told.classes[name]["revenue"] == row["revenue"]
        assert told.classes[name]["stock_value"] == pytest.approx(row["stock"])


def test_sums_are_kept_and_read_no_decision_but_the_first_of_each_supplier(many: Database) -> None:
    with many.snapshot() as connection:
        before = read_whole(connection)
        told = needs.needs(connection, "CZ")
        assert read_whole(connection) - before <= len(told.suppliers) + 1  # and the oldest of all
        compare(connection)


def test_sums_follow_whatever_changes_decisions_and_are_put_together(
    many: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs, "MOST_ROWS", 5)
    changes = (
        "UPDATE decision SET order_value = order_value * 1.1, due = NOT due, decided_at = now() WHERE sku < 'P2'",
        "UPDATE decision SET segment = 'BY', supplier = 'S9', revenue = 4 WHERE location = 'L1' AND sku < 'P3'",
        "DELETE FROM decision WHERE location = 'L2'",
        "UPDATE decision SET quantity = 0 WHERE supplier = 'S2'",
    )
    for change in changes:
        with many.transaction() as connection:
            connection.exec_driver_sql(change)
            compare(connection)
            needs.fold(connection)
            compare(connection)
            groups = scalar(connection, "SELECT count(*) FROM (SELECT DISTINCT supplier, segment FROM decision) AS g")
            assert scalar(connection, "SELECT count(*) FROM decision_sum") == groups
    with many.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM decision")
        needs.fold(connection)
        assert scalar(connection, "SELECT count(*) FROM decision_sum") == 0, "what is nothing leaves nothing"


def test_two_who_change_decisions_of_one_supplier_do_not_wait_for_each_other(many: Database) -> None:
    def change(sku: str) -> None:
        with many.transaction() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '3s'")
            connection.execute(text("UPDATE decision SET order_value = 9 WHERE sku = :sku"), {"sku": sku})

    with many.transaction() as connection, ThreadPoolExecutor(1) as pool:
        connection.execute(text("UPDATE decision SET order_value = 7 WHERE sku = 'P5'"))
        pool.submit(change, "P10").result(timeout=30)  # of the same supplier and class
    with many.snapshot() as connection:
        compare(connection)
