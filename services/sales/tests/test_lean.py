"""The fast reader of `sale-submitted` gives what the contract gives, for whatever arrives."""

import json
from datetime import UTC, datetime
from typing import Any

from contracts.envelope import Event, MalformedEvent, decode, encode, new_event
from contracts.events import SaleSubmitted
from hypothesis import given
from hypothesis import strategies as st
from sales.events.wire import decode_claim, read

SOLD = datetime(2026, 1, 5, tzinfo=UTC)
HEADERS = encode(new_event(SaleSubmitted(sku="a"), "till", id="1", time=SOLD))[1]

texts = st.one_of(st.text(max_size=12), st.sampled_from([" a ", "straße", "ß" * 40, "a\x00b", "x" * 65, "", " ", "ｋ"]))
numbers = st.one_of(
    st.decimals(allow_nan=True).map(str),
    st.sampled_from(["3", " 3 ", "1_000", "1e3", "-0", "+2", "0.0001", "1e400", "NaN", "Infinity", "٣", ".5", "5."]),
    st.integers(), st.floats(), st.booleans(),
)  # fmt: skip
moments = st.one_of(
    st.datetimes(timezones=st.sampled_from([None, UTC])).map(datetime.isoformat),
    st.sampled_from(["2026-01-05", "2026-01-05T12:00:00+02:00", "2026-01-05 12:00", "1767600000", "20260105", "now"]),
    st.just("2026-01-05T24:00:00Z"),
    st.integers(),
)  # fmt: skip
uuids = st.one_of(st.uuids().map(str), st.uuids().map(lambda id_: id_.hex), st.sampled_from(["{}", "urn:uuid:1"]))
anything = st.one_of(st.none(), texts, numbers, moments, st.lists(st.integers(), max_size=2))
contents = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.one_of(st.sampled_from(["sale", "return", "correction", "void", "gift"]), anything),
        "sku": anything, "location": anything, "quantity": anything, "unit_price": anything, "sold_at": anything,
        "original": anything, "reference": anything, "import_id": st.one_of(uuids, anything),
        "line": st.one_of(st.integers(-2, 2**33), st.sampled_from([2**31 - 1, 2**31]), anything),
        "other": anything,
    },
)  # fmt: skip


def told(event: Event | MalformedEvent) -> Any:
    if isinstance(event, MalformedEvent):
        return event.code, str(event)
    payload: Any = event.payload
    fields = dict(payload)
    moment = fields["sold_at"]
    return event[:3], repr(fields | {"sold_at": moment and (moment.isoformat(), moment.tzinfo is None)})


def both(value: bytes) -> tuple[Any, Any]:
    found = []
    for way in (decode, decode_claim):
        try:
            found.append(told(way(HEADERS, value)))
        except MalformedEvent as malformed:
            found.append(told(malformed))
    return found[0], found[1]


@given(contents)
def test_both_ways_read_the_same(content: dict[str, Any]) -> None:
    long, fast = both(json.dumps(content).encode())
    assert fast == long


@given(st.binary(max_size=60))
def test_both_ways_refuse_the_same_bytes(value: bytes) -> None:
    long, fast = both(value)
    assert fast == long


def test_what_our_own_services_write_takes_the_fast_way() -> None:
    content = b'{"kind":"sale","sku":"A","quantity":"2","unit_price":"2.50","sold_at":"2026-01-05T12:00:00Z"}'
    assert read(content) == SaleSubmitted.model_validate_json(content)
