"""A fast reader of `sale-submitted` as our own services and well-made tills write it.

Each distinct cell is judged once (`sales.domain.judges`). Whatever looks unusual goes the contract's long way; a test
holds the two ways to the same answers.
"""

from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from contracts.envelope import decode
from contracts.events.sales import Kind, SaleSubmitted

from sales.domain import judges

USUAL_BYTES = 1000  # also bounds what is remembered


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


_JUDGES = {
    "sku": judges.sku, "location": judges.location, "quantity": judges.quantity, "unit_price": judges.price,
    "sold_at": judges.moment, "original": judges.event_id, "reference": judges.text,
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
