"""The topic made again from the ledger says of every entry what was said when it was recorded."""

from typing import Any

import orjson
import pytest
from chassis.database import Connection, rows
from contracts.events import SaleRecorded
from contracts.lean import read_value
from sales.application import record as ledger
from sales.application import tell_again
from sqlalchemy import text

from services.sales.tests.outbox import taken
from services.sales.tests.test_ledger import claim, connection, correction, products

__all__ = ["connection", "products"]  # fixtures: used by name


def told(connection: Connection) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Key, type and content by the event's id, of what lies in the outbox; it is empty afterwards."""
    found = {}
    for row in rows(connection, "DELETE FROM outbox RETURNING key, event_id, type, payload"):
        lines = [row[name].split("\n") for name in ("event_id", "key", "type", "payload")]
        found |= {id_: (key, type_, orjson.loads(value)) for id_, key, type_, value in zip(*lines, strict=True)}
    return found


def told_again(connection: Connection) -> dict[str, tuple[str, str, dict[str, Any]]]:
    after, events = None, {}
    while True:
        portion = tell_again.tell_entries(connection, after)
        found = told(connection)
        assert len(found) == portion.told
        events |= found
        after = orjson.loads(orjson.dumps(portion.after))  # it is kept as JSON
        if after is None:
            return events


@pytest.mark.parametrize("portion", [1, 2, 3, 100])
def test_each_entry_is_told_as_it_was_and_says_that_it_is_told_again(
    connection: Connection, portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell_again, "PORTION", portion)
    connection.execute(text("INSERT INTO known_location VALUES ('north', 1)"))
    ledger.record(connection, [claim("1"), claim("2", reference='a "quote" \\ and ß'), claim("3", kind="return")])
    ledger.record(connection, [correction("c", location="north"), correction("d", sku="B", quantity="7")])
    ledger.record(connection, [correction("v", kind="void")])
    before = told(connection)
    again = told_again(connection)
    assert again.keys() == before.keys() and len(before) == 6
    for id_, (key, type_, content) in again.items():
        assert content.pop("republished") is True
        key_before, type_before, first = before[id_]
        assert (key, type_, content.keys()) == (key_before, type_before, first.keys())
        assert SaleRecorded.model_validate(content) == SaleRecorded.model_validate(first)
    assert sum("replaces" in content for _, _, content in again.values()) == 3
    assert tell_again.count_entries(connection) == 6
    assert rows(connection, "SELECT 1 FROM outbox") == []


def test_projections_can_tell_what_is_told_again(connection: Connection) -> None:
    ledger.record(connection, [claim()])
    first = [read_value(row["payload"].encode()).republished for row in taken(connection)]
    connection.execute(text("TRUNCATE outbox"))
    tell_again.tell_entries(connection, None)
    second = [read_value(row["payload"].encode()).republished for row in taken(connection)]
    assert (first, second) == ([None], [True])
