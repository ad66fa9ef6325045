"""What is on order: when it is expected to come, and whether it had better come sooner or later. Pure.

The advice: `expedite` what comes after the stock is gone; `postpone` what comes more than a review before the stock
falls to its safety stock, or what nobody needs; `keep` the rest. Ranked by what following it saves: of what is late the
units that are lacked until it comes, at their price (their cost where there is none); of what is early its cost.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple
from uuid import UUID

Advice = Literal["expedite", "postpone", "keep"]
FAR_DAYS = 3650  # what lasts longer lasts for ever


@dataclass(frozen=True)
class PromisedDelivery:
    """An open line of an approved order: its day, the day by which it is needed, and what to do about the difference.

    Expected on the day the supplier confirmed, else the usual lead time after the approval. `needed_on` is the day on
    which what is there before it falls to the safety stock; `runs_out_on` the one on which nothing is left.
    `short_units` are expected to be lacked until it comes.
    """

    order_id: UUID
    number: int
    supplier: str
    sku: str
    location: str
    name: str | None
    open: Decimal
    expected_on: date
    confirmed: bool
    needed_on: date | None
    runs_out_on: date | None
    advice: Advice
    short_units: float
    value: float


class DeliveryPlace(NamedTuple):
    """Where a line stands in the list: by its advice, then by what following it saves, negative."""

    rank: int
    less: float
    number: int
    sku: str
    location: str
