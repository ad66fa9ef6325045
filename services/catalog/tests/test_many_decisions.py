"""With many decisions: a page is chosen by an index, and sums are kept, whoever changes decisions."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from catalog.application import transfers
from catalog.domain import transfers as domain
from catalog.domain.transfers import StockTransfer
from catalog.storage import decided, needs
from chassis.database import Connection, Database, rows, scalar
from sqlalchemy import text

from tests.row_counts import rows_read

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


@pytest.mark.parametrize("sort", ["-value", "-excess", "sku", "name"])
@pytest.mark.parametrize("filters", [{}, {"at_risk": True}, {"supplier": "S1"}, {"pattern": "%thing 12%"}])
def test_of_many_decisions_a_page_is_chosen_by_an_index_and_few_are_rows_read(
    many: Database, sort: str, filters: dict[str, Any]
) -> None:
    if sort == "-excess":
        filters = {**filters, "excess": True}
    with many.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        before = rows_read(connection, "decision")
        found = decided.page(connection, filters, sort, None, LIMIT, inputs=True)
        assert len(found) == LIMIT
        assert rows_read(connection, "decision") - before <= PRODUCTS * LOCATIONS / 10


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
        before = rows_read(connection, "decision")
        told = needs.needs(connection, "CZ")
        assert rows_read(connection, "decision") - before <= len(told.suppliers) + 1  # and the oldest of all
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


CHANGES = (
    "UPDATE decision SET excess = excess + 3, quantity = GREATEST(quantity - 2, 0) WHERE sku < 'P2'",
    "UPDATE decision SET unit_cost = unit_cost * 2, revenue_at_risk = 3 WHERE location = 'L1'",
    "DELETE FROM decision WHERE location = 'L2' AND sku > 'P4'",
    "INSERT INTO decision (run_id, sku, location, as_of, supplier, on_hand, on_order, reserved, unit_cost, quantity,"
    " reorder_point, order_up_to, safety_stock, expected_demand, short_units, reason, inputs, order_value,"
    " revenue_at_risk, excess, excess_value, stock_value, due) SELECT run_id, sku, 'NEW', as_of, supplier, 9, 0, 0, 7,"
    " 0, 1, 2, 1, 3, 0, 'because', '{}', 0, 0, 40, 280, 63, false FROM decision WHERE location = 'L3' AND sku < 'P7'",
    "UPDATE product SET name = 'Another'",
)


def moved_now(connection: Connection) -> list[StockTransfer]:
    """What is to be moved, worked out of all decisions of the live run."""
    return domain.transfers(
        rows(connection, "SELECT d.*, p.name FROM decision d JOIN live_run USING (run_id) JOIN product p USING (sku)")
    )


@pytest.fixture
def movable(many: Database) -> Database:
    """Where something is wanted at two locations, and lies too much at others; what is to be moved is kept."""
    with many.transaction() as connection:
        connection.exec_driver_sql("UPDATE decision SET quantity = 0 WHERE location IN ('L1', 'L4')")
        while transfers.keep(connection):
            pass
    return many


def in_pages(connection: Connection, limit: int) -> list[StockTransfer]:
    """The same, as the API pages through it."""
    found: list[StockTransfer] = []
    while page := transfers.page(connection, domain.order_key(found[-1]) if found else None, limit):
        found += page
    return found


def test_what_is_to_be_moved_is_what_the_decisions_say_kept_or_not_whoever_changes_them(movable: Database) -> None:
    for change in CHANGES:
        with movable.transaction() as connection:
            connection.exec_driver_sql(change)
        for _ in range(2):  # before the worker has kept it, and after
            with movable.transaction() as connection:
                wanted = moved_now(connection)
                assert len(wanted) > 300
                assert in_pages(connection, 500) == wanted
            with movable.transaction() as connection:
                transfers.keep(connection)


def test_of_many_transfers_a_page_reads_its_own_and_no_decision(movable: Database) -> None:
    with movable.transaction() as connection:
        connection.exec_driver_sql("ANALYZE transfer")
    with movable.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        wanted = moved_now(connection)
        assert len(wanted) > LIMIT
        before = rows_read(connection, "decision"), rows_read(connection, "transfer")
        assert transfers.page(connection, None, LIMIT) == wanted[:LIMIT]
        assert rows_read(connection, "decision") == before[0]
        assert rows_read(connection, "transfer") - before[1] <= LIMIT


def test_what_was_to_be_moved_of_another_run_is_neither_told_nor_kept(movable: Database) -> None:
    with movable.transaction() as connection:
        connection.exec_driver_sql("UPDATE live_run SET run_id = gen_random_uuid()")
        assert transfers.page(connection, None, LIMIT) == []
        connection.exec_driver_sql("DELETE FROM decision")
        while transfers.keep(connection):
            pass
        assert scalar(connection, "SELECT count(*) FROM transfer") == 0
