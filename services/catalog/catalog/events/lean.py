"""A fast reader of `sale-recorded`: the fields that stock needs, and no others.

Only the ledger writes that topic, from validated models, and an entry's kind says what its headers say. Whatever
this reader cannot take raises `Malformed`.
"""

from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

import msgspec
from contracts.envelope import Event, Headers, Malformed


class LeanChange(msgspec.Struct, gc=False):
    """The content of an entry that no longer counts."""

    sku: str
    location: str
    quantity: str
    amount: str
    sold_at: str


class LeanSale(msgspec.Struct, gc=False):
    """An entry of the ledger; decimals and instants stay text, which is what COPY takes."""

    sale_id: UUID
    kind: Literal["sale", "return", "correction", "void"]
    sku: str
    location: str
    quantity: str
    amount: str
    sold_at: str
    replaces: LeanChange | None = None

    def effects(self) -> Iterator[tuple[Any, ...]]:
        """Signed effects (sale_id, part, sku, location, at, units, amount); part 0 is always there, so that
        counting it counts entries."""
        part = 0
        if self.kind != "void":
            yield self.sale_id, 0, self.sku, self.location, self.sold_at, self.quantity, self.amount
            part = 1
        if self.replaces is not None:
            old = self.replaces
            yield self.sale_id, part, old.sku, old.location, old.sold_at, _minus(old.quantity), _minus(old.amount)
        elif part == 0:
            yield self.sale_id, 0, self.sku, self.location, self.sold_at, "0", "0"


def _minus(number: str) -> str:
    return number[1:] if number.startswith("-") else f"-{number}"


_decode = msgspec.json.Decoder(LeanSale).decode


def decode_sale(_headers: Headers | None, value: bytes | None) -> Event:
    """The entry of a record, in place of an event: the handler needs no more of it."""
    if value is None:
        raise Malformed("tombstone", "the record has no value")
    try:
        return _decode(value)  # type: ignore[return-value]
    except (msgspec.DecodeError, ValueError) as error:
        raise Malformed("bad_payload", str(error)[:300]) from None
