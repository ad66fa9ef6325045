"""What moves demand beside its own past: stock, price, promotions, holidays and events, as series x weeks arrays.

A week's value is the share of its days for which something holds, so that a promotion from Thursday to Sunday
counts for four sevenths.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

Records = Sequence[Mapping[str, Any]]
Array = NDArray[np.float64]
_EVENT_KINDS = 12
UNSAID = "other"  # the kind of a promotion that nobody said one of
WEATHER = ("temperature", "temperature_max", "precipitation")
CLOSURE = "clos"  # how the kind of a calendar event begins that closes a place: closure, closing, closed
_HOLIDAYS = 16  # holidays with a column of their own: the engine learns from forty columns at most
_BEFORE, _AFTER = 4, 1  # days around a holiday in which people buy for it, or after it


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
    prices = Prices.of(inputs)
    if prices.vary:
        found["price"] = prices.by_week(table)
    promotion, discount = promotions(table, inputs.get("promotions", ()))
    if promotion.any():
        found["promotion"] = promotion
    if discount.any() and not np.array_equal(discount > 0, discount == discount.max()):
        found["discount"] = discount
    return found | _holidays(table, inputs.get("holidays", ())) | _events(table, inputs.get("events", ()))


def weather(words: Records, as_of: date, last: date) -> list[dict[str, Any]]:
    """What was said of weeks by the day `as_of`, as the engine takes it. What was said in a week that has not ended yet
    is known when the `last` one that did is forecast from."""
    return [
        {"location": row["location"], "ds": _day(row["week"]), "known": min(_day(row["known"]), last),
         **{name: row[name] for name in ("share", *WEATHER)}}
        for row in words if _day(row["issued_on"]) <= as_of
    ]  # fmt: skip


@dataclass
class Prices:
    """What products cost, by place, from which day on; a place's own prices count from the first of them on."""

    listed: dict[tuple[str, str], list[tuple[date, float]]]
    standard: dict[str, float]

    @classmethod
    def of(cls, inputs: Mapping[str, Records]) -> "Prices":
        """Those that a run knew."""
        listed: dict[tuple[str, str], list[tuple[date, float]]] = {}
        for row in inputs.get("prices", ()):
            listed.setdefault((row["sku"], row["location"]), []).append((_day(row["valid_from"]), float(row["price"])))
        products = inputs.get("products", ())
        return cls(listed, {row["sku"]: float(row["price"]) for row in products if row["price"] is not None})

    @property
    def vary(self) -> bool:
        """Whether any ever changed."""
        return any(len({value for _, value in self._entries(*key)}) > 1 for key in self.listed)

    def on(self, sku: str, location: str, day: date) -> float | None:
        """The price of a day."""
        entries = self._entries(sku, location)
        if not entries:
            return self.standard.get(sku)
        return max((entry for entry in entries if entry[0] <= day), default=entries[0])[1]

    def by_week(self, table: WeekTable) -> Array:
        """The price in the middle of each week, NaN where none is known."""
        middles = np.array([(table.start + timedelta(days=7 * n + 3)).toordinal() for n in range(table.columns)])
        found = np.full((len(table.keys), table.columns), np.nan)
        for number, (sku, location) in enumerate(table.keys):
            entries = self._entries(sku, location)
            if not entries:
                found[number] = self.standard.get(sku, np.nan)
                continue
            place = np.searchsorted([day.toordinal() for day, _ in entries], middles, side="right") - 1
            found[number] = np.array([value for _, value in entries])[np.maximum(place, 0)]
        return found

    def _entries(self, sku: str, location: str) -> list[tuple[date, float]]:
        own = sorted(self.listed.get((sku, location), ()))
        everywhere = sorted(self.listed.get((sku, ""), ()))
        return [entry for entry in everywhere if not own or entry[0] < own[0][0]] + own


def promotions(table: WeekTable, planned: Records) -> tuple[Array, Array]:
    """The share of each week in which a promotion runs, and that share of its discount, of the deepest."""
    running = np.zeros((len(table.keys), table.columns))
    discount = np.zeros_like(running)
    for row in planned:
        chosen = table.rows_of(row["skus"], row["locations"])
        if not chosen:
            continue
        share = table.share(_day(row["starts"]), _day(row["ends"]))
        running[chosen] = np.maximum(running[chosen], share)
        discount[chosen] = np.maximum(discount[chosen], share * float(row["discount"] or 0))
    return running, discount


def promotion_kinds(table: WeekTable, planned: Records) -> tuple[list[str], NDArray[np.int8]] | None:
    """Of what kind each series' promotions are, week by week: places among the kinds, -1 without a promotion. Of
    several in a week the one that runs longest, then the deepest. None where nobody said a kind of any."""
    told = [(row.get("kind") or UNSAID, row) for row in planned]
    names = sorted({kind for kind, _ in told})
    if names in ([], [UNSAID]):
        return None
    codes = np.full((len(table.keys), table.columns), -1, dtype=np.int8)
    longest, deepest = (np.zeros(codes.shape) for _ in range(2))
    for kind, row in sorted(told, key=lambda one: one[0]):
        if not (chosen := table.rows_of(row["skus"], row["locations"])):
            continue
        share, depth = table.share(_day(row["starts"]), _day(row["ends"])), float(row["discount"] or 0)
        before, deep = longest[chosen], deepest[chosen]
        counts = (share > before) | ((share == before) & (share > 0) & (depth > deep))
        for kept, value in ((longest, share), (deepest, depth), (codes, names.index(kind))):
            kept[chosen] = np.where(counts, value, kept[chosen])
    return names, codes


def openings(table: WeekTable, events: Records) -> Array:
    """The share of each week's days on which a place is open: all of it, but for calendar events that close it."""
    shut = np.zeros((len(table.keys), table.columns))
    for row in events:
        chosen = table.rows_of((), row["locations"])
        if closes(row) and chosen:
            shut[chosen] += table.share(_day(row["starts"]), _day(row["ends"]))
    return np.maximum(1.0 - shut, 0.0)


def closes(event: Mapping[str, Any]) -> bool:
    """Whether a calendar event closes its locations."""
    return str(event["kind"]).lower().startswith(CLOSURE)


def _events(table: WeekTable, events: Records) -> dict[str, Array]:
    events = [row for row in events if not closes(row)]
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


def _holidays(table: WeekTable, holidays: Records) -> dict[str, Array]:
    """A column a holiday, of those that come most often; and one of the days around them that lie in another week."""
    count = Counter(str(row["name"]) for row in holidays)
    named = {name for name, _ in sorted(count.items(), key=lambda item: (-item[1], item[0]))[:_HOLIDAYS]}
    found: dict[str, Array] = {}
    around = np.zeros((len(table.keys), table.columns))
    itself = np.zeros_like(around, dtype=bool)
    for row in holidays:
        chosen, day = table.rows_of((), [row["location"]]), _day(row["day"])
        share = table.share(day, day)
        name = f"holiday_{row['name']}" if row["name"] in named else "holiday_other"
        if chosen:
            column = found.setdefault(name, np.zeros_like(around))
            column[chosen] += share
            itself[chosen] |= share > 0
            around[chosen] += table.share(day - timedelta(days=_BEFORE), day + timedelta(days=_AFTER))
    around[itself] = 0.0
    found["near_holiday"] = np.minimum(around, 1.0)
    return {name: values for name, values in found.items() if values[:, : table.columns].any()}
