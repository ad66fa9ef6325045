"""With many entries on the attention list the news reads the newest alone, and those of a supplier or a category are
found by its products."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from catalog.storage import attention, decided
from chassis.database import Database, rows
from sqlalchemy import text

from tests.row_counts import rows_read

ENTRIES, SHOWN, TODAY = 4000, 8, date(2026, 11, 28)
NEWEST = datetime(2026, 11, 28, 9, tzinfo=UTC)
MADE = """
INSERT INTO attention (id, root, kind, sku, location, money, title, detail, evidence, status, snoozed_until, first_seen,
    last_seen, changed_by, changed_at, urgency)
SELECT gen_random_uuid(), 'root ' || n, 'excess', 'P' || n % 900, 'main', n % 77, 'Too much', '{}', DATE '2026-11-22',
    (ARRAY['open', 'open', 'snoozed', 'acknowledged', 'resolved'])[1 + n % 5],
    CASE WHEN n % 5 = 2 THEN DATE '2026-11-27' + n % 3 END, CAST(:newest AS timestamptz) - make_interval(mins => n),
    now(), CASE WHEN n % 4 = 0 THEN 'system' WHEN n % 4 = 1 THEN 'somebody' END,
    CASE WHEN n % 4 < 2 THEN CAST(:newest AS timestamptz) - make_interval(mins => n / 2) END, n % 3
FROM generate_series(1, :entries) AS n
"""


def test_the_newest_open_entries_are_told_and_few_others_read(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text(MADE), {"newest": NEWEST, "entries": ENTRIES})
        connection.exec_driver_sql("ANALYZE attention")
    with database.snapshot() as connection:
        every = connection.exec_driver_sql(
            "SELECT id, CASE WHEN changed_by = 'system' THEN GREATEST(first_seen, changed_at) ELSE first_seen END AS b"
            " FROM attention WHERE status = 'open' OR status = 'snoozed' AND snoozed_until <= '2026-11-28'"
            " ORDER BY 2 DESC, urgency DESC, money DESC, id"
        ).all()
        since = NEWEST - timedelta(hours=1)
        assert attention.news(connection, None, SHOWN, TODAY)[0] == len(every)
    with database.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        before = rows_read(connection, "attention")
        count, told = attention.news(connection, since, SHOWN, TODAY)
        read = rows_read(connection, "attention") - before
    assert [(each["id"], each["began"]) for each in told] == [(id_, began) for id_, began in every[:SHOWN]]
    assert count == sum(began > since for _, began in every)
    assert read < ENTRIES / 10


def test_of_a_supplier_s_entries_only_its_own_are_asked_whose_terms_hold(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text(MADE), {"newest": NEWEST, "entries": ENTRIES})
        for code in ("FEW", "MANY"):
            connection.execute(text("INSERT INTO supplier (code, name, lead_days) VALUES (:c, :c, 7)"), {"c": code})
        connection.exec_driver_sql(
            "INSERT INTO supply_term (sku, location, supplier, unit_cost, moq, multiple) SELECT 'P' || n, '',"
            " CASE WHEN n < 10 THEN 'FEW' ELSE 'MANY' END, 1, 0, 1 FROM generate_series(0, 899) AS n"
        )
        # Of this one the terms at the location are another's.
        connection.exec_driver_sql("INSERT INTO supply_term VALUES ('P3', 'main', 'MANY', 1, 0, 1)")
        for table in ("attention", "supply_term"):
            connection.exec_driver_sql(f"ANALYZE {table}")
    with database.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_memoize = off")  # so few products are remembered, more are not
        before = rows_read(connection, "supply_term")
        found = attention.page(connection, {"supplier": "FEW"}, None, 100, TODAY)
        read = rows_read(connection, "supply_term") - before
    assert {each["sku"] for each in found} == {f"P{number}" for number in range(10) if number != 3 and number % 5 != 4}
    assert {each["supplier"] for each in found} == {"FEW"}  # every fifth is resolved
    assert read < ENTRIES / 2


URGENT = """
INSERT INTO attention (id, root, kind, sku, location, money, title, detail, evidence, last_seen, urgency)
SELECT gen_random_uuid(), name, 'stockout', name, 'main', money, 'Out of stock',
    jsonb_build_object('units', units), DATE '2026-11-22', now(), 2
FROM (VALUES ('COSTS', 1.5, 0.3), ('COVERED', 0.0, 0.0), ('A-PENNY', 0.4, 0.1), ('UNPRICED', 0.0, 7.0))
    AS given (name, money, units)
"""


def test_a_stock_out_of_which_nothing_is_lacked_stands_after_all_that_costs_something(database: Database) -> None:
    with database.transaction() as connection:
        # So many that PostgreSQL looks them up of itself: of few, reading all is as quick, and what it takes is chance.
        connection.execute(text(MADE), {"newest": datetime.now(UTC), "entries": ENTRIES})
        connection.exec_driver_sql("UPDATE attention SET money = money + 1, urgency = 0, detail = '{}'")
        connection.execute(text(URGENT))
        connection.exec_driver_sql("ANALYZE attention")
    with database.snapshot() as connection:
        listed: list[tuple[str, UUID]] = []
        after = None
        while found := attention.page(connection, {}, after, 101, TODAY):
            listed += [(row["sku"], row["id"]) for row in found]
            after = (found[-1]["rank"], found[-1]["money"], found[-1]["id"])
        before = rows_read(connection, "attention")
        attention.page(connection, {}, None, 7, TODAY)
        read = rows_read(connection, "attention") - before
    skus = [sku for sku, _ in listed]
    assert skus[:2] == ["COSTS", "UNPRICED"]  # what an unpriced one costs is not known, and may be much
    assert skus[-2:] == ["A-PENNY", "COVERED"]
    assert len(listed) == len(set(listed)) == ENTRIES * 4 // 5 + 4  # each that is not resolved, once
    assert read < 50


PRODUCTS, LOCATIONS, PAGE = 2000, 3, 20
OF_PRODUCTS = f"""
INSERT INTO supplier (code, name, lead_days) SELECT 'S' || n, 'S' || n, 7 FROM generate_series(0, 49) AS n;
INSERT INTO product (id, sku, name, category, revision)
SELECT gen_random_uuid(), 'P' || n, 'Thing', 'C' || n % 400, 1 FROM generate_series(1, {PRODUCTS}) AS n;
INSERT INTO supply_term (sku, supplier, unit_cost)
SELECT 'P' || n, 'S' || n % 50, 1 FROM generate_series(1, {PRODUCTS}) AS n;
INSERT INTO supply_term (sku, location, supplier, unit_cost) VALUES ('P50', 'L1', 'S1', 1), ('P1', 'L2', 'S0', 1);
INSERT INTO attention (id, root, kind, sku, location, money, title, detail, evidence, last_seen)
SELECT gen_random_uuid(), n || '/' || l, 'stockout', 'P' || n, 'L' || l, {PRODUCTS} - n, 'T', '{{}}', '2026-11-20',
    now()
FROM generate_series(1, {PRODUCTS}) AS n, generate_series(1, {LOCATIONS}) AS l;
UPDATE attention SET status = 'resolved' WHERE sku = 'P100';
UPDATE attention SET status = 'snoozed', snoozed_until = '2026-11-28' WHERE sku = 'P200';
UPDATE attention SET status = 'snoozed', snoozed_until = '2026-11-29' WHERE sku = 'P300';
UPDATE attention SET status = 'acknowledged', first_seen = '2026-11-01' WHERE sku = 'P400';
"""


@pytest.fixture
def many(database: Database) -> Iterator[Database]:
    with database.transaction() as connection:
        connection.exec_driver_sql(OF_PRODUCTS.replace("%", "%%"))
    with database.transaction() as connection:
        connection.exec_driver_sql("ANALYZE attention, supply_term, product")
    yield database


@pytest.mark.parametrize("filters", [{"supplier": "S0"}, {"category": "C7"}])
def test_entries_of_a_supplier_or_category_are_found_by_its_products(many: Database, filters: dict[str, str]) -> None:
    with many.snapshot() as connection:
        before = {table: rows_read(connection, table) for table in ("attention", "supply_term")}
        found = attention.page(connection, filters, None, PAGE, TODAY)
        read = {table: rows_read(connection, table) - so_far for table, so_far in before.items()}
    assert len(found) == (PAGE if "supplier" in filters else PRODUCTS / 400 * LOCATIONS)
    assert read["attention"] <= PRODUCTS * LOCATIONS / 50 + 2 * PAGE
    assert read["supply_term"] <= 4 * PRODUCTS * LOCATIONS / 50, "not one look for each entry there is"


def test_a_supplier_s_entries_are_those_where_his_terms_hold(many: Database) -> None:
    with many.snapshot() as connection:
        found = attention.page(connection, {"supplier": "S0"}, None, 500, TODAY)
        wanted = rows(
            connection,
            "SELECT sku, location FROM attention WHERE status <> 'resolved' AND substr(sku, 2)::int % 50 = 0"
            " AND NOT (sku = 'P50' AND location = 'L1') OR sku = 'P1' AND location = 'L2'",
        )
    assert {(row["sku"], row["location"]) for row in found} == {(row["sku"], row["location"]) for row in wanted}
    assert {row["supplier"] for row in found} == {"S0"}


def test_what_is_unsettled_is_neither_resolved_nor_snoozed_beyond_today(many: Database) -> None:
    with many.snapshot() as connection:
        entries, new = attention.unsettled(connection, date(2026, 11, 21), TODAY)
    assert entries == (PRODUCTS - 2) * LOCATIONS and new == entries - LOCATIONS


def test_what_may_run_out_is_found_by_its_money(many: Database) -> None:
    with many.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE live_run SET run_id = gen_random_uuid();"
            "INSERT INTO decision (run_id, sku, location, as_of, supplier, on_hand, on_order, reserved, unit_cost,"
            " quantity, reorder_point, order_up_to, safety_stock, expected_demand, short_units, reason, inputs,"
            " order_value, revenue_at_risk, excess, excess_value, stock_value, due, at_risk)"
            " SELECT (SELECT run_id FROM live_run), 'P' || n, 'L1', '2026-11-22', 'S1', 9, 0, 0, 7, 0, 1, 2, 1, 3, 0,"
            " 'because', '{}', 0, n, 0, 0, 63, false, n %% 2 = 0 FROM generate_series(1, 2000) AS n"
        )
        connection.exec_driver_sql("ANALYZE decision")
        before = rows_read(connection, "decision")
        found = decided.page(connection, {"at_risk": True}, "-risk", None, PAGE)
        assert [row["sku"] for row in found] == [f"P{2000 - 2 * n}" for n in range(PAGE)]
        assert rows_read(connection, "decision") - before <= 3 * PAGE
