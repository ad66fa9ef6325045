"""From what somebody claims to what the ledger can judge: normalised, bounded, with an identity.

A claim's content hash tells a repeated delivery (same id, same content) from a conflict (same id, other content).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.events import SaleSubmitted, sale_id

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
CENT_FRACTION = Decimal("0.0001")
NOON = time(12)


class Refused(Exception):
    """A claim that can not become a sale. `code` is stable, `field` names what is at fault."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


@dataclass(frozen=True, slots=True)
class Clock:
    """The business's time zone and the moment of judging."""

    zone: ZoneInfo
    now: datetime

    @property
    def latest(self) -> datetime:
        """How far ahead a sale may lie: tills' clocks are not ours."""
        return self.now + AHEAD

    def business_moment(self, value: datetime | date) -> datetime:
        """Aware as it is, naive in the business's time zone, a date alone at noon there; in UTC."""
        if not isinstance(value, datetime):
            value = datetime.combine(value, NOON, self.zone)
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).astimezone(UTC)


class Submitted(Protocol):
    """The fields of a `SaleSubmitted`, whatever read it."""

    @property
    def kind(self) -> str: ...
    @property
    def sku(self) -> str | None: ...
    @property
    def location(self) -> str: ...
    @property
    def quantity(self) -> Decimal | None: ...
    @property
    def unit_price(self) -> Decimal | None: ...
    @property
    def sold_at(self) -> datetime | None: ...
    @property
    def original(self) -> str | None: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def import_id(self) -> UUID | None: ...
    @property
    def line(self) -> int | None: ...


class Submission(NamedTuple):
    """The content of a `SaleSubmitted`, without the model."""

    kind: str
    sku: str | None
    location: str
    quantity: Decimal | None
    unit_price: Decimal | None
    sold_at: datetime | None
    original: str | None
    reference: str | None
    import_id: UUID | None
    line: int | None

    def whole(self) -> SaleSubmitted:
        """As the contract's model."""
        return SaleSubmitted.model_construct(**self._asdict())


class Claim(NamedTuple):
    """A claim in the ledger's terms. `quantity` is signed; None fields of a correction mean: as it was."""

    sale_id: UUID
    source: str
    event_id: str
    kind: str
    sku: str | None
    location: str
    quantity: Decimal | None
    unit_price: Decimal | None
    sold_at: datetime | None
    original_id: UUID | None
    reference: str | None
    import_id: UUID | None
    line: int | None

    @property
    def content_hash(self) -> UUID:
        """What makes two deliveries of one id the same; where a file's line stood does not."""
        content = repr((
            self.kind, self.sku, self.location, plain(self.quantity), plain(self.unit_price),
            self.sold_at and iso(self.sold_at), self.original_id and self.original_id.int, self.reference,
        ))  # fmt: skip
        return UUID(int=int.from_bytes(hashlib.blake2b(content.encode(), digest_size=16).digest(), "big"))

    @property
    def changes_another(self) -> bool:
        """Whether it corrects or voids a sale."""
        return self.kind in ("correction", "void")


# A moment is written three times a sale, and sales share their minutes. All are in UTC, so equal ones read the same.
iso = lru_cache(maxsize=1 << 16)(datetime.isoformat)


@lru_cache(maxsize=1 << 16)  # equal numbers are one key here, whatever zeros they end in: just what is wanted
def plain(number: Decimal | None) -> str | None:
    """The number without the zeros it ends in."""
    return None if number is None else format(number.normalize() + 0, "f")  # no negative zero


def amount(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """What the sale is worth, rounded once, to the fraction of a cent that travels with it."""
    return (quantity * unit_price).quantize(CENT_FRACTION, ROUND_HALF_EVEN)


def normalise(submitted: Submitted, source: str, event_id: str, clock: Clock) -> Claim:
    """The claim of a submitted sale. Raises Refused with the field at fault."""
    moment = None if submitted.sold_at is None else bounded(submitted.sold_at, clock)
    if submitted.kind in ("correction", "void"):
        if not submitted.original:
            raise Refused("original_missing", "original", f"a {submitted.kind} names the sale it changes")
    elif submitted.sku is None or submitted.quantity is None or moment is None:
        missing = next(name for name in ("sku", "quantity", "sold_at") if getattr(submitted, name) is None)
        raise Refused("missing", missing, f"a {submitted.kind} needs {missing}")
    return Claim(
        sale_id(source, event_id), source, event_id, submitted.kind, submitted.sku, submitted.location,
        signed(submitted.kind, submitted.quantity), submitted.unit_price, moment,
        sale_id(source, submitted.original) if submitted.original else None,
        submitted.reference, submitted.import_id, submitted.line,
    )  # fmt: skip


def signed(kind: str, quantity: Decimal | None) -> Decimal | None:
    """The quantity as it counts; None for a void. Raises Refused."""
    if quantity is None or kind == "void":
        return None
    if quantity == 0:
        raise Refused("zero_quantity", "quantity", "must not be zero")
    if kind == "return":
        return -abs(quantity)
    if quantity < 0 and kind == "sale":
        raise Refused("negative_quantity", "quantity", "is negative: send it with the kind `return`")
    return quantity


def bounded(moment: datetime, clock: Clock) -> datetime:
    """The business's moment in UTC, within what can be recorded. Raises Refused."""
    try:
        moment = clock.business_moment(moment)
    except OverflowError:
        raise Refused("date_out_of_range", "sold_at", "is outside of what can be recorded") from None
    if moment > clock.latest:
        raise Refused("in_the_future", "sold_at", "lies in the future")
    if moment < EARLIEST:
        raise Refused("too_old", "sold_at", f"lies before {EARLIEST:%Y}")
    return moment
