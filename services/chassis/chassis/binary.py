"""Rows as PostgreSQL's binary COPY reads them, for hot paths: the server reads them for half of the price of text.

A row is its cells, one after the other: each its length and its content, which must be of the column's very type.
`chassis.database.copy_cells` copies them.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from struct import Struct, pack

NULL = b"\xff\xff\xff\xff"
_EPOCH, _MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_NEGATIVE = 0x4000
_instant = Struct(">iq").pack


def cell(content: bytes) -> bytes:
    """A value that is stored as its bytes: a text in UTF-8, a UUID."""
    return len(content).to_bytes(4, "big") + content


def integer(value: int) -> bytes:
    """A cell of type integer."""
    return pack(">ii", 4, value)


def micros(moment: datetime) -> int:
    """A moment as PostgreSQL counts."""
    return (moment - _EPOCH) // _MICROSECOND


def instant(count: int) -> bytes:
    """A cell of type timestamptz, of its `micros`."""
    return _instant(8, count)


@lru_cache(maxsize=1 << 16)
def numeric(text: str) -> bytes:
    """A cell of type numeric, of a finite number's text: as the column rounds, and with the zeros it ends in."""
    value = Decimal(text)
    whole, _, part = format(value.copy_abs(), "f").partition(".")
    groups = "0" * (-len(whole) % 4) + whole + part + "0" * (-len(part) % 4)
    digits = [int(groups[at : at + 4]) for at in range(0, len(groups), 4)]
    weight = (len(whole) + 3) // 4 - 1
    head = pack(">HhHH", len(digits), weight, _NEGATIVE if value.is_signed() else 0, len(part))
    return cell(head + pack(f">{len(digits)}H", *digits))
