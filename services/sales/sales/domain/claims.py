"""From what somebody claims to what the ledger can judge: normalised, bounded, with an identity."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from contracts.bounds import AHEAD, EARLIEST
from contracts.events import SaleSubmitted, sale_id
from contracts.types import MAIN_LOCATION
from pydantic import ValidationError

from sales.domain import judges
from sales.domain.columns import content_hash
from sales.domain.sale import Refusal, Refused, Sale, amount

NOON = time(12)


@dataclass(frozen=True, slots=True)
class Horizon:
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


def normalise(submitted: SaleSubmitted, source: str, event_id: str, horizon: Horizon) -> Sale:
    """The claim of a submitted sale. Raises Refused with the field at fault."""
    moment = None if submitted.sold_at is None else bounded(submitted.sold_at, horizon)
    _check_numbers(submitted)
    changes = submitted.kind in ("correction", "void")
    if changes:
        if not submitted.original:
            raise Refused("original_missing", "original", f"a {submitted.kind} names the sale it changes")
    elif submitted.sku is None or submitted.quantity is None or moment is None:
        missing = next(name for name in ("sku", "quantity", "sold_at") if getattr(submitted, name) is None)
        raise Refused("missing", missing, f"a {submitted.kind} needs {missing}")
    claim = _claim(
        submitted, source, event_id,
        quantity=signed(submitted.kind, submitted.quantity), sold_at=moment,
        original_id=sale_id(source, submitted.original) if submitted.original else None,
    )  # fmt: skip
    return claim


def _check_numbers(submitted: SaleSubmitted) -> None:
    """Raise Refused for a quantity, a price or an amount beyond what a sale may say."""
    quantity = None if submitted.kind == "void" else submitted.quantity
    for field, judge, value in (
        ("quantity", judges.quantity, quantity), ("unit_price", judges.price, submitted.unit_price),
    ):  # fmt: skip
        try:
            if value is not None:
                judge(value)
        except ValidationError as wrong:
            said = wrong.errors(include_url=False, include_input=False, include_context=False)[0]["msg"]
            raise Refused("out_of_bounds", field, f"{said[0].lower()}{said[1:]}") from None
    if quantity is not None and submitted.unit_price is not None:
        amount(quantity, submitted.unit_price)


def refused(submitted: SaleSubmitted, source: str, event_id: str, reason: Refused) -> Refusal:
    """The refusal of what is not even a claim."""
    claim = _claim(
        submitted, source, event_id, quantity=submitted.quantity, sold_at=None, original_id=None
    )  # fmt: skip
    content = submitted.model_dump(mode="json", exclude_none=True)
    return Refusal(claim, reason.code, reason.field, reason.message, content)


def _claim(submitted: SaleSubmitted, source: str, event_id: str, **judged: Any) -> Sale:
    content = {
        "kind": submitted.kind, "sku": submitted.sku, "location": submitted.location or MAIN_LOCATION,
        "unit_price": submitted.unit_price, "reference": submitted.reference, **judged,
    }  # fmt: skip
    # A place left out has always been hashed as the main one, though for a correction it means: where it was.
    hashed = content_hash(content)
    if submitted.location is None and submitted.kind in ("correction", "void"):
        content["location"] = None
    return Sale(
        sale_id=sale_id(source, event_id), source=source, event_id=event_id, content_hash=hashed,
        import_id=submitted.import_id, line=submitted.line, **content,
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


def bounded(moment: datetime, horizon: Horizon) -> datetime:
    """The business's moment in UTC, within what can be recorded. Raises Refused."""
    try:
        moment = horizon.business_moment(moment)
    except OverflowError:
        raise Refused("date_out_of_range", "sold_at", "is outside of what can be recorded") from None
    if moment > horizon.latest:
        raise Refused("in_the_future", "sold_at", "lies in the future")
    if moment < EARLIEST:
        raise Refused("too_old", "sold_at", f"lies before {EARLIEST:%Y}")
    return moment
