"""CloudEvents 1.0 in Kafka's binary mode: headers name the event, the value is the payload's JSON.

Guarantee: `decode(encode(event))` equals the event, and whatever else arrives raises `MalformedEvent` with a
reason a producer can act on, never another exception.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import uuid4

import orjson
from pydantic import ValidationError

from contracts.events import BY_TYPE, Payload

Headers = Sequence[tuple[str, bytes | str | None]]
# A faster reader of a type's values than its model: gives a payload with the same fields, or raises ValueError.
Readers = Mapping[type[Payload], Callable[[bytes], Any]]
NO_READERS: Readers = MappingProxyType({})

SPEC_VERSION = b"1.0"
MAX_VALUE_BYTES = 1024 * 1024


class MalformedEvent(Exception):
    """A record that is no event of ours. `code` groups such records; the message says what and where."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnknownType(MalformedEvent):
    """A type or major version that this reader does not know."""


class Event(NamedTuple):
    """An event with its identity. `id` is unique within `source`."""

    id: str
    source: str
    time: datetime
    payload: Payload
    traceparent: str | None = None

    @property
    def type(self) -> str:
        return self.payload.type

    @property
    def topic(self) -> str:
        return self.payload.TOPIC.name

    @property
    def key(self) -> str:
        return self.payload.key


def new_event(
    payload: Payload,
    source: str,
    *,
    id: str | None = None,
    time: datetime | None = None,
    traceparent: str | None = None,
) -> Event:
    """An event that happens now, unless `time` says otherwise."""
    return Event(id or str(uuid4()), source, time or datetime.now(UTC), payload, traceparent)


def value_bytes(payload: Payload) -> bytes:
    """The record's value."""
    return payload.__pydantic_serializer__.to_json(payload, exclude_none=True)


@lru_cache(maxsize=1024)
def _shared_headers(type: str, source: str, version: int) -> tuple[tuple[str, bytes], ...]:
    return (
        ("ce_specversion", SPEC_VERSION),
        ("ce_type", type.encode()),
        ("ce_source", source.encode()),
        ("ce_dataschema", f"almanac:{type}:v{version}".encode()),
        ("content-type", b"application/json"),
    )


def header_list(
    id: str, type: str, source: str, time: str, version: int = 1, traceparent: str | None = None
) -> list[tuple[str, bytes]]:
    """The record's headers."""
    spec, type_, source_, schema, content = _shared_headers(type, source, version)
    headers = [spec, ("ce_id", id.encode()), type_, source_, ("ce_time", time.encode()), schema, content]
    if traceparent:
        headers.append(("traceparent", traceparent.encode()))
    return headers


def encode(event: Event) -> tuple[bytes, list[tuple[str, bytes]], bytes]:
    """(key, headers, value) of a record."""
    headers = header_list(
        event.id, event.type, event.source, event.time.isoformat(), event.payload.VERSION, event.traceparent
    )
    return event.key.encode(), headers, value_bytes(event.payload)


# What `encode` writes, as bytes: a record with just these headers takes the short way through `decode`.
_USUAL = frozenset(name for name, _ in header_list("", "", "", "", 1, "00"))
_TYPES = {type_.encode(): payload_class for type_, payload_class in BY_TYPE.items()}
_SCHEMAS = {
    f"almanac:{type_}:v{version}".encode(): payload_class
    for type_, payload_class in BY_TYPE.items()
    for version in range(1, payload_class.VERSION + 1)
}


def decode(headers: Headers | None, value: bytes | None, readers: Readers = NO_READERS) -> Event:
    """The event of a record; accepts structured mode (one JSON object with specversion) too. Raises MalformedEvent."""
    return (value is not None and _decode_usual(headers, value, readers)) or decode_any(headers, value)


def _decode_usual(headers: Headers | None, value: bytes, readers: Readers) -> Event | None:
    """What `decode_any` gives, in a third of its time, for a record as our own services write it; else None."""
    named: dict[str, Any] = dict(headers or ())
    payload_class = _TYPES.get(named.get("ce_type"))  # type: ignore[arg-type]
    if (
        payload_class is None
        or not named.keys() <= _USUAL
        or len(named) != len(headers or ())  # a name that comes twice: both are looked at
        or _SCHEMAS.get(named.get("ce_dataschema")) is not payload_class  # type: ignore[arg-type]
        or named.get("ce_specversion") != SPEC_VERSION
        or len(value) > MAX_VALUE_BYTES
    ):
        return None
    try:
        id_, source, time = named["ce_id"].decode(), named["ce_source"].decode(), named["ce_time"].decode()
        trace = named["traceparent"].decode() if "traceparent" in named else None
        if not (0 < len(id_) <= 200 and 0 < len(source) <= 200) or "\x00" in id_ or "\x00" in source or not time:
            return None
        read = readers.get(payload_class) or payload_class.__pydantic_validator__.validate_json
        return Event(id_, source, _time(time), read(value), trace)
    except (KeyError, AttributeError, ValueError, RecursionError, MalformedEvent):
        return None  # the long way says what is wrong


def decode_any(headers: Headers | None, value: bytes | None) -> Event:
    """The event of any record. Raises MalformedEvent."""
    named = _text_headers(headers)
    if value is None:
        raise MalformedEvent("tombstone", "the record has no value")
    if len(value) > MAX_VALUE_BYTES:
        raise MalformedEvent("too_large", f"the value has {len(value)} bytes, at most {MAX_VALUE_BYTES} are accepted")
    if "ce_type" not in named:
        named, value = _structured(value)
    type_, id_, source = named.get("ce_type"), named.get("ce_id"), named.get("ce_source")
    if not type_ or not id_ or not source:
        raise MalformedEvent("missing_header", "ce_type, ce_id and ce_source are required")
    if len(id_) > 200 or len(source) > 200 or "\x00" in id_ or "\x00" in source:
        raise MalformedEvent("bad_header", "ce_id and ce_source have at most 200 characters and no NUL")
    payload_class = BY_TYPE.get(type_)
    if payload_class is None:
        raise UnknownType("unknown_type", f"no event has the type {type_[:100]!r}")
    _check_version(named.get("ce_dataschema"), payload_class)
    return Event(id_, source, _time(named.get("ce_time")), _payload(payload_class, value), named.get("traceparent"))


def _text_headers(headers: Headers | None) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, raw in headers or ():
        if raw is None or not (name.startswith("ce_") or name == "traceparent"):
            continue
        try:
            named[name] = raw.decode() if isinstance(raw, bytes) else raw
        except UnicodeDecodeError:
            raise MalformedEvent("bad_header", f"header {name[:50]!r} is not UTF-8") from None
    return named


def _structured(value: bytes) -> tuple[dict[str, str], bytes]:
    try:
        document: Any = orjson.loads(value)
    except (orjson.JSONDecodeError, RecursionError):
        raise MalformedEvent("bad_json", "no CloudEvents headers, and the value is not JSON") from None
    if not isinstance(document, dict) or "specversion" not in document:
        raise MalformedEvent("missing_header", "ce_type, ce_id and ce_source are required")
    named = {
        f"ce_{name}": str(document[name]) for name in ("type", "id", "source", "time", "dataschema") if name in document
    }
    return named, orjson.dumps(document.get("data"))


def _check_version(schema: str | None, payload_class: type[Payload]) -> None:
    if schema and schema.startswith("almanac:"):
        version = schema.rsplit(":v", 1)[-1]
        # isdigit alone lets "²" and endless digits through, on which int() raises
        plain = version.isascii() and version.isdigit() and len(version) < 10
        if not plain or int(version) > payload_class.VERSION:
            raise UnknownType("unknown_version", f"{schema[:100]!r} is newer than version {payload_class.VERSION}")


def _time(text: str | None) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise MalformedEvent("bad_header", "ce_time is not an RFC 3339 time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _payload(payload_class: type[Payload], value: bytes) -> Payload:
    try:
        return payload_class.model_validate_json(value)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        code = "bad_json" if first["type"] == "json_invalid" else "bad_payload"
        raise MalformedEvent(code, f"{field}: {first['msg']}" if field else first["msg"]) from None
