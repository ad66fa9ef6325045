"""Weekly demand as a sum of signed effects, exact, in whatever order the entries arrive.

Units are counted in thousandths and money in ten-thousandths (the precision the contracts allow), so that sums
are integers: no rounding, and a correction takes away exactly what it replaces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from chassis.weeks import week_of

UNIT_SCALE, MONEY_SCALE = 3, 4
_CACHE_LIMIT = 200_000
_rest_of_hour = re.compile(r":[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z", re.ASCII).fullmatch
_is_utc = re.compile(r"\d{4}-\d\d-\d\dT\d\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z", re.ASCII).fullmatch
_LARGEST = 18  # decimal digits of what a column holds


class Dealing(Protocol):
    """What a ledger entry says of one series: exact decimals as the wire writes them."""

    sku: str
    location: str
    quantity: str
    amount: str
    sold_at: str


class LedgerEntry(Dealing, Protocol):
    """A ledger entry: its own content, and the content it replaces."""

    @property
    def kind(self) -> str: ...

    @property
    def replaces(self) -> Dealing | None: ...


class SeriesWeek(NamedTuple):
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
    except (ArithmeticError, ValueError):
        raise ValueError(f"{text[:40]!r} is no number that can be kept") from None
    if whole != value:
        raise ValueError(f"{text[:40]!r} has more than {places} decimal places")
    return whole


@dataclass
class WeekClock:
    """The week of an instant in the business's time zone. Remembers the hours of the log: moments are too many."""

    zone: ZoneInfo
    first_weekday: int
    hours: dict[str, date] = field(default_factory=dict)
    rests: set[str] = field(default_factory=set)

    def week(self, instant: str) -> date:
        """The first day of the week that holds an RFC 3339 instant."""
        found = self.hours.get(instant[:13])
        if found is not None and (instant[13:] in self.rests or _rest_of_hour(instant[13:])):
            return found
        moment = datetime.fromisoformat(instant)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        if _is_utc(instant):
            self._remember(instant, moment)
        return self._week(moment)

    def _week(self, moment: datetime) -> date:
        try:
            return week_of(moment.astimezone(self.zone).date(), self.first_weekday)
        except OverflowError:
            raise ValueError(f"{moment.isoformat()} lies in no week that there is") from None

    def _remember(self, instant: str, moment: datetime) -> None:
        """The week of the instant's hour, where no week ends within it and no clock is changed."""
        begins = moment.replace(minute=0, second=0, microsecond=0)
        ends = begins + timedelta(minutes=59, seconds=59, microseconds=999_999)
        week, offsets = self._week(begins), {at.astimezone(self.zone).utcoffset() for at in (begins, ends)}
        if week == self._week(ends) and len(offsets) == 1:
            if len(self.hours) > _CACHE_LIMIT:
                self.hours.clear()
            self.hours[instant[:13]] = week
        if len(instant) == 20:  # whole seconds: there are 3600
            self.rests.add(instant[13:])


class WeeklySum:
    """Adds up the effects of ledger entries by series and week."""

    def __init__(self, clock: WeekClock) -> None:
        self._clock, self._hours, self._rests = clock, clock.hours, clock.rests
        self._cells: dict[tuple[str, str, date], list[int]] = {}
        self._units: dict[str, int] = {}
        self._money: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._cells)

    def add(self, entry: LedgerEntry) -> None:
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

    def scaled_cells(self) -> Iterator[tuple[str, str, date, int, int, int]]:
        """Every cell touched, also where the effects cancelled out: units and money as whole numbers of their scale."""
        for (sku, location, week), (units, money, entries) in self._cells.items():
            yield sku, location, week, units, money, entries

    def cells(self) -> Iterator[tuple[SeriesWeek, Total]]:
        """`scaled_cells` as exact decimals."""
        for sku, location, week, units, money, entries in self.scaled_cells():
            yield (
                SeriesWeek(sku, location, week),
                Total(Decimal(units).scaleb(-UNIT_SCALE), Decimal(money).scaleb(-MONEY_SCALE), entries),
            )

    def _put(self, change: Dealing, sign: int) -> None:
        # One flat function: it runs for every event of a replay, and calls would be a third of its time.
        quantity, amount, sold_at = change.quantity, change.amount, change.sold_at
        units = self._units.get(quantity)
        if units is None:
            units = self._remember(self._units, quantity, UNIT_SCALE)
        money = self._money.get(amount)
        if money is None:
            money = self._remember(self._money, amount, MONEY_SCALE)
        week = self._hours.get(sold_at[:13]) if sold_at[13:] in self._rests else None
        if week is None:
            week = self._clock.week(sold_at)
        place = (change.sku, change.location, week)
        cell = self._cells.get(place)
        if cell is None:
            self._cells[place] = [sign * units, sign * money, sign]
        else:
            cell[0] += sign * units
            cell[1] += sign * money
            cell[2] += sign

    def _check(self, change: Dealing) -> None:
        scaled(change.quantity, UNIT_SCALE)
        scaled(change.amount, MONEY_SCALE)
        self._clock.week(change.sold_at)

    @staticmethod
    def _remember(known: dict[str, int], text: str, places: int) -> int:
        if len(known) > _CACHE_LIMIT:
            known.clear()
        value = known[text] = scaled(text, places)
        return value
