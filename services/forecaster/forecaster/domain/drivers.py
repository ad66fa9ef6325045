"""What moves demand beside its own past: stock, price, promotions and calendar events, as series x weeks arrays.

A week's value is the share of its days for which something holds, so that a promotion from Thursday to Sunday
counts for four sevenths.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

Records = Sequence[Mapping[str, Any]]
Array = NDArray[np.float64]
_EVENT_KINDS = 12


@dataclass
class WeekTable:
    """Series and weeks. `start` is the first day of the first week."""

    keys: list[tuple[str, str]]
    start: date
    columns: int
    first_weekday: int
    by_sku: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, (sku, _) in enumerate(self.keys):
            self.by_sku.setdefault(sku, []).append(number)

    def rows_of(self, skus: Iterable[str], locations: Sequence[str]) -> list[int]:
        """The series of some products (none given: all) at some places (none given: all)."""
        chosen = list(skus)
        numbers = range(len(self.keys)) if not chosen else [n for sku in chosen for n in self.by_sku.get(sku, [])]
        return [n for n in numbers if not locations or self.keys[n][1] in locations]

    def share(self, first: date, last: date) -> Array:
        """The share of each week's days from `first` to `last`, both included."""
        days = np.zeros(self.columns * 7)
        begin = max((first - self.start).days, 0)
        end = min((last - self.start).days + 1, len(days))
        if end > begin:
            days[begin:end] = 1.0
        shares: Array = days.reshape(self.columns, 7).mean(axis=1)
        return shares


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def availability(table: WeekTable, stock: Records, columns: int, as_of: date) -> Array:
    """The share of each past week in which a series was in stock. Without stock records: all of it.

    `stock` holds, by series and day, the days on which it ran out or came back. The day itself counts as sold on.
    """
    found = np.ones((len(table.keys), columns))
    row_of = {key: number for number, key in enumerate(table.keys)}
    spans: dict[tuple[str, str], date | None] = {}
    closed: list[tuple[tuple[str, str], date, date]] = []
    for entry in stock:
        key, day = (entry["sku"], entry["location"]), _day(entry["day"])
        out_since = spans.get(key)
        if entry["in_stock"]:
            if out_since is not None:
                closed.append((key, out_since, day - timedelta(days=1)))
            spans[key] = None
        elif out_since is None:
            spans[key] = day + timedelta(days=1)
    closed += [(key, since, as_of) for key, since in spans.items() if since is not None]
    for key, first, last in closed:
        number = row_of.get(key)
        if number is not None:
            found[number] -= table.share(first, last)[:columns]
    return np.clip(found, 0.0, 1.0)


def known_ahead(table: WeekTable, inputs: Mapping[str, Records]) -> dict[str, Array]:
    """Price, promotion, discount and calendar events; a driver that never varies is left out."""
    found: dict[str, Array] = {}
    price = _prices(table, inputs.get("prices", ()), inputs.get("products", ()))
    if price is not None:
        found["price"] = price
    promotion, discount = _promotions(table, inputs.get("promotions", ()))
    if promotion.any():
        found["promotion"] = promotion
    if discount.any() and not np.array_equal(discount > 0, discount == discount.max()):
        found["discount"] = discount
    return found | _events(table, inputs.get("events", ()))


def _prices(table: WeekTable, prices: Records, products: Records) -> Array | None:
    listed: dict[tuple[str, str], list[tuple[date, float]]] = {}
    for row in prices:
        listed.setdefault((row["sku"], row["location"]), []).append((_day(row["valid_from"]), float(row["price"])))
    if all(len({value for _, value in entries}) < 2 for entries in listed.values()):
        return None
    standard = {row["sku"]: float(row["price"]) for row in products if row["price"] is not None}
    middles = np.array([(table.start + timedelta(days=7 * n + 3)).toordinal() for n in range(table.columns)])
    found = np.full((len(table.keys), table.columns), np.nan)
    for number, (sku, location) in enumerate(table.keys):
        entries = listed.get((sku, location)) or listed.get((sku, ""))
        if entries is None:
            found[number] = standard.get(sku, np.nan)
            continue
        entries.sort()
        place = np.searchsorted([day.toordinal() for day, _ in entries], middles, side="right") - 1
        found[number] = np.array([value for _, value in entries])[np.maximum(place, 0)]
    return found


def _promotions(table: WeekTable, promotions: Records) -> tuple[Array, Array]:
    running = np.zeros((len(table.keys), table.columns))
    discount = np.zeros_like(running)
    for row in promotions:
        chosen = table.rows_of(row["skus"], row["locations"])
        if not chosen:
            continue
        share = table.share(_day(row["starts"]), _day(row["ends"]))
        running[chosen] = np.maximum(running[chosen], share)
        discount[chosen] = np.maximum(discount[chosen], share * float(row["discount"] or 0))
    return running, discount


def _events(table: WeekTable, events: Records) -> dict[str, Array]:
    found: dict[str, Array] = {}
    kinds = sorted({str(row["kind"]) for row in events})
    for row in events:
        kind = str(row["kind"]) if kinds.index(str(row["kind"])) < _EVENT_KINDS else "other"
        chosen = table.rows_of((), row["locations"])
        share = table.share(_day(row["starts"]), _day(row["ends"]))
        if not chosen or not share.any():
            continue
        column = found.setdefault(f"event_{kind}", np.zeros((len(table.keys), table.columns)))
        column[chosen] = np.maximum(column[chosen], share)
    return found
