"""Whatever bytes arrive, a reader gets an event or `MalformedEvent`, and nothing that was accepted is refused later."""

import pytest
from contracts.envelope import MalformedEvent, UnknownType, decode, decode_any
from contracts.events import BY_TYPE
from contracts.types import Sku
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted({name for payload in BY_TYPE.values() for name in payload.model_fields})


def reads(headers: list[tuple[str, bytes | str | None]], value: bytes | None) -> None:
    for reader in (decode, decode_any):
        try:
            reader(headers, value)
        except MalformedEvent as malformed:
            assert malformed.code and str(malformed)


@given(
    st.sampled_from(sorted(BY_TYPE)),
    st.binary(max_size=40) | st.none(),
    st.lists(st.tuples(st.sampled_from(["ce_time", "ce_dataschema", "traceparent", "ce_id", "x"]),
                       st.binary(max_size=20) | st.text(max_size=20) | st.none()), max_size=3),
)  # fmt: skip
def test_bytes_raise_nothing_but_malformed(
    type_: str, value: bytes | None, more: list[tuple[str, bytes | str | None]]
) -> None:
    reads([("ce_type", type_.encode()), ("ce_id", b"1"), ("ce_source", b"s"), *more], value)
    reads(more, value)


@given(st.sampled_from(sorted(BY_TYPE)), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6))
def test_payloads_of_any_shape_raise_nothing_but_malformed(type_: str, fields: dict[str, object]) -> None:
    value = TypeAdapter(object).dump_json(fields)
    reads([("ce_type", type_.encode()), ("ce_id", b"1"), ("ce_source", b"s")], value)
    structured = {"specversion": "1.0", "type": type_, "id": "1", "source": "s", "data": fields}
    reads([], TypeAdapter(object).dump_json(structured))


@pytest.mark.parametrize("value", [b"[" * 100_000, b'{"a":' * 50_000, b"\xff", b"null", b"1e999", b'"\\ud800"'])
def test_what_breaks_parsers_is_malformed(value: bytes) -> None:
    with pytest.raises(MalformedEvent):
        decode([], value)
    with pytest.raises(MalformedEvent):
        decode([("ce_type", b"sale-submitted"), ("ce_id", b"1"), ("ce_source", b"s")], value)


@pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", "", "2", "1.0"])
def test_a_version_that_is_not_ours_is_an_unknown_type(version: str) -> None:
    headers = [
        ("ce_type", "sale-submitted"), ("ce_id", "1"), ("ce_source", "s"),
        ("ce_dataschema", f"almanac:sale-submitted:v{version}"),
    ]  # fmt: skip
    with pytest.raises(UnknownType):
        decode(headers, b'{"sku": "A"}')


def test_a_sku_that_outgrows_its_column_in_upper_case_is_refused() -> None:
    assert TypeAdapter(Sku).validate_python("ß" * 32) == "SS" * 32
    with pytest.raises(ValidationError):
        TypeAdapter(Sku).validate_python("ß" * 33)


@pytest.mark.parametrize("line", [-1, 2**31, 10**30])
def test_a_line_beyond_its_column_is_the_producers_fault_and_not_ours(line: int) -> None:
    headers = [("ce_type", b"sale-submitted"), ("ce_id", b"1"), ("ce_source", b"till")]
    with pytest.raises(MalformedEvent) as told:
        decode(headers, b'{"sku": "A", "line": %d}' % line)
    assert (told.value.code, str(told.value).split(":")[0]) == ("bad_payload", "line")
