"""A fast reader of `sale-submitted` as our own services and well-made tills write it.

The contract's own types judge each distinct cell once, and what they made of it is remembered: sales repeat their
products, quantities, prices and minutes. Whatever looks unusual goes the contract's long way; a test holds the two
ways to the same answers.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Annotated, Any
from uuid import UUID

import msgspec
from contracts.envelope import decode
from contracts.events.sales import Kind, SaleSubmitted
from contracts.types import MAIN_LOCATION, BusinessInstant, Code, EventId, Price, Quantity, Sku, Text
from pydantic import TypeAdapter

from sales.domain.claims import Submission

USUAL_BYTES = 1000  # also bounds what is remembered
REMEMBERED = 1 << 16


class _Wire(msgspec.Struct, gc=False):
    """The value of a record: every number and moment as text."""

    kind: Kind = "sale"
    sku: str | None = None
    location: str = MAIN_LOCATION
    quantity: str | None = None
    unit_price: str | None = None
    sold_at: str | None = None
    original: str | None = None
    reference: str | None = None
    import_id: UUID | None = None
    line: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] | None = None


def _judge(kind: Any) -> Callable[[str], Any]:
    return TypeAdapter[Any](kind).validate_python


def _remembered(kind: Any) -> Callable[[str], Any]:
    return lru_cache(REMEMBERED)(_judge(kind))


_sku, _location, _quantity, _price, _moment = map(_remembered, (Sku, Code, Quantity, Price, BusinessInstant))
_event_id, _text = map(_judge, (EventId, Text))
_decode = msgspec.json.Decoder(_Wire).decode


def read(value: bytes) -> Submission:
    """The claim of a usual value; ValueError for any other."""
    if len(value) > USUAL_BYTES:
        raise ValueError("long")
    wire = _decode(value)
    sku, quantity, price, moment = wire.sku, wire.quantity, wire.unit_price, wire.sold_at
    original, reference = wire.original, wire.reference
    return Submission(
        wire.kind,
        None if sku is None else _sku(sku),
        _location(wire.location),
        None if quantity is None else _quantity(quantity),
        None if price is None else _price(price),
        None if moment is None else _moment(moment),
        None if original is None else _event_id(original),
        None if reference is None else _text(reference),
        wire.import_id,
        wire.line,
    )


decode_claim = partial(decode, readers={SaleSubmitted: read})
