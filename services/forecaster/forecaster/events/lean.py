"""A fast reader of `sale-recorded`: the fields that demand needs, and no others.

Only the ledger writes that topic, from validated models, so full validation would be done twice. Whatever this
reader cannot take raises `Malformed`, like `contracts.envelope.decode`; a test holds the two to the same answers.
"""

import re
from typing import Literal

import msgspec
from contracts.envelope import Headers, Malformed, UnknownType
from contracts.events import SaleRecorded

_TYPES = {name.encode() for name in SaleRecorded.TYPES.values()}


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
    replaces: LeanChange | None = None
    traceparent: str | None = None


_is_uuid = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}").fullmatch
_decode = msgspec.json.Decoder(LeanSale).decode


def read_value(value: bytes) -> LeanSale:
    """The entry of a record's value alone; ValueError when it is none. The kind stands for the type."""
    sale = _decode(value)
    if not _is_uuid(sale.sale_id):
        raise ValueError(f"sale_id: {sale.sale_id[:40]!r} is no UUID")
    return sale


def decode_sale(headers: Headers | None, value: bytes | None) -> LeanSale:
    """The entry of a record. Raises Malformed."""
    if value is None:
        raise Malformed("tombstone", "the record has no value")
    type_ = trace = None
    for name, raw in headers or ():
        if name == "ce_type":
            type_ = raw
        elif name == "traceparent":
            trace = raw
    if type_ not in _TYPES:
        if type_ is None:
            raise Malformed("missing_header", "ce_type is required")
        raise UnknownType("unknown_type", f"no sale event has the type {type_[:100]!r}")
    try:
        sale = read_value(value)
    except ValueError as error:
        raise Malformed("bad_payload", str(error)[:300]) from None
    if trace is not None:
        sale.traceparent = trace.decode("latin-1") if isinstance(trace, bytes) else trace
    return sale
