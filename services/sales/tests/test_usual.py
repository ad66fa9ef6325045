"""The short way of usual sales writes what the long way writes, and takes nothing that the long way refuses."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import orjson
import pytest
from chassis.consumer import Batch, Delivery
from chassis.database import Connection, Database, rows
from chassis.event_log import Record
from contracts.envelope import Event, MalformedEvent, encode, new_event
from contracts.events import SaleSubmitted
from hypothesis import example, given
from hypothesis import strategies as st
from sales.domain.changes import priced
from sales.domain.claims import Horizon, normalise
from sales.domain.entries import UsualEntry, written
from sales.domain.sale import Refused, Sale
from sales.events.submitted import SubmittedSales
from sales.events.usual import reader
from sales.events.wire import decode_claim
from sales.storage import imports
from sqlalchemy import text

from services.sales.tests.outbox import waiting
from services.sales.tests.test_lean import contents, moments, numbers, texts, uuids

ZONE = ZoneInfo("America/New_York")
HORIZON = Horizon(ZONE, datetime(2026, 11, 1, tzinfo=UTC))
decode = reader(ZONE)
AT = "2026-11-01T00:00:00+00:00"

plausible = st.fixed_dictionaries(
    {"sku": texts, "quantity": st.one_of(st.sampled_from(["3", "-1", "0", "0.5"]), numbers),
     "unit_price": st.one_of(st.sampled_from(["2.50", "0", "1e2"]), numbers), "sold_at": moments},
    optional={"kind": st.sampled_from(["sale", "return"]), "location": texts, "reference": texts, "import_id": uuids,
              "line": st.integers(0, 2**31 - 1), "original": texts},
)  # fmt: skip
ids = st.one_of(
    st.uuids().map(str), st.text(min_size=1, max_size=8), st.sampled_from(["a\tb", "\\", '"', "é-1", "\x00", "\x7f"])
)


def headers(event_id: str, source: str = "till") -> Any:
    payload = SaleSubmitted(sku="a")
    return encode(Event(event_id, source, datetime(2026, 1, 5, tzinfo=UTC), payload))[1]


def long_way(head: Any, value: bytes) -> Sale | None:
    """The entry that a claim becomes; None when it is refused."""
    try:
        event = decode_claim(head, value)
        claim = normalise(event.payload, event.source, event.id, HORIZON)  # type: ignore[arg-type]
    except (MalformedEvent, Refused):
        return None
    return None if claim.unit_price is None else priced(claim, claim.unit_price)


def check(head: Any, value: bytes) -> None:
    try:
        short: Any = decode(head, value)
    except MalformedEvent:
        return
    if not isinstance(short, UsualEntry) or short.sold_at > HORIZON.latest.isoformat():
        return
    entry = long_way(head, value)
    assert entry is not None
    id_ = str(entry.sale_id)
    series = (short.series.sku, short.series.location)
    assert (short.sale_id, series, short.sold_at) == (id_, (entry.sku, entry.location), entry.sold_at.isoformat())
    long = written(entry)
    assert (short.row, short.content) == (long.row, long.content)
    assert (short.sale_id, short.type, short.key) == (long.sale_id, long.type, long.key)
    assert (short.import_id, short.line) == (entry.import_id, entry.line)


@given(st.one_of(plausible, contents), ids, st.one_of(st.just("till"), st.text(min_size=1, max_size=5)))
def test_both_ways_write_the_same(content: dict[str, Any], event_id: str, source: str) -> None:
    check(headers(event_id, source), json.dumps(content).encode())


names = st.sampled_from([name for name, _ in headers("1")] + ["ce_other", "traceparent"])
values = st.one_of(st.none(), st.binary(max_size=4), st.just(b"2026-01-05"))


@given(st.lists(st.tuples(names, values), max_size=3))
@example([("ce_time", b"\xff"), ("ce_time", b"2026-01-05")])
def test_unusual_headers_go_the_long_way(changed: list[tuple[str, bytes | None]]) -> None:
    value = b'{"sku":"A","quantity":"2","unit_price":"2.50","sold_at":"2026-01-05T12:00:00Z"}'
    usual = {name: raw for name, raw in headers("1") if name not in dict(changed)}
    check([*usual.items(), *changed], value)


@pytest.mark.parametrize(
    "content",
    [b'{"kind":"sale","sku":"A","quantity":"2","unit_price":"2.50","sold_at":"2026-01-05T12:00:00Z"}',
     b'{"kind":"return","sku":"a","quantity":"2","unit_price":"2","sold_at":"2026-01-05T12:00:00.5+02:00"}',
     b'{"sku":"A","quantity":"2","unit_price":"2","sold_at":"2026-01-05","location":"shop","reference":"r","line":1}'],
)  # fmt: skip
def test_what_tills_write_takes_the_short_way(content: bytes) -> None:
    assert isinstance(decode(headers("1"), content), UsualEntry)
    check(headers("1"), content)


@pytest.fixture(scope="module", autouse=True)
def products(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO known_product VALUES ('A', :id, 2, 1)"), {"id": uuid4()})


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def apply(connection: Connection) -> Callable[..., Batch]:
    """A batch of (event id, changed cells) as the consumer hands it over."""

    def run(*claims: tuple[str, dict[str, Any]]) -> Batch:
        batch = Batch([])
        for number, (event_id, changed) in enumerate(claims):
            cells = {"sku": "A", "quantity": "3", "unit_price": "2.50", "sold_at": "2026-10-05T10:00:00Z"} | changed
            payload = SaleSubmitted.model_validate({name: cell for name, cell in cells.items() if cell is not None})
            key, head, value = encode(new_event(payload, "till", id=event_id))
            record = Record("sale-submitted", 0, number, key, head, value, 0)
            batch.deliveries.append(Delivery(decode(head, value), record))
        SubmittedSales(ZONE, lambda: HORIZON.now).apply(connection, batch)
        return batch

    return run


def ledger(connection: Connection) -> dict[str, Any]:
    return {row["event_id"]: row["quantity"] for row in rows(connection, "SELECT event_id, quantity FROM sale")}


def refused(connection: Connection) -> list[tuple[str, str]]:
    return [(r["event_id"], r["code"]) for r in rows(connection, "SELECT event_id, code FROM rejected_sale ORDER BY 1")]


def published(connection: Connection) -> list[str]:
    return [orjson.loads(row["payload"])["event_id"] for row in waiting(connection)]


def test_a_batch_is_recorded_and_told_in_its_order(connection: Connection, apply: Callable[..., Batch]) -> None:
    apply(*((f"e{n}", {}) for n in range(50)))
    assert len(ledger(connection)) == 50
    assert published(connection) == [f"e{n}" for n in range(50)]


def test_repetitions_and_conflicts_are_told_apart_beside_new_sales(
    connection: Connection, apply: Callable[..., Batch]
) -> None:
    apply(("1", {}), ("2", {}))
    apply(("1", {}), ("2", {"quantity": "4"}), ("3", {}))
    assert ledger(connection) == {"1": 3, "2": 3, "3": 3}
    assert refused(connection) == [("2", "identity_conflict")]
    assert published(connection) == ["1", "2", "3"]


def test_of_two_with_one_id_in_a_batch_the_first_counts(connection: Connection, apply: Callable[..., Batch]) -> None:
    apply(("1", {"unit_price": None, "quantity": "5"}), ("1", {}), ("2", {}), ("2", {"quantity": "9"}), ("3", {}))
    assert ledger(connection) == {"1": 5, "2": 3, "3": 3}
    assert refused(connection) == [("1", "identity_conflict"), ("2", "identity_conflict")]


def test_what_is_unknown_waits_and_what_lies_ahead_is_refused_and_neighbours_are_recorded(
    connection: Connection, apply: Callable[..., Batch]
) -> None:
    batch = [("1", {"sku": "NEW"}), ("2", {"location": "moon"}), ("3", {"sold_at": "2026-11-03T00:00:00Z"}), ("4", {})]
    for _ in range(2):
        apply(*batch)
    assert ledger(connection) == {"4": 3}
    assert refused(connection) == [("3", "in_the_future")]
    found = rows(connection, "SELECT event_id, waiting_for FROM quarantined_sale ORDER BY 1")
    assert [(row["event_id"], row["waiting_for"]) for row in found] == [("1", "product:NEW"), ("2", "location:moon")]
    # What waits keeps its id, also when it comes again for a product that is known.
    apply(("1", {}), ("5", {}))
    assert ledger(connection) == {"4": 3, "5": 3}
    assert ("1", "identity_conflict") in refused(connection)


def test_a_void_that_waited_is_released_by_its_sale(connection: Connection, apply: Callable[..., Batch]) -> None:
    void = {"kind": "void", "original": "9", "sku": None, "quantity": None, "unit_price": None, "sold_at": None}
    apply(("v", void))
    apply(("9", {}), ("8", {}))
    assert set(ledger(connection)) == {"v", "8", "9"}
    assert rows(connection, "SELECT 1 FROM quarantined_sale") == []
    apply(("7", {}), ("w", void | {"original": "7"}))
    assert rows(connection, "SELECT event_id FROM sale WHERE superseded_by IS NULL AND kind = 'sale'") == [
        {"event_id": "8"}
    ]


def test_lines_of_a_file_are_noted_once(connection: Connection, apply: Callable[..., Batch]) -> None:
    import_id = str(uuid4())
    imports.create(connection, UUID(import_id), "till.csv", "till", {}, 1, "ada")
    apply(*((f"e{n}", {"import_id": import_id, "line": n}) for n in range(3)))
    apply(*((f"e{n}", {"import_id": import_id, "line": n}) for n in range(4)))
    found = rows(connection, "SELECT line, outcome FROM import_line ORDER BY 1")
    assert [(row["line"], row["outcome"]) for row in found] == [(n, "recorded") for n in range(4)]
