"""Sales as most of them come, read from the wire straight into the ledger's row and the JSON of their event.

The long way makes an event, its payload, a claim and an entry of each sale, which takes five times as long. Here each
distinct cell is judged once, by the contract's own types and the domain's own rules, and what it looks like in the
ledger is remembered: sales repeat their products, quantities, prices and minutes. `PARTS` says which columns are
written together; the ledger's table (`sales.domain.columns`) puts them together. Whatever is not usual goes the long
way; a test holds both ways to the same rows and events.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import sha1
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chassis.binary import cell, instant, micros
from contracts.bounds import AHEAD, EARLIEST
from contracts.envelope import SPEC_VERSION, Event, Headers
from contracts.events import SaleRecorded
from contracts.events.sales import SALE_NAMESPACE, SaleSubmitted
from contracts.keys import series_key
from contracts.types import MAIN_LOCATION

from sales.domain import columns, judges
from sales.domain.claims import Horizon, bounded, signed
from sales.domain.columns import Written, iso, quoted
from sales.domain.entries import Place, UsualEntry
from sales.domain.sale import Refused, amount
from sales.domain.sources import is_file
from sales.events import wire
from sales.events.claimed_sources import EVERY_SOURCE, ClaimedSources

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
_from_hex = bytes.fromhex

# What of an entry is written together, since it is remembered together.
PARTS = {
    "identity": ("sale_id",), "source": ("source",), "event": ("event_id",), "kind": ("kind",),
    "place": ("sku", "location"), "worth": ("quantity", "unit_price", "amount"), "moment": ("sold_at",),
    "reference": ("reference", "original_id"), "file": ("import_id", "line"),
}  # fmt: skip
_assemble = columns.assembler(PARTS)
_write = {part: columns.writer(*names) for part, names in PARTS.items()}
_KINDS = {kind: _write["kind"](kind=kind) for kind in ("sale", "return")}
_NO_FILE = _write["file"](import_id=None, line=None)


class Unusual(ValueError):
    """To be read the long way."""


class Claimant(NamedTuple):
    """Who claims: its name, that written, and as its sales' ids are hashed; whether its sales are lines of files."""

    name: str
    written: Written
    hashed: bytes
    file: bool


def _source(sources: ClaimedSources, type_: bytes, spec: bytes, schema: bytes, source: bytes) -> Claimant:
    name = source.decode()
    if type_ != _TYPE or spec != SPEC_VERSION or schema not in _SCHEMAS or not 0 < len(name) <= 200 or "\x00" in name:
        raise Unusual
    file = is_file(name)
    if not sources.takes(name, of_import=file):
        raise Unusual
    return Claimant(name, _write["source"](source=name), SALE_NAMESPACE.bytes + f"{name}\n".encode(), file)


@lru_cache(judges.REMEMBERED)
def _series(given_sku: str, given_location: str | None) -> Place:
    sku = judges.sku(given_sku)
    location = MAIN_LOCATION if given_location is None else judges.location(given_location)
    return Place(sku, location, series_key(sku, location), _write["place"](sku=sku, location=location))


@lru_cache(judges.REMEMBERED)
def _worth(kind: str, given_quantity: str, given_price: str) -> Written:
    quantity, price = signed(kind, judges.quantity(given_quantity)), judges.price(given_price)
    if quantity is None:
        raise Unusual
    return _write["worth"](quantity=quantity, unit_price=price, amount=amount(quantity, price))


@lru_cache(judges.REMEMBERED)
def _reference(given: str | None) -> Written:
    reference = None if given is None else judges.text(given)
    return _write["reference"](reference=reference, original_id=None)


@lru_cache(judges.REMEMBERED)
def _day(given: str) -> int | None:
    """When a day that can be recorded begins in UTC, as PostgreSQL counts."""
    if not _is_day(given):
        return None
    begins = datetime.fromisoformat(given).replace(tzinfo=UTC)
    return micros(begins) if begins >= EARLIEST else None


@lru_cache(judges.REMEMBERED)
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
    return iso(bounded(judges.moment(given), Horizon(zone, _NEVER)))  # whether it lies ahead is asked with its batch


def reader(
    zone: ZoneInfo, sources: ClaimedSources = EVERY_SOURCE
) -> Callable[[Headers | None, bytes | None], Event]:  # fmt: skip
    """Decodes a record of `sale-submitted`: a UsualEntry in place of an event, or what the long way gives.

    A claim in the name of a source that may not be named here is none: MalformedEvent.
    """
    read = partial(
        _read, lru_cache(1024)(partial(_source, sources)), lru_cache(judges.REMEMBERED)(partial(_local, zone))
    )

    def decode(headers: Headers | None, value: bytes | None) -> Event:
        try:
            return read(headers, value)  # type: ignore[return-value]
        except (ValueError, KeyError, TypeError, AttributeError, Refused):
            event = wire.decode_claim(headers, value)
            sources.check(event)
            return event

    return decode


def _sale_id(hashed: bytes) -> str:
    """As `contracts.events.sale_id` makes it."""
    digits = sha1(hashed, usedforsecurity=False).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{_VARIANT[digits[16]]}{digits[17:20]}-{digits[20:32]}"


def _event(raw: bytes) -> Written:
    """The producer's own id."""
    event_id, length = raw.decode(), len(raw)
    simple = event_id.replace("-", "x").isalnum() and event_id.isascii()  # means the same wherever it is written
    if not 0 < length <= 200 or (not simple and "\x00" in event_id):
        raise Unusual
    return Written(_LENGTHS[length] + raw, f',"event_id":"{event_id}"' if simple else f',"event_id":{quoted(event_id)}')


def _read(
    claimant: Callable[[bytes, bytes, bytes, bytes], Claimant], local: Callable[[str], str], headers: Headers | None,
    value: bytes | None,
) -> UsualEntry:  # fmt: skip
    if value is None or len(value) > wire.USUAL_BYTES:
        raise Unusual
    named: dict[str, bytes] = dict(headers or ())  # type: ignore[arg-type]
    source = claimant(named["ce_type"], named["ce_specversion"], named["ce_dataschema"], named["ce_source"])
    trace = named.get("traceparent")
    if len(headers or ()) - (trace is not None) != _HEADERS or "content-type" not in named:
        raise Unusual
    datetime.fromisoformat(named["ce_time"].decode())
    sale = wire.decode_wire(value)
    kind, import_id, line = sale.kind, sale.import_id, sale.line
    if sale.original is not None or kind not in ("sale", "return") or (source.file and import_id is None):
        raise Unusual
    series = _series(sale.sku, sale.location)
    at, count = _moment(local, sale.sold_at)  # type: ignore[arg-type]
    raw_id = named["ce_id"]
    sale_id = _sale_id(source.hashed + raw_id)
    row, content = _assemble(
        identity=Written(_UUID + _from_hex(sale_id.replace("-", "")), f'"sale_id":"{sale_id}"'),
        source=source.written, event=_event(raw_id), kind=_KINDS[kind], place=series.written,
        worth=_worth(kind, sale.quantity, sale.unit_price),
        moment=Written(instant(count), f',"sold_at":"{at[:-6]}Z"', repr(at)),
        reference=_reference(sale.reference),
        file=_NO_FILE if import_id is None and line is None else _write["file"](import_id=import_id, line=line),
    )  # fmt: skip
    return UsualEntry(
        sale_id=sale_id, type=SaleRecorded.TYPES[kind], key=series.key, row=row, content=content, source=source.name,
        series=series, sold_at=at, import_id=import_id, line=line,
        traceparent=None if trace is None else trace.decode(),
    )  # fmt: skip
