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
from contracts.types import BusinessInstant, Code, EventId, Price, Quantity, Sku, Text
from pydantic import TypeAdapter

USUAL_BYTES = 1000  # also bounds what is remembered
REMEMBERED = 1 << 16


class Wire(msgspec.Struct, gc=False):
    """The value of a record: every number and moment as text."""

    kind: Kind = "sale"
    sku: str | None = None
    location: str | None = None
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
_JUDGES = {
    "sku": sku, "location": location, "quantity": quantity, "unit_price": price, "sold_at": moment,
    "original": event_id, "reference": text,
}  # fmt: skip
decode_wire = msgspec.json.Decoder(Wire).decode


def read(value: bytes) -> SaleSubmitted:
    """The claim of a usual value; ValueError for any other."""
    if len(value) > USUAL_BYTES:
        raise ValueError("long")
    content = msgspec.structs.asdict(decode_wire(value))
    for name, judge in _JUDGES.items():
        if content[name] is not None:
            content[name] = judge(content[name])
    return SaleSubmitted.model_construct(**content)


decode_claim = partial(decode, readers={SaleSubmitted: read})
