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


class Wire(msgspec.Struct, gc=False):
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


sku, location, quantity, price, moment = map(_remembered, (Sku, Code, Quantity, Price, BusinessInstant))
event_id, text = map(_judge, (EventId, Text))
decode_wire = msgspec.json.Decoder(Wire).decode


def read(value: bytes) -> Submission:
    """The claim of a usual value; ValueError for any other."""
    if len(value) > USUAL_BYTES:
        raise ValueError("long")
    wire = decode_wire(value)
    return Submission(
        wire.kind,
        None if wire.sku is None else sku(wire.sku),
        location(wire.location),
        None if wire.quantity is None else quantity(wire.quantity),
        None if wire.unit_price is None else price(wire.unit_price),
        None if wire.sold_at is None else moment(wire.sold_at),
        None if wire.original is None else event_id(wire.original),
        None if wire.reference is None else text(wire.reference),
        wire.import_id,
        wire.line,
    )


decode_claim = partial(decode, readers={SaleSubmitted: read})
