"""What is encoded is decoded as it was, for every payload; two series never share a key."""

import types
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from contracts import types as fields
from contracts.envelope import decode, decode_any, encode, new_event
from contracts.events import PAYLOADS, Payload
from contracts.keys import series_key, split_series_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel

INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(str.strip)


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), allow_nan=False, places=places)


STRATEGIES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (fields.Text, WORDS), (fields.Name, WORDS), (fields.Code, WORDS), (fields.Sku, WORDS), (fields.EventId, WORDS),
    (fields.Quantity, decimals("-999999999.999", "999999999.999", 3)), (fields.Price, decimals("0", "999999999", 4)),
    (fields.Money, decimals("-999999999999", "999999999999", 4)), (Decimal, decimals("-1000", "1000", 3)),
    (fields.PlannedQuantity, decimals("0.001", "9999999", 3)),
    (fields.KitUnits, decimals("0.001", "10000", 3)),
    (fields.Celsius, decimals("-95", "65", 2)), (fields.Millimetres, decimals("0", "3000", 2)),
    (fields.Latitude, decimals("-90", "90", 5)), (fields.Longitude, decimals("-180", "180", 5)),
    (AwareDatetime, INSTANTS), (datetime, INSTANTS), (date, st.dates()), (UUID, st.uuids()), (str, WORDS),
    (bool, st.booleans()), (fields.Line, st.integers(0, 2**31 - 1)), (int, st.integers(-(2**53), 2**53)),
    (float, st.floats(allow_nan=False, allow_infinity=False)),
    (Any, st.none() | st.booleans() | WORDS), (type(None), st.none()),
]  # fmt: skip


def strategy(hint: Any) -> st.SearchStrategy[Any]:
    for known, found in STRATEGIES:
        if hint == known:
            return found
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(strategy, arguments))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is Annotated:
        return strategy(arguments[0])
    if origin is list:
        return st.lists(strategy(arguments[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(strategy(arguments[0]), strategy(arguments[1]), max_size=3)
    assert issubclass(hint, BaseModel), hint
    return model(hint)


def model(of: type[BaseModel]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(of, include_extras=True)
    return st.builds(of, **{name: strategy(hints[name]) for name in of.model_fields})


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload.TYPE)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors], deadline=None)
@given(data=st.data())
def test_an_event_arrives_as_it_was_sent(payload: type[Payload], data: st.DataObject) -> None:
    event = new_event(data.draw(model(payload)), "source", time=data.draw(INSTANTS))
    key, headers, value = encode(event)
    assert decode(headers, value) == decode_any(headers, value) == event
    assert key.decode() == event.key


NAMES = st.text("ab:%3A25", max_size=6)


@given(NAMES, NAMES, NAMES, NAMES)
def test_two_series_never_share_a_key(sku: str, location: str, other: str, elsewhere: str) -> None:
    assert split_series_key(series_key(sku, location)) == (sku, location)
    assert (series_key(sku, location) == series_key(other, elsewhere)) == ((sku, location) == (other, elsewhere))
