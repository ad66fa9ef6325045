"""With many entries on the attention list the news reads the newest alone."""

from datetime import UTC, date, datetime, timedelta

from catalog.storage import attention
from chassis.database import Connection, Database, scalar
from sqlalchemy import text

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


def read_whole(connection: Connection, table: str = "attention") -> int:
    """How many rows of a table this connection has read so far."""
    return int(
        scalar(
            connection,
            "SELECT seq_tup_read + COALESCE(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = :table",
            table=table,
        )
    )


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
        before = read_whole(connection)
        count, told = attention.news(connection, since, SHOWN, TODAY)
        read = read_whole(connection) - before
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
        before = read_whole(connection, "supply_term")
        found = attention.page(connection, {"supplier": "FEW"}, None, 100, TODAY)
        read = read_whole(connection, "supply_term") - before
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
        connection.execute(text(MADE), {"newest": datetime.now(UTC), "entries": 200})
        connection.exec_driver_sql("UPDATE attention SET money = money + 1, urgency = 0, detail = '{}'")
        connection.execute(text(URGENT))
        connection.exec_driver_sql("ANALYZE attention")
    with database.snapshot() as connection:
        listed: list[str] = []
        after = None
        while found := attention.page(connection, {}, after, 7, TODAY):
            listed += [row["sku"] for row in found]
            after = (found[-1]["rank"], found[-1]["money"], found[-1]["id"])
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        before = read_whole(connection)
        attention.page(connection, {}, None, 7, TODAY)
        read = read_whole(connection) - before
    assert listed[:2] == ["COSTS", "UNPRICED"]  # what an unpriced one costs is not known, and may be much
    assert listed[-2:] == ["A-PENNY", "COVERED"]
    assert len(listed) == len(set(listed)) == 164  # each that is not resolved, once
    assert read < 50
