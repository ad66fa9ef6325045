"""On `sale-submitted` nobody speaks for a source that is not theirs: sources, ways and what is named, as a matrix."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import orjson
import pytest
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Database, rows
from chassis.event_log import Record
from contracts.envelope import encode, new_event
from contracts.events import SaleSubmitted
from fastapi.testclient import TestClient
from sales.events.buried import tell_buried
from sales.events.claimed_sources import ClaimedSources
from sales.events.submitted import SubmittedSales
from sales.events.usual import reader
from sales.storage import imports

from services.sales.tests.outbox import taken

ZONE = ZoneInfo("Europe/London")
Send = Callable[..., None]
# The short way of a whole sale, the long ways of one without a price, of a void, and of a structured event.
WAYS = ("usual", "without a price", "void", "structured")
_offsets = iter(range(10**6))


def claim(way: str, original: str) -> dict[str, Any]:
    if way == "void":
        return {"kind": "void", "original": original}
    sold = {"sku": "CS", "quantity": "1", "unit_price": "2", "sold_at": "2026-09-01T10:00:00Z"}
    return {name: cell for name, cell in sold.items() if way != "without a price" or name != "unit_price"}


def record(way: str, source: str, event_id: str, content: dict[str, Any]) -> Record:
    _, headers, _ = encode(new_event(SaleSubmitted(sku="CS"), source, id=event_id))
    value = orjson.dumps(content)
    if way == "structured":
        envelope = {"specversion": "1.0", "type": "sale-submitted", "source": source, "id": event_id}
        headers, value = [], orjson.dumps(envelope | {"data": content})
    return Record("sale-submitted", 0, next(_offsets), b"main:CS", headers, value, 0)


@pytest.fixture
def send(database: Database, known: Callable[..., None]) -> Iterator[Send]:
    """Deliver records where the sources `till-*` and `shop` are registered."""
    known("CS")
    options = LoopOptions(trusted=False, decode=reader(ZONE, ClaimedSources("till-*, shop")), buried=tell_buried)
    loop = ConsumerLoop(database, lambda: pytest.fail("no log"), SubmittedSales(ZONE), options)
    with database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM dead_letter")
        taken(connection)
    yield lambda *records: loop.process(list(records))


@pytest.fixture
def file_import(database: Database) -> str:
    """An import of the source file:cs."""
    id_ = uuid4()
    with database.transaction() as connection:
        imports.create(connection, id_, "cs.csv", "file:cs", {}, 1, "ada")
    return str(id_)


def letters(database: Database) -> list[str]:
    with database.transaction() as connection:
        return [row["code"] for row in rows(connection, "SELECT code FROM dead_letter ORDER BY id")]


def recorded(database: Database, *event_ids: str) -> set[str]:
    with database.transaction() as connection:
        found = rows(connection, "SELECT event_id FROM sale WHERE event_id = ANY(:ids)", ids=list(event_ids))
        return {row["event_id"] for row in found}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("source", "named", "taken_up"),
    [
        ("till-7", None, True), ("shop", None, True), ("web", None, False), ("shop-2", None, False),
        ("rest", None, False), ("file:cs", None, False), ("file:cs", "its own", True), ("file:other", "its own", False),
        ("till-7", "its own", False), ("file:cs", "one that is not there", False),
    ],
)  # fmt: skip
def test_a_claim_counts_for_the_source_it_names_if_that_is_its_own(
    database: Database, send: Send, file_import: str, way: str, source: str, named: str | None, taken_up: bool
) -> None:
    first, second, beside = (str(uuid4()) for _ in range(3))
    of = {"import_id": file_import if named == "its own" else str(uuid4()), "line": 1} if named else {}
    send(
        record("usual", "till-1", beside, claim("usual", "")),
        record("usual", source, first, claim("usual", "") | of),
        record(way, source, second, claim(way, first) | of),
    )
    wanted = {beside, first, second} if taken_up else {beside}
    assert recorded(database, beside, first, second) == wanted
    assert letters(database) == ([] if taken_up else ["other_source"] * 2)


def test_what_another_has_recorded_is_not_voided_in_its_name_over_kafka(
    database: Database, send: Send, client: TestClient
) -> None:
    id_, void = str(uuid4()), str(uuid4())
    given = {"id": id_, "sku": "CS", "quantity": "1", "unit_price": "2", "sold_at": "2026-09-01T10:00:00Z"}
    assert client.post("/sales", json=given).status_code == 201
    send(record("void", "rest", void, claim("void", id_)))
    assert letters(database) == ["other_source"] and recorded(database, void) == set()


def test_a_producer_that_is_not_registered_is_told(database: Database, send: Send) -> None:
    send(record("usual", "web", "w-1", claim("usual", "")))
    with database.transaction() as connection:
        told = [orjson.loads(row["payload"]) for row in taken(connection) if row["topic"] == "sale-fate"]
    assert [(fate["source"], fate["event_id"], fate["code"]) for fate in told] == [("web", "w-1", "other_source")]


@pytest.mark.parametrize("registered", ["*", "till-7", " till-7 ,", "till-*,"])
def test_sources_are_registered_by_name_or_by_how_they_begin(registered: str) -> None:
    sources = ClaimedSources(registered)
    assert sources.takes("till-7", False)
    assert sources.takes("till-70", False) is ("*" in registered)
    assert not sources.takes("rest", False) and not sources.takes("file:till-7", False)
    assert sources.takes("file:till-7", True)
