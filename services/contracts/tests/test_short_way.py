"""The short way through `decode` gives what the long way gives, for whatever arrives."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid5

from contracts.envelope import Event, MalformedEvent, decode, decode_any, encode, new_event
from contracts.events import SaleSubmitted, sale_id
from contracts.events.sales import SALE_NAMESPACE
from hypothesis import example, given
from hypothesis import strategies as st

NAMES = ["ce_id", "ce_type", "ce_source", "ce_time", "ce_specversion", "ce_dataschema", "content-type", "traceparent"]
VALUES = st.one_of(
    st.none(),
    st.binary(max_size=12),
    st.sampled_from([
        b"", b"sale-submitted", b"sale-voided", b"1.0", b"2026-01-01T00:00:00", b"2026-01-01", b"yesterday",
        b"almanac:sale-submitted:v1", b"almanac:sale-submitted:v2", b"almanac:sale-recorded:v1", b"a\x00b", b"x" * 201,
    ]),
)  # fmt: skip


def result(function: Any, headers: list[tuple[str, bytes | None]], value: bytes | None) -> object:
    try:
        event: Event = function(headers, value)
    except MalformedEvent as malformed:
        return type(malformed), malformed.code, str(malformed)
    times = [raw for name, raw in headers if name == "ce_time" and raw is not None]
    dated = bool(times and times[-1])  # the last of a name counts; without a time it is now
    return event if dated else event._replace(time=datetime.min.replace(tzinfo=UTC))


def sale() -> tuple[list[tuple[str, bytes | None]], bytes]:
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    payload = SaleSubmitted(sku="a", quantity=Decimal(1), sold_at=moment)
    _, headers, value = encode(new_event(payload, "till", id="1", time=moment))
    return list(headers), value


@given(
    st.lists(st.tuples(st.sampled_from([*NAMES, "ce_other", "x"]), VALUES), max_size=3),
    st.sets(st.sampled_from(NAMES), max_size=2),
    st.one_of(st.none(), st.binary(max_size=20), st.sampled_from([b"{}", b"[]", b'{"kind": "sale"}'])),
    st.booleans(),
)
@example([("ce_id", b"\xff"), ("ce_id", b"1")], set(), None, True)
def test_both_ways_agree(
    added: list[tuple[str, bytes | None]], dropped: set[str], other: bytes | None, intact: bool
) -> None:
    headers, value = sale()
    headers = [(name, raw) for name, raw in headers if name not in dropped] + added
    chosen = value if intact else other
    assert result(decode, headers, chosen) == result(decode_any, headers, chosen)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_sales_id_is_the_standards_uuid5(source: str, event_id: str) -> None:
    try:
        f"{source}\n{event_id}".encode()
    except UnicodeEncodeError:
        return
    assert sale_id(source, event_id) == uuid5(SALE_NAMESPACE, f"{source}\n{event_id}")
