"""Sales as most of them come, read from the wire straight into the ledger's row and the JSON of their event.

The long way makes an event, a submission, a claim and an entry of each sale, which takes five times as long. Here
each distinct cell is judged once, by the contract's own types and the domain's own rules, and what it looks like in
the ledger is remembered: sales repeat their products, quantities, prices and minutes. Whatever is not usual goes the
long way; a test holds both ways to the same rows and events.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import blake2b, sha1
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import orjson
from chassis.binary import NULL, cell, instant, integer, micros, numeric
from contracts.envelope import SPEC_VERSION, Event, Headers
from contracts.events import SaleRecorded
from contracts.events.sales import SALE_NAMESPACE, SaleSubmitted
from contracts.keys import series_key

from sales.domain.claims import AHEAD, EARLIEST, Clock, Refused, amount, bounded, iso, plain, signed
from sales.events import lean

_TYPE, _SCHEMA = SaleSubmitted.TYPE.encode(), f"almanac:{SaleSubmitted.TYPE}:v".encode()
_SCHEMAS = {_SCHEMA + str(version).encode() for version in range(1, SaleSubmitted.VERSION + 1)}
_HEADERS = 7  # that an event of ours has beside its trace
_NEVER = datetime.max.replace(tzinfo=UTC) - AHEAD
_is_day = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_is_utc_second = re.compile(r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII).fullmatch
_is_instant = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII).fullmatch
# The four bits of a UUID's version 5 and the two of its variant, on hexadecimal digits.
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_LENGTHS = [cell(bytes(length))[:4] for length in range(201)]  # what a cell begins with
_UUID = _LENGTHS[16]
_NO_REFERENCE, _NO_FILE = NULL + NULL + _UUID, NULL + NULL  # neither reference nor original, neither import nor line
_from_hex = bytes.fromhex
_KINDS = {kind: cell(kind.encode()) for kind in ("sale", "return")}


class Unusual(ValueError):
    """To be read the long way."""


class Place(NamedTuple):
    """A series, as each of the places needs it where it is written."""

    sku: str
    location: str
    key: str
    row: bytes
    json: str
    hashed: str


class Worth(NamedTuple):
    """Quantity, price and amount likewise."""

    row: bytes
    json: str
    hashed: str


class Source(NamedTuple):
    """Who claims, likewise."""

    row: bytes
    json: str
    hashed: bytes


class UsualSale(msgspec.Struct, gc=False):
    """A sale or return with all of its cells, `at` in UTC. `row` and `content` lack only the moment of recording."""

    sale_id: str
    type: str
    place: Place
    at: str
    row: bytes
    content: str
    import_id: UUID | None
    line: int | None
    traceparent: str | None


def _json(text: str) -> str:
    return orjson.dumps(text).decode()


@lru_cache(1024)
def _source(type_: bytes, spec: bytes, schema: bytes, source: bytes) -> Source:
    name = source.decode()
    if type_ != _TYPE or spec != SPEC_VERSION or schema not in _SCHEMAS or not 0 < len(name) <= 200 or "\x00" in name:
        raise Unusual
    return Source(cell(name.encode()), _json(name), SALE_NAMESPACE.bytes + f"{name}\n".encode())


@lru_cache(lean.REMEMBERED)
def _place(given_sku: str, given_location: str) -> Place:
    sku, location = lean.sku(given_sku), lean.location(given_location)
    return Place(
        sku, location, series_key(sku, location), cell(sku.encode()) + cell(location.encode()),
        f'"sku":{_json(sku)},"location":{_json(location)}', f"{sku!r}, {location!r}",
    )  # fmt: skip


@lru_cache(lean.REMEMBERED)
def _worth(kind: str, given_quantity: str, given_price: str) -> Worth:
    quantity, price = signed(kind, lean.quantity(given_quantity)), lean.price(given_price)
    if quantity is None:
        raise Unusual
    total = amount(quantity, price)
    return Worth(
        numeric(str(quantity)) + numeric(str(price)) + numeric(str(total)),
        f'"quantity":"{quantity!s}","unit_price":"{price!s}","amount":"{total!s}"',
        f"{plain(quantity)!r}, {plain(price)!r}",
    )  # fmt: skip


@lru_cache(lean.REMEMBERED)
def _day(given: str) -> int | None:
    """When a day that can be recorded begins in UTC, as PostgreSQL counts."""
    if not _is_day(given):
        return None
    begins = datetime.fromisoformat(given).replace(tzinfo=UTC)
    return micros(begins) if begins >= EARLIEST else None


@lru_cache(lean.REMEMBERED)
def _utc_second(given: str) -> int | None:
    """How long after the day's beginning a second of UTC is, likewise."""
    if not _is_utc_second(given):
        return None
    return ((int(given[1:3]) * 60 + int(given[4:6])) * 60 + int(given[7:9])) * 1_000_000


def _moment(local: Callable[[str], str], given: str) -> tuple[str, int]:
    """A moment in UTC, and as PostgreSQL counts."""
    # Moments are many, days and the seconds of a day are not: both halves are judged once.
    if len(given) == 20:
        day, second = _day(given[:10]), _utc_second(given[10:])
        if day is not None and second is not None:
            return f"{given[:19]}+00:00", day + second
    if _is_instant(given):
        moment = datetime.fromisoformat(given).astimezone(UTC)
        if moment >= EARLIEST:
            return moment.isoformat(), micros(moment)
    at = local(given)
    return at, micros(datetime.fromisoformat(at))


def _local(zone: ZoneInfo, given: str) -> str:
    """A day, or a time of the business's own zone, or whatever else the contract takes."""
    return iso(bounded(lean.moment(given), Clock(zone, _NEVER)))  # whether it lies ahead depends on the batch's moment


def reader(zone: ZoneInfo) -> Callable[[Headers | None, bytes | None], Event]:
    """Decodes a record of `sale-submitted`: a UsualSale in place of an event, or what the long way gives."""
    read = partial(_read, lru_cache(lean.REMEMBERED)(partial(_local, zone)))

    def decode(headers: Headers | None, value: bytes | None) -> Event:
        try:
            return read(headers, value)  # type: ignore[return-value]
        except (ValueError, KeyError, TypeError, AttributeError, Refused):
            return lean.decode_claim(headers, value)

    return decode


def _sale_id(hashed: bytes) -> str:
    """As `contracts.events.sale_id` makes it."""
    digits = sha1(hashed, usedforsecurity=False).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{_VARIANT[digits[16]]}{digits[17:20]}-{digits[20:32]}"


def _file(import_id: UUID | None, line: int | None) -> bytes:
    return (NULL if import_id is None else cell(import_id.bytes)) + (NULL if line is None else integer(line))


def _read(local: Callable[[str], str], headers: Headers | None, value: bytes | None) -> UsualSale:
    if value is None or len(value) > lean.USUAL_BYTES:
        raise Unusual
    named: dict[str, bytes] = dict(headers or ())  # type: ignore[arg-type]
    source = _source(named["ce_type"], named["ce_specversion"], named["ce_dataschema"], named["ce_source"])
    trace = named.get("traceparent")
    if len(headers or ()) - (trace is not None) != _HEADERS or "content-type" not in named:
        raise Unusual
    datetime.fromisoformat(named["ce_time"].decode())
    wire = lean.decode_wire(value)
    kind, reference, import_id, file_line = wire.kind, wire.reference, wire.import_id, wire.line
    if wire.original is not None or kind not in ("sale", "return"):
        raise Unusual
    place = _place(wire.sku, wire.location)
    worth = _worth(kind, wire.quantity, wire.unit_price)
    at, count = _moment(local, wire.sold_at)  # type: ignore[arg-type]
    if reference is not None:
        reference = lean.text(reference)
    raw_id = named["ce_id"]
    event_id, length = raw_id.decode(), len(raw_id)
    plain_id = event_id.replace("-", "x").isalnum() and event_id.isascii()  # means the same wherever it is written
    if not 0 < length <= 200 or (not plain_id and "\x00" in event_id):
        raise Unusual
    json_id = f'"{event_id}"' if plain_id else _json(event_id)
    sale_id = _sale_id(source.hashed + raw_id)
    # As `Claim.content_hash` writes it.
    hashed = f"({kind!r}, {place.hashed}, {worth.hashed}, {at!r}, None, {reference!r})"
    return UsualSale(
        sale_id, SaleRecorded.TYPES[kind], place, at,
        b"".join((
            _UUID, _from_hex(sale_id.replace("-", "")), source.row, _LENGTHS[length], raw_id, _KINDS[kind], place.row,
            worth.row, instant(count),
            _NO_REFERENCE if reference is None else cell(reference.encode()) + NULL + _UUID,
            blake2b(hashed.encode(), digest_size=16).digest(),
            _NO_FILE if import_id is None and file_line is None else _file(import_id, file_line),
        )),
        f'{{"sale_id":"{sale_id}","source":{source.json},"event_id":{json_id},"kind":"{kind}",{place.json},{worth.json},'
        f'"sold_at":"{at[:-6]}Z"' + ("" if reference is None else f',"reference":{_json(reference)}'),
        import_id, file_line, None if trace is None else trace.decode(),
    )  # fmt: skip
