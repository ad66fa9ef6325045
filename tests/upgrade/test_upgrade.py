"""A system that an earlier version installed is upgraded with what waits in it, and its relays stop by themselves.

`SERVICE-3cfd78f.sql` is what the migrations of commit 3cfd78f execute, in which each service made the common tables.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
from chassis import inbox, migrations
from chassis.database import Database, rows, scalar
from chassis.memory_event_log import MemoryLog
from chassis.relay import Relay
from chassis.retention import COMMON_SWEEPS, Sweep
from contracts.envelope import decode
from contracts.topics import TOPICS
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

HERE = Path(__file__).parent
VALUE = '{"sku":"A","location":"main","quantity":"1","sold_at":"2026-01-05T12:00:00Z"}'
ROWS = f"""
INSERT INTO outbox (topic, key, event_id, type, source, payload)
    VALUES ('sale-submitted', 'main:A', 'e0', 'sale-submitted', 'till', '{VALUE}');
INSERT INTO outbox (topic, key, event_id, type, source, payload, events)
    VALUES ('sale-submitted', E'main:A\\nmain:A', E'e1\\ne2', E'sale-submitted\\nsale-submitted', 'till',
        E'{VALUE}\\n{VALUE}', 2);
INSERT INTO inbox (consumer, event_id) VALUES ('claims', '00000000-0000-0000-0000-000000000001');
INSERT INTO dead_letter (consumer, topic, partition, "offset", headers, value_bytes, code, message)
    VALUES ('ledger', 'sale-submitted', 0, 1, '{{}}', 0, 'bad_json', 'no')
"""
OLD_RELAY = (
    "SELECT id, topic, key, event_id, type, source, version, payload, traceparent,"
    " created_at AT TIME ZONE 'UTC' || '', events FROM outbox ORDER BY id LIMIT 500"
)


def run(database: Database, statements: str) -> None:
    """Several statements, as they are."""
    with database.transaction() as connection:
        raw = connection.connection.driver_connection
        with raw.cursor() as cursor:  # type: ignore[union-attr]
            cursor.execute(statements)


@pytest.fixture(params=["auth", "catalog", "sales", "forecaster"])
def upgraded(request: pytest.FixtureRequest, fresh_database: Callable[..., str]) -> Iterator[Database]:
    """A service's database as of 3cfd78f with something in it, upgraded."""
    service = request.param
    database = Database(fresh_database(service))
    run(database, (HERE / f"{service}-3cfd78f.sql").read_text())
    run(database, ROWS)
    versions: Path = import_module(f"{service}.app").MIGRATIONS
    migrations.upgrade(database, versions)
    assert migrations.at_head(database, versions)
    yield database
    database.close()


def test_what_waited_in_the_outbox_is_sent(upgraded: Database) -> None:
    log = MemoryLog(dict.fromkeys(TOPICS, 1))
    assert Relay(upgraded, log.producer()).run_once()
    with upgraded.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM outbox") == 0
    found = [decode(record.headers, record.value) for record in log.records["sale-submitted", 0]]
    assert [event.id for event in found] == ["e0", "e1", "e2"]


def test_what_was_applied_stays_applied_and_counts_as_new_for_retention(upgraded: Database) -> None:
    with upgraded.transaction() as connection:
        assert inbox.unseen(connection, "claims", [UUID(int=1), UUID(int=2)]) == {UUID(int=2)}
        assert scalar(connection, "SELECT now() - min(seen_at) FROM inbox") < timedelta(minutes=5)
        assert [row["code"] for row in rows(connection, "SELECT code FROM dead_letter")] == ["bad_json"]


def test_a_relay_from_before_the_upgrade_stops_and_its_service_goes_on_publishing(upgraded: Database) -> None:
    with pytest.raises(ProgrammingError), upgraded.transaction() as connection:
        connection.execute(text(OLD_RELAY))
    run(upgraded, ROWS.partition(";")[0])


def test_every_common_sweep_finds_its_table_and_column(upgraded: Database) -> None:
    job = Sweep("job", "finished_at", timedelta(days=1), "")
    for sweep in (*COMMON_SWEEPS, job, Sweep("inbox", "seen_at", timedelta(days=1), "")):
        with upgraded.transaction() as connection:
            condition = f"{sweep.column} < now() AND ({sweep.where})"
            connection.execute(text(f"SELECT FROM {sweep.table} WHERE {condition}"))


def test_migrating_again_changes_nothing(upgraded: Database) -> None:
    migrations.upgrade(upgraded)
    assert migrations.at_head(upgraded)
