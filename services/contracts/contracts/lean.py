"""A fast reader of `sale-recorded` for projections: the fields that demand and stock need, and no others.

Only the ledger writes that topic, so full validation would be done twice, and an entry's kind says what its headers
say: the live projection and a replay read the same, the value alone. Whatever this reader cannot take raises
`MalformedEvent`, like `contracts.envelope.decode`; a test holds the two to the same effects.
"""

import re
from typing import Literal

import msgspec

from contracts.envelope import Headers, MalformedEvent


class LeanChange(msgspec.Struct, gc=False):
    """The content of an entry that no longer counts."""

    sku: str
    location: str
    quantity: str
    amount: str
    sold_at: str


class LeanSale(msgspec.Struct, gc=False):
    """An entry of the ledger, decimals and instants as text."""

    sale_id: str
    kind: Literal["sale", "return", "correction", "void"]
    sku: str
    location: str
    quantity: str
    amount: str
    sold_at: str
    recorded_at: str
    source: str = ""
    reference: str | None = None
    replaces: LeanChange | None = None
    republished: bool | None = None


_is_uuid = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}").fullmatch
_is_code = re.compile(r"[^\x00-\x1f\x7f]{1,200}").fullmatch  # wider than any of ours: what no index takes is none
_decode = msgspec.json.Decoder(LeanSale).decode


def read_value(value: bytes) -> LeanSale:
    """The entry of a record's value alone; ValueError when it is none. The kind stands for the type."""
    sale = _decode(value)
    if not _is_uuid(sale.sale_id):
        raise ValueError(f"sale_id: {sale.sale_id[:40]!r} is no UUID")
    if not (_is_code(sale.sku) and _is_code(sale.location)):
        raise ValueError(f"{sale.sku[:40]!r} at {sale.location[:40]!r} is no series")
    old = sale.replaces
    if old is not None and not (_is_code(old.sku) and _is_code(old.location)):
        raise ValueError(f"replaces: {old.sku[:40]!r} at {old.location[:40]!r} is no series")
    return sale


def decode_sale(_headers: Headers | None, value: bytes | None) -> LeanSale:
    """The entry of a record. Raises MalformedEvent."""
    if value is None:
        raise MalformedEvent("tombstone", "the record has no value")
    try:
        return read_value(value)
    except ValueError as error:
        raise MalformedEvent("bad_payload", str(error)[:300]) from None
