"""A replay of a log that was lost, made again from the ledger, or written to by strangers: nothing comes of less."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.database import Database, rows
from chassis.event_log import Outgoing
from chassis.kafka import KafkaProducer, KafkaReader, KafkaTopics
from contracts.events import SaleRecorded
from contracts.topics import Topic
from forecaster.settings import Settings

from services.forecaster.tests.helpers import sale
from services.forecaster.tests.ledger_log import LedgerLog, filled, log, settings
from services.forecaster.tests.test_replay import break_history, history, replayed

__all__ = ["filled", "log", "settings"]  # pytest's fixtures: used by name


def another_topic(kafka: str) -> str:
    name = f"sale-recorded-{uuid4().hex[:8]}"
    KafkaTopics(kafka).create([Topic(name, "series", ("sales",), 3)])
    return name


def dead(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        return rows(connection, "SELECT code, message FROM dead_letter ORDER BY id")


def republished(entry: SaleRecorded) -> SaleRecorded:
    return entry.model_copy(update={"republished": True})


def ledger_of(log: LedgerLog) -> list[SaleRecorded]:
    """What the ledger holds: each entry of the topic once."""
    found: dict[UUID, SaleRecorded] = {}
    bounds = KafkaTopics(log.bootstrap).bounds(log.topic)
    reader = KafkaReader(log.bootstrap, {place: first for place, (first, _) in bounds.items()})
    left = sum(end - first for first, end in bounds.values())
    while left:
        records = reader.poll(1000, 1.0)
        left -= len(records)
        for record in records:
            entry = SaleRecorded.model_validate_json(record.value or b"")
            found[entry.sale_id] = entry
    reader.close()
    return list(found.values())


@pytest.mark.usefixtures("filled")
def test_a_topic_that_was_made_again_in_its_place_is_whole_where_it_begins_now(
    database: Database, settings: Settings, log: LedgerLog
) -> None:
    right, entries = history(database), ledger_of(log)
    ends = {place: end for place, (_, end) in KafkaTopics(log.bootstrap).bounds(log.topic).items()}
    log.write(*map(republished, entries))
    KafkaTopics(log.bootstrap).remove_before(ends)
    with database.transaction() as connection:  # all that was counted is older than the inbox remembers
        connection.exec_driver_sql("INSERT INTO sale_window (since) VALUES (current_date + 1)")
        forgotten = connection.exec_driver_sql("DELETE FROM sale_seen").rowcount
        connection.exec_driver_sql(f"UPDATE sale_window SET forgotten = {forgotten}")
    log.project()
    assert history(database) == right  # nothing twice
    assert dead(database) == []
    result = replayed(database, settings, log)
    assert result["status"] == "succeeded", result["message"]
    assert result["result"]["equal"] and result["result"]["shadow"]["weeks"] == len(right)
    break_history(database)
    replayed(database, settings, log)
    assert history(database) == right


@pytest.mark.usefixtures("filled")
def test_a_log_that_was_lost_is_no_log_to_rebuild_from_until_it_is_made_again(
    database: Database, settings: Settings, log: LedgerLog, kafka: str
) -> None:
    """Whatever offsets say: the new log's are small, and a rebuild from them would have emptied the history."""
    right, entries = history(database), ledger_of(log)
    log.topic = another_topic(kafka)
    log.applied.clear()
    with database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM projection_offset")  # as chassis.log_identity does
    log.add(sale("A", "2026-01-06", "1"))
    found = replayed(database, settings, log)
    assert (found["status"], "the log holds 1 entries, but 10 were counted" in found["message"]) == ("failed", True)
    log.add(*map(republished, entries))
    found = replayed(database, settings, log)
    assert found["status"] == "succeeded" and found["result"]["equal"], found
    assert [row for row in history(database) if row["sku"] == "B"] == [row for row in right if row["sku"] == "B"]


GARBAGE = [
    b"", b"{", b"null", b"[]", b"7", b"{}", b"\xff\xfe", b"\x00", b'{"sale_id": "x"}',
    *(
        orjson.dumps(orjson.loads(sale().model_dump_json()) | change)
        for change in (
            {"sold_at": "0001-01-01T00:00:00+14:00"}, {"sold_at": "soon"}, {"quantity": "NaN"}, {"quantity": ""},
            {"quantity": "1e999999"}, {"amount": "sNaN"}, {"amount": "1" * 100}, {"sku": "a\x00b"}, {"sku": ""},
            {"sku": "s" * 100_000}, {"location": "l\n"}, {"kind": "gift"}, {"sale_id": "1"}, {"quantity": 1},
        )
    ),
]  # fmt: skip


@pytest.mark.usefixtures("filled")
def test_records_that_are_not_the_ledgers_are_counted_and_harm_no_other(
    database: Database, settings: Settings, log: LedgerLog
) -> None:
    right = history(database)
    sent: list[Any] = []
    KafkaProducer(log.bootstrap).send(
        [Outgoing(log.topic, b"k", [], value, 0) for value in GARBAGE], lambda _, error: sent.append(error)
    )
    assert set(sent) == {None}
    log.project()
    assert len(dead(database)) == len(GARBAGE)
    assert {row["code"] for row in dead(database)} <= {"bad_payload", "tombstone"}
    found = replayed(database, settings, log)
    assert found["status"] == "succeeded", found["message"]
    assert found["result"]["equal"] and found["result"]["unreadable"] == len(GARBAGE)
    assert history(database) == right


@pytest.mark.usefixtures("filled")
def test_what_the_ledger_never_wrote_goes_from_the_history_when_the_topic_is_trusted(
    database: Database, settings: Settings, log: LedgerLog, kafka: str
) -> None:
    right, entries = history(database), ledger_of(log)
    log.add(sale("A", "2026-01-06", "999"))  # well-formed, and a stranger's
    log.topic = another_topic(kafka)
    log.applied.clear()
    with database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM projection_offset")
    log.add(*map(republished, entries))
    found = replayed(database, settings, log)
    assert found["status"] == "failed" and "--trust-log" in found["message"]
    assert replayed(database, settings, log, trust_log=True)["result"]["equal"] is False
    assert history(database) == right
    assert replayed(database, settings, log)["result"]["equal"]
