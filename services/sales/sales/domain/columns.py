"""The columns of the ledger, once: what each is called and derived from, and how it is stored, told and hashed.

From `TABLE` come the ledger's rows as binary COPY reads them, the JSON of `sale-recorded`, what a claim looks like in
JSON, and the content hash, which tells a repeated delivery (same id, same content) from a conflict (same id, other
content). What a claim is hashed by may never change: it is compared with hashes that ledgers hold already.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import orjson
from chassis import binary
from contracts.events import SaleRecorded

from sales.domain.sale import Sale

# A moment is written three times a sale, and sales share their minutes. All are in UTC, so equal ones read the same.
iso = lru_cache(maxsize=1 << 16)(datetime.isoformat)


@lru_cache(maxsize=1 << 16)  # equal numbers are one key here, whatever zeros they end in: just what is wanted
def plain(number: Decimal) -> str:
    """The number without the zeros it ends in."""
    return format(number.normalize() + 0, "f")  # no negative zero


def instant(moment: datetime) -> str:
    """A moment of the ledger, which is in UTC, as events write it."""
    return iso(moment)[:-6] + "Z"


def id_text(id_: UUID) -> str:
    """An id as events write it."""
    text = f"{id_.int:032x}"  # str(id_) takes twice as long
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def quoted(text: str) -> str:
    """A text in JSON."""
    return orjson.dumps(text).decode()


class Codec(NamedTuple):
    """How a type of value is written: by its SQL type, as a cell of binary COPY, in JSON, and where it is hashed."""

    sql: str
    cell: Callable[[Any], bytes]
    json: Callable[[Any], str]
    hashed: Callable[[Any], str]


ID = Codec("uuid", lambda id_: binary.cell(id_.bytes), lambda id_: f'"{id_text(id_)}"', lambda id_: repr(id_.int))
TEXT = Codec("text", lambda text: binary.cell(text.encode()), quoted, repr)
NUMBER = Codec("numeric", lambda number: binary.numeric(str(number)), lambda number: f'"{number!s}"',
               lambda number: repr(plain(number)))  # fmt: skip
INSTANT = Codec("timestamp with time zone", lambda moment: binary.instant(binary.micros(moment)),
                lambda moment: f'"{instant(moment)}"', lambda moment: repr(iso(moment)))  # fmt: skip
INTEGER = Codec("integer", binary.integer, str, repr)


class Column(NamedTuple):
    """One of the ledger's columns.

    `made_of`: what it follows from, where a claim does not say it itself. `hashed`: its place in the content hash.
    `required`: no entry is without it. It is told if the contract's event has a field of its name.
    """

    name: str
    codec: Codec
    hashed: int | None = None
    required: bool = True
    made_of: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether `sale-recorded` has it."""
        return self.name in SaleRecorded.model_fields


TABLE = (
    Column("sale_id", ID, made_of=("source", "event_id")),
    Column("source", TEXT),
    Column("event_id", TEXT),
    Column("kind", TEXT, hashed=1),
    Column("sku", TEXT, hashed=2),
    Column("location", TEXT, hashed=3),
    Column("quantity", NUMBER, hashed=4),
    Column("unit_price", NUMBER, hashed=5),
    Column("amount", NUMBER, made_of=("quantity", "unit_price")),
    Column("sold_at", INSTANT, hashed=6),
    Column("reference", TEXT, hashed=8, required=False),
    Column("original_id", ID, hashed=7, required=False, made_of=("source", "original")),
    Column("content_hash", ID, made_of=("what is hashed",)),
    Column("import_id", ID, required=False),
    Column("line", INTEGER, required=False),
    Column("recorded_at", INSTANT, made_of=("the moment of recording",)),
)
NAMES = tuple(column.name for column in TABLE)
# An entry is written before the moment of recording is known, which its batch shares: that column is the last one.
_ENTRY = TABLE[:-1]
_HASHED = sorted((column for column in TABLE if column.hashed), key=lambda column: column.hashed or 0)
_DOCUMENT = tuple(name for name in NAMES if name not in ("amount", "content_hash", "recorded_at"))


class Written(msgspec.Struct, gc=False):
    """Some columns of a sale, written: in its row, in its event (from the comma on), and as its hash takes them."""

    row: bytes = b""
    json: str = ""
    hashed: str = ""


def writer(*names: str) -> Callable[..., Written]:
    """Writes the values of these columns, given by name and in the table's order."""
    some = [column for column in TABLE if column.name in names]
    hashed = [column for column in _HASHED if column.name in names]

    def write(**values: Any) -> Written:
        return Written(
            b"".join([_cell(column, values[column.name]) for column in some]),
            "".join([_member(column, values[column.name]) for column in some]),
            ", ".join([_hashed(column, values[column.name]) for column in hashed]),
        )

    return write


def _cell(column: Column, value: Any) -> bytes:
    return binary.NULL if value is None else column.codec.cell(value)


def _member(column: Column, value: Any) -> str:
    if value is None or not column.told:
        return ""
    return f'{"" if column is TABLE[0] else ","}"{column.name}":{column.codec.json(value)}'


def _hashed(column: Column, value: Any) -> str:
    return "None" if value is None else column.codec.hashed(value)


def content_hash(content: Mapping[str, Any]) -> UUID:
    """The hash of what a claim says; where a file's line stood is no part of it."""
    text = ", ".join([_hashed(column, content[column.name]) for column in _HASHED])
    return UUID(bytes=_digest(f"({text})"))


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def document(sale: Sale) -> dict[str, Any]:
    """What a claim says, without what it leaves open."""
    said = {name: getattr(sale, name) for name in _DOCUMENT}
    return {name: value for name, value in said.items() if value is not None}


_values = attrgetter(*(column.name for column in _ENTRY))


def row(sale: Sale) -> bytes:
    """An entry as COPY reads it; it lacks only the moment of recording."""
    return b"".join([_cell(column, value) for column, value in zip(_ENTRY, _values(sale), strict=True)])


def members(sale: Sale, names: Sequence[str] = NAMES[:-1]) -> str:
    """An entry's fields in JSON, from the first one's name on."""
    some = [column for column in _ENTRY if column.name in names]
    return "".join([_member(column, getattr(sale, column.name)) for column in some])


Assemble = Callable[..., tuple[bytes, str]]


def assembler(parts: Mapping[str, Sequence[str]]) -> Assemble:
    """Puts the written parts of an entry together: its row and its event's content, both without what comes last.

    `parts` says which columns each has: all of them, but `content_hash`, which is made here. The function is put
    together as text and compiled once, since it runs for every sale.
    """
    missing = [column.name for column in _ENTRY if column.name not in {n for names in parts.values() for n in names}]
    order: list[str] = []
    hashed: dict[str, int] = {}
    for column in _ENTRY:
        part = next((part for part, names in parts.items() if column.name in names), "content_hash")
        order += [part] if part not in order[-1:] else []
        if column.hashed:
            hashed.setdefault(part, column.hashed)
    if missing != ["content_hash"] or len(set(order)) < len(order):
        raise ValueError(f"these are not the columns of the ledger in parts: {parts}")
    rows = ", ".join("length + digest" if part == "content_hash" else f"{part}.row" for part in order)
    told = "".join(f"{{{part}.json}}" for part in parts if any(c.told for c in _ENTRY if c.name in parts[part]))
    content = ", ".join(f"{{{part}.hashed}}" for part in sorted(hashed, key=lambda part: hashed[part]))
    text = f'lambda *, {", ".join(parts)}: (digest := hash_(f"({content})")) and (b"".join(({rows})), f"{{{{{told}")'
    compiled: Assemble = eval(text, {"hash_": _digest, "length": binary.cell(bytes(16))[:4]})  # noqa: S307 - ours
    return compiled
