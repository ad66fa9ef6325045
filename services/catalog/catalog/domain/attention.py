"""What needs somebody: stock that will run out, stock far too much, and what the forecaster finds. Pure.

One cause is one entry: its `root` names it, and its id is made from the root. A resolved entry comes back only with
later evidence: a newer forecast that still finds it, or a finding of a later week.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from contracts.keys import series_key

from catalog.domain.decided import LEAST_MONEY
from catalog.domain.stock import Series

EXCESS_COVER_DAYS = 90.0
LIKELY = 0.5  # likelier than not
STOCK_KINDS = ("stockout", "excess")
_NAMESPACE = UUID("0b6e3c7a-52a6-5d0c-8f0e-6f1a3f9f4d22")


@dataclass(frozen=True)
class Concern:
    """Something that is so now. `evidence` is the day of what shows it.

    More `urgency` comes before all money: 2 is out of stock now, 1 is likelier than not to run out before the next
    delivery can arrive.
    """

    root: str
    kind: str
    money: float
    title: str
    detail: Mapping[str, Any]
    sku: str | None
    location: str | None
    week: date | None
    evidence: date
    seen: datetime
    urgency: int = 0

    @property
    def id(self) -> UUID:
        """The same for the same root."""
        return entry_id(self.root)


def entry_id(root: str) -> UUID:
    """The identity of an entry."""
    return uuid5(_NAMESPACE, root)


def stock_roots(series: Series) -> tuple[str, ...]:
    """The causes that a series' decision may show."""
    return tuple(f"{kind}/{series_key(*series)}" for kind in STOCK_KINDS)


def is_excess(excess_value: float, cover_days: float | None) -> bool:
    """Whether stock beyond the order-up-to level is worth a look: it lasts a quarter of a year, or for ever."""
    return excess_value >= LEAST_MONEY and (cover_days is None or cover_days > EXCESS_COVER_DAYS)


def stock_concerns(record: Mapping[str, Any], seen: datetime) -> Iterator[Concern]:
    """What a stored decision shows: that the series will run out, that far too much lies there, or neither."""
    short, long = stock_roots((record["sku"], record["location"]))
    if record["at_risk"]:
        title = "Out of stock" if record["out_of_stock"] else "May run out before the next delivery can arrive"
        yield _stock_concern(record, short, "stockout", record["revenue_at_risk"], record["short_units"], title, seen)
    if is_excess(record["excess_value"], record["days_of_cover"]):
        title = "Far more than will be sold soon"
        yield _stock_concern(record, long, "excess", record["excess_value"], record["excess"], title, seen)


def _stock_concern(
    record: Mapping[str, Any], root: str, kind: str, money: float, units: float, title: str, seen: datetime
) -> Concern:
    order_by, lead_days = record["order_by"], record["inputs"]["lead_time"]["mean_days"]
    # Whoever orders now orders today, however long ago the forecast's last week ended.
    ordered_on = max(record["as_of"] + timedelta(days=1), seen.date())
    detail = {
        "units": units, "on_hand": float(record["on_hand"]), "days_of_cover": record["days_of_cover"],
        "lead_days": lead_days, "quantity": record["quantity"], "stockout_risk": record["stockout_risk"],
        "out_of_stock": record["out_of_stock"],
        "arrives_on": (ordered_on + timedelta(days=math.ceil(lead_days))).isoformat(),
        "order_by": order_by.isoformat() if order_by else None, "as_of": record["as_of"].isoformat(),
    }  # fmt: skip
    return Concern(
        root,
        kind,
        money,
        title,
        detail,
        record["sku"],
        record["location"],
        None,
        record["as_of"],
        seen,
        urgency=_urgency(record) if kind == "stockout" else 0,
    )


def _urgency(record: Mapping[str, Any]) -> int:
    if record["out_of_stock"]:
        return 2
    return 1 if record["stockout_risk"] >= LIKELY else 0
