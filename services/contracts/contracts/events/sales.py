"""Sales as they travel: claimed by producers, accepted once by the ledger, or refused with a reason."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from hashlib import sha1
from typing import Any, ClassVar, Literal, NamedTuple
from uuid import UUID

from contracts import topics
from contracts.events.base import Payload
from contracts.keys import series_key
from contracts.types import (
    MAIN_LOCATION,
    BusinessInstant,
    ClaimedNumber,
    Code,
    EventId,
    Instant,
    Line,
    Money,
    Price,
    Quantity,
    Sku,
    Text,
)

SALE_NAMESPACE = UUID("7d0b4b6e-54a3-5d0f-9a44-6a1c0a3c8e11")
_NAMESPACE = SALE_NAMESPACE.bytes

Kind = Literal["sale", "return", "correction", "void"]


def sale_id(source: str, event_id: str) -> UUID:
    """The ledger's identity of a sale: the same (source, event id) is the same sale, for ever."""
    # uuid5 by hand, in a third of its time: it is made for every event that comes in.
    digest = sha1(_NAMESPACE + f"{source}\n{event_id}".encode(), usedforsecurity=False).digest()
    number = int.from_bytes(digest[:16], "big")
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 5 << 76 | 2 << 62)


class SaleSubmitted(Payload):
    """What a till, a shop system or a file claims. The event's (ce_source, ce_id) identifies it.

    A correction or void names the sale it changes by that sale's event id in `original` (same source). `location`
    left out is `main`; of a correction it means, as what else is left out: as it was. Numbers beyond `contracts.bounds`
    are refused by the ledger, with their reason.
    """

    TYPE: ClassVar[str] = "sale-submitted"
    TOPIC: ClassVar[topics.Topic] = topics.SALE_SUBMITTED

    kind: Kind = "sale"
    sku: Sku | None = None
    location: Code | None = None
    quantity: ClaimedNumber | None = None
    unit_price: ClaimedNumber | None = None
    sold_at: BusinessInstant | None = None
    original: EventId | None = None
    reference: Text | None = None
    import_id: UUID | None = None
    line: Line | None = None

    @property
    def key(self) -> str:
        return series_key(self.sku or self.original or "", self.location or MAIN_LOCATION)


class Effect(NamedTuple):
    """A signed change of a series' sales: `units` and `amount` are negative for what no longer counts."""

    sku: str
    location: str
    sold_at: datetime
    units: Decimal
    amount: Decimal


class Replaced(Payload):
    """The content of a ledger entry that a correction or void has made void."""

    sku: Sku
    location: Code
    quantity: Quantity
    amount: Money
    sold_at: Instant


class SaleRecorded(Payload):
    """An entry that the ledger has accepted, once. `quantity` is signed: returns are negative, a void is 0.

    `republished`: the topic was made again from the ledger; the entry was told before, under the same `sale_id`.
    """

    TYPE: ClassVar[str] = "sale-recorded"
    TYPES: ClassVar[dict[str, str]] = {
        "sale": "sale-recorded", "return": "sale-returned", "correction": "sale-corrected", "void": "sale-voided",
    }  # fmt: skip
    TOPIC: ClassVar[topics.Topic] = topics.SALE_RECORDED

    sale_id: UUID
    source: Text
    event_id: EventId
    kind: Kind
    sku: Sku
    location: Code
    quantity: Quantity
    unit_price: Price
    amount: Money
    sold_at: Instant
    recorded_at: Instant
    reference: Text | None = None
    original_id: UUID | None = None
    replaces: Replaced | None = None
    republished: bool | None = None

    @property
    def key(self) -> str:
        return series_key(self.sku, self.location)

    @property
    def type(self) -> str:
        return self.TYPES[self.kind]

    def effects(self) -> Iterator[Effect]:
        """Signed changes; their sum over all entries is what was really sold, in whatever order they arrive."""
        if self.kind != "void":
            yield Effect(self.sku, self.location, self.sold_at, self.quantity, self.amount)
        if self.replaces is not None:
            old = self.replaces
            yield Effect(old.sku, old.location, old.sold_at, -old.quantity, -old.amount)


class SaleFate(Payload):
    """What became of a claim that was neither recorded (`sale-recorded`) nor refused (`sale-rejected`).

    `duplicate`: it came again with the same content, which changes nothing; lines of files that do are not told.
    `waiting`: for its product, location or original. `dead-letter`: it could not be read, and an operator looks at it.
    """

    TYPE: ClassVar[str] = "sale-fate"
    TOPIC: ClassVar[topics.Topic] = topics.SALE_FATE

    source: Text
    event_id: EventId
    fate: Literal["duplicate", "waiting", "dead-letter"]
    sale_id: UUID | None = None
    waiting_for: Text | None = None
    code: Code | None = None
    message: Text | None = None

    @property
    def key(self) -> str:
        return self.source


class SaleRejected(Payload):
    """A claim the ledger refused: tells its producer which event, and why."""

    TYPE: ClassVar[str] = "sale-rejected"
    TOPIC: ClassVar[topics.Topic] = topics.SALE_REJECTED

    source: Text
    event_id: EventId
    code: Code
    message: Text
    field: Text | None = None
    sku: Text | None = None
    location: Text | None = None
    import_id: UUID | None = None
    line: int | None = None
    submitted: dict[str, Any] | None = None

    @property
    def key(self) -> str:
        return series_key(self.sku or "", self.location or MAIN_LOCATION)
