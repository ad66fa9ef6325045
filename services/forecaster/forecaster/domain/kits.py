"""What kits consist of, by days: so many units of their components in each kit that is sold.

A kit that is assembled when it is sold is demand of its components, so many units a kit, on the days on which its bill
counts; of a week in which a bill begins or ends it is the share of its days. A pre-packed kit is demand of itself only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

import numpy as np
from contracts.events import Bill
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class KitPart:
    """So many units of a product in each kit that is sold from the first to the last day (None: on and on)."""

    kit: str
    sku: str
    quantity: float
    first_day: date
    last_day: date | None

    def shares(self, weeks: Sequence[date]) -> Doubles:
        """Of each week the share of its days on which the kit consists of it."""
        last = self.last_day or date.max
        days = [(min(week + 6 * _DAY, last) - max(week, self.first_day)).days + 1 for week in weeks]
        return np.clip(np.array(days, dtype=np.float64), 0, 7) / 7


def parts_of(kit: str, bills: Iterable[Bill]) -> list[dict[str, Any]]:
    """A kit's parts as they are kept, of all its bills that are assembled when they are sold."""
    ordered = sorted(bills, key=lambda bill: bill.valid_from)
    return [
        {"kit": kit, "sku": each.sku, "quantity": each.quantity, "first_day": bill.valid_from,
         "last_day": following.valid_from - _DAY if following else None}
        for bill, following in zip_longest(ordered, ordered[1:]) if not bill.pre_packed for each in bill.components
    ]  # fmt: skip


def read(rows: Iterable[Mapping[str, Any]]) -> list[KitPart]:
    """Parts as a run's inputs hold them."""
    return [
        KitPart(row["kit"], row["sku"], float(row["quantity"]), _day(row["first_day"]),
             None if row["last_day"] is None else _day(row["last_day"]))
        for row in rows
    ]  # fmt: skip


def _day(value: Any) -> date:
    return date.fromisoformat(str(value))
