"""An installation from before decisions were stored loses nothing: its live run is decided, what people said stays."""

from collections.abc import Callable
from uuid import uuid4

from catalog import app
from catalog.application.deciding import Deciding
from catalog.domain.attention import entry_id
from chassis import migrations
from chassis.database import Database, rows, scalar

BEFORE = """
INSERT INTO product (id, sku, name, price, revision) VALUES (gen_random_uuid(), 'A1', 'Lamp', 10, 1),
    (gen_random_uuid(), 'B2', 'Bulb', 10, 1);
INSERT INTO supplier (code, name, lead_days) VALUES ('ACME', 'Acme', 7);
INSERT INTO supply_term (sku, supplier, unit_cost) VALUES ('A1', 'ACME', 2), ('B2', 'ACME', 2);
INSERT INTO stock_level (sku, location, counted, counted_at) SELECT sku, 'main', 1, now() FROM product;
INSERT INTO stock_attention (kind, sku, location, status, snoozed_until, assignee, as_of, changed_by)
    VALUES ('stockout', 'A1', 'main', 'snoozed', '2200-01-01', 'bo', '2026-10-04', 'ann'),
    ('excess', 'A1', 'main', 'resolved', NULL, NULL, '2026-10-04', 'ann');
"""


def test_an_upgrade_decides_the_live_run_and_keeps_what_people_said(fresh_database: Callable[..., str]) -> None:
    database = Database(fresh_database("catalog"))
    migrations.upgrade(database, app.MIGRATIONS, "0004")
    run, sums = uuid4(), [[float(week * 10 + level) for level in range(11)] for week in range(1, 9)]
    with database.transaction() as connection:
        connection.exec_driver_sql(BEFORE)
        for sku in ("A1", "B2"):
            connection.exec_driver_sql(
                "INSERT INTO forecast (run_id, sku, location, as_of, sums, mean) VALUES (%s, %s, 'main', '2026-10-04',"
                " %s, '{}')", (str(run), sku, sums),
            )  # fmt: skip
        connection.exec_driver_sql(
            "INSERT INTO live_run (run_id, as_of, completed_at) VALUES (%s, '2026-10-04', now())", (str(run),)
        )
    migrations.upgrade(database, app.MIGRATIONS)
    Deciding(database, classify_seconds=0.0).settle()
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM decision JOIN live_run USING (run_id)") == 2
        entries = {row["id"]: row for row in rows(connection, "SELECT * FROM attention")}
    short, long = entries[entry_id("stockout/main:A1")], entries[entry_id("excess/main:A1")]
    assert (short["status"], short["assignee"], short["changed_by"], short["present"]) == ("snoozed", "bo", "ann", True)
    assert short["money"] > 0 and short["title"]
    assert (long["status"], long["present"]) == ("resolved", False)
    assert entries[entry_id("stockout/main:B2")]["status"] == "open"
    database.close()
