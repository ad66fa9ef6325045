"""What ledgers already hold: the same claim has the same content hash and is told in the same JSON, in every version.

`golden.json` was written by the version before the ledger's columns were one table. A hash that differs would take a
sale that was delivered again for a conflict; JSON that differs would surprise whoever reads `sale-recorded`.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import pytest
from chassis.consumer import Batch, Delivery
from chassis.database import Connection, Database, rows
from chassis.event_log import Record
from contracts.envelope import header_list
from sales.events.submitted import SubmittedSales
from sales.events.usual import reader
from sales.storage import imports
from sqlalchemy import text

from services.sales.tests.outbox import waiting

GOLDEN = Path(__file__).with_name("golden.json")
IMPORTS = (("6f0d7c0e-55d4-4b8a-9a43-0f6c8d2d5a11", 'shop "ü"'),)  # of whose files golden lines are
ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as opened:
        opened.execute(text(
            "INSERT INTO known_product VALUES ('A', '00000000-0000-0000-0000-000000000001', 2, 1),"
            " ('STRASSE', '00000000-0000-0000-0000-000000000002', 1.5, 1)"
        ))  # fmt: skip
        opened.execute(text("INSERT INTO known_location VALUES ('north \"quay\"', 1)"))
        for import_id, source in IMPORTS:
            imports.create(opened, UUID(import_id), "golden.csv", source, {}, 1, "ada")
        yield opened
        opened.rollback()


@pytest.fixture
def told(connection: Connection) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """What the ledger keeps and tells of claims, by the event's id."""

    def deliver(claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
        decode, batch = reader(ZONE), Batch([])
        for number, claim in enumerate(claims):
            headers: Any = header_list(claim["id"], "sale-submitted", claim["source"], "2026-10-05T10:00:00+00:00")
            value = json.dumps(claim["content"]).encode()
            record = Record("sale-submitted", 0, number, b"", headers, value, 0)
            batch.deliveries.append(Delivery(decode(headers, value), record))
        SubmittedSales(ZONE, lambda: NOW).apply(connection, batch)
        hashes = {
            row["event_id"]: row
            for row in rows(connection, "SELECT event_id, sale_id::text, content_hash::text FROM sale")
        }
        events = [orjson.loads(row["payload"]) for row in waiting(connection)]
        found = {event["event_id"]: {**hashes[event["event_id"]], "event": event} for event in events}
        for row in found.values():
            assert row["event"].pop("recorded_at").endswith("Z")
        return [found[claim["id"]] for claim in claims]

    return deliver


def test_what_was_recorded_is_recognised_and_told_as_before(told: Callable[..., list[dict[str, Any]]]) -> None:
    golden = json.loads(GOLDEN.read_text())
    assert told([row["claim"] for row in golden]) == [row["told"] for row in golden]


def test_each_of_them_alone_is_told_as_in_the_batch(told: Callable[..., list[dict[str, Any]]]) -> None:
    for row in json.loads(GOLDEN.read_text()):
        assert told([row["claim"]]) == [row["told"]]
