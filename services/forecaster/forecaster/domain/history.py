"""Weekly demand as a sum of signed effects, exact, in whatever order the entries arrive.

Units are counted in thousandths and money in ten-thousandths (the precision the contracts allow), so that sums
are integers: no rounding, and a correction takes away exactly what it replaces.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from chassis.weeks import week_of

UNIT_SCALE, MONEY_SCALE = 3, 4
_CACHE_LIMIT = 200_000
_LARGEST = 18  # decimal digits of what a column holds


class Change(Protocol):
    """What a ledger entry says of one series: exact decimals as the wire writes them."""

    sku: str
    location: str
    quantity: str
    amount: str
    sold_at: str


class Entry(Change, Protocol):
    """A ledger entry: its own content, and the content it replaces."""

    @property
    def kind(self) -> str: ...

    @property
    def replaces(self) -> Change | None: ...


class Cell(NamedTuple):
    """A series' week."""

    sku: str
    location: str
    week: date


class Total(NamedTuple):
    """What a cell gained or lost. `entries` is +1 for what counts now, -1 for what no longer does."""

    units: Decimal
    revenue: Decimal
    entries: int


def scaled(text: str, places: int) -> int:
    """A decimal number as a whole number of 10^-places; ValueError when it is none or is finer than that."""
    try:
        value = Decimal(text).scaleb(places)
        if value.adjusted() > _LARGEST:
            raise ValueError("too large")
        whole = int(value)
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError(f"{text[:40]!r} is no number that can be kept") from None
    if whole != value:
        raise ValueError(f"{text[:40]!r} has more than {places} decimal places")
    return whole


@dataclass
class WeekClock:
    """The week of an instant in the business's time zone. Remembers, because sales share their minutes."""

    zone: ZoneInfo
    first_weekday: int
    known: dict[str, date] = field(default_factory=dict)

    def week(self, instant: str) -> date:
        """The first day of the week that holds an RFC 3339 instant."""
        found = self.known.get(instant)
        if found is None:
            if len(self.known) > _CACHE_LIMIT:
                self.known.clear()
            moment = datetime.fromisoformat(instant)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            found = self.known[instant] = week_of(moment.astimezone(self.zone).date(), self.first_weekday)
        return found


class WeeklySum:
    """Adds up the effects of ledger entries by series and week."""

    def __init__(self, clock: WeekClock) -> None:
        self._clock, self._weeks = clock, clock.known
        self._cells: dict[tuple[str, str, date], list[int]] = {}
        self._units: dict[str, int] = {}
        self._money: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._cells)

    def add(self, entry: Entry) -> None:
        """Add an entry's effects; ValueError, and nothing added, when one cannot be read."""
        replaced = entry.replaces
        if replaced is None:
            if entry.kind != "void":
                self._put(entry, 1)
            return
        self._check(replaced)
        if entry.kind != "void":
            self._put(entry, 1)
        self._put(replaced, -1)

    def cells(self) -> Iterator[tuple[Cell, Total]]:
        """Every cell touched, also where the effects cancelled out."""
        for (sku, location, week), (units, money, entries) in self._cells.items():
            yield (
                Cell(sku, location, week),
                Total(Decimal(units).scaleb(-UNIT_SCALE), Decimal(money).scaleb(-MONEY_SCALE), entries),
            )

    def _put(self, change: Change, sign: int) -> None:
        # One flat function: it runs for every event of a replay, and calls would be a third of its time.
        quantity, amount, sold_at = change.quantity, change.amount, change.sold_at
        units = self._units.get(quantity)
        if units is None:
            units = self._remember(self._units, quantity, UNIT_SCALE)
        money = self._money.get(amount)
        if money is None:
            money = self._remember(self._money, amount, MONEY_SCALE)
        week = self._weeks.get(sold_at) or self._clock.week(sold_at)
        place = (change.sku, change.location, week)
        cell = self._cells.get(place)
        if cell is None:
            self._cells[place] = [sign * units, sign * money, sign]
        else:
            cell[0] += sign * units
            cell[1] += sign * money
            cell[2] += sign

    def _check(self, change: Change) -> None:
        scaled(change.quantity, UNIT_SCALE)
        scaled(change.amount, MONEY_SCALE)
        self._clock.week(change.sold_at)

    @staticmethod
    def _remember(known: dict[str, int], text: str, places: int) -> int:
        if len(known) > _CACHE_LIMIT:
            known.clear()
        value = known[text] = scaled(text, places)
        return value
