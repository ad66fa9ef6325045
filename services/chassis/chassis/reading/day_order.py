"""Which of `03/04/2026` is the month: shown by the cells, told by what their days can be, or asked. Never guessed.

A cell shows it by a number above twelve, or by its dots: nobody writes the month first with them. Where no cell does,
one reading may be impossible (its days are yet to come where only the past can be told, or something ends before it
starts), the lines may go one way in one reading only, and files of the same columns may have come before. What all of
that agrees on is taken, and told; else the file's owner is asked, with what each reading would make of it.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chassis.reading.bounds import of_short_cells
from chassis.reading.dates import YEAR_LAST, full_year, is_serial, moment
from chassis.reading.signs import MOST_MISTYPED, Doubt
from chassis.weeks import business_day

LEAST_ORDERED, MANY_ORDERED = 4, 8  # days that go one way; fewer do so by chance
LONG_AGO = timedelta(days=3653)
FROM_1904 = timedelta(days=1462)  # the day that a spreadsheet of an old Mac calls by the same number is so much later
_ZONES = timedelta(days=1)  # somewhere it is tomorrow
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WORDS = {True: "day/month", False: "month/day"}


@dataclass(frozen=True)
class BesideDays:
    """What is known beside the file: the day, beyond which nothing has happened yet, and how its like were read."""

    today: date | None = None
    before: bool | None = None
    why: str = "files of the same columns were read so before"

    @classmethod
    def of(cls, now: datetime, zone: ZoneInfo, last: Mapping[str, Any] | None) -> "BesideDays":
        """At a moment; `last`: the newest file of its like whose days were decided (name, day_first, created_at)."""
        today = business_day(now, zone)
        if last is None:
            return cls(today)
        came = business_day(last["created_at"], zone)
        return cls(today, last["day_first"], f"the file {last['name']!r} of the same columns was read so on {came}")


@dataclass(frozen=True)
class DayOrder:
    """Whether the day comes first; `shown`: cells say it, or a person; `settled`: it was decided, by whatever."""

    first: bool = True
    shown: bool = False
    settled: bool = False
    doubts: Sequence[Doubt] = ()
    told: Sequence[str] = ()


@dataclass(frozen=True)
class _Day:
    """A cell's day in both readings; None where it can be none."""

    cell: str
    by: Mapping[bool, date | None]
    dotted: bool
    year_first: date | None = None  # the day that it would be if its two digits of a year came first

    @property
    def says(self) -> bool | None:
        """Which reading it shows."""
        day, month = self.by[True], self.by[False]
        if self.dotted and day is not None:
            return True
        return None if (day is None) == (month is None) else month is None


@of_short_cells(lambda _: None)
def _day(cell: str) -> _Day | None:
    parts = YEAR_LAST.fullmatch(cell.strip())
    if parts is None:
        return None
    year, one, two = full_year(parts[4]), int(parts[1]), int(parts[3])
    by = {True: _date(year, two, one), False: _date(year, one, two)}
    year_first = _date(full_year(parts[1].zfill(2)), two, int(parts[4])) if len(parts[4]) == 2 else None
    return _Day(cell.strip(), by, parts[2] == ".", year_first) if any(by.values()) else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass
class Days:
    """Looks at cells of dated columns. `past`: those that tell of what has happened; `spans`: from one to another."""

    columns: Mapping[str, str]
    past: Collection[str] = ()
    spans: Sequence[tuple[str, str]] = ()
    _seen: dict[str, dict[tuple[date | bool | None, ...], _Day]] = field(default_factory=dict)
    _backwards: Counter[bool] = field(default_factory=Counter)
    _serials: dict[str, str] = field(default_factory=dict)

    def add(self, row: Mapping[str, str]) -> None:
        """Look at a line."""
        for target, column in self.columns.items():
            if (cell := row.get(column)) and (day := _day(cell)):
                self._seen.setdefault(target, {}).setdefault((*day.by.values(), day.dotted), day)
            if cell and is_serial(cell):
                self._serials.setdefault(target, cell.strip())
        for starts, ends in self.spans:
            pair = [_day(row.get(self.columns.get(target, ""), "")) for target in (starts, ends)]
            for first in (True, False):
                one, two = (day.by[first] if day else None for day in pair)
                self._backwards[first] += one is not None and two is not None and two < one

    def decide(self, given: bool | None, beside: BesideDays) -> DayOrder:
        """As is given, or as the cells show, or as the evidence says; else what must be asked."""
        found = self._decided(given, beside)
        return replace(found, told=[*found.told, *map(self._counted, self._serials)]) if self._serials else found

    def _counted(self, target: str) -> str:
        """What is to be told of days that are a spreadsheet's numbers: some spreadsheets count from another day."""
        cell = self._serials[target]
        day = moment(cell, True)
        later = day + FROM_1904
        return (
            f"{cell} in the column {self.columns[target]!r} is read as {_said(day)}, as spreadsheets count days. In a"
            f" workbook that counts from 1904 it is {_said(later)}: write days as 2026-09-14 there."
        )

    def _decided(self, given: bool | None, beside: BesideDays) -> DayOrder:
        every = [day for days in self._seen.values() for day in days.values()]
        if given is not None:
            return DayOrder(given, shown=True, settled=bool(every))
        if beside.today and every and all(_rather_year_first(day, beside.today) for day in every):
            return DayOrder(doubts=[self._years(every[0])])
        says = Counter(day.says for day in every)
        certain = says[True] + says[False]
        if certain and min(says[True], says[False]) <= MOST_MISTYPED * certain:
            return DayOrder(says[True] > says[False], shown=True, settled=True)
        if certain:
            return DayOrder(doubts=[self._question("its cells show both")])
        if all(day.by[True] == day.by[False] for day in every):
            return DayOrder()
        evidence = self._evidence(beside)
        if len(set(evidence.values())) != 1:
            return DayOrder(doubts=[self._question("; ".join(evidence) or "nothing in the file says which")])
        first, why = next(iter(evidence.values())), "; ".join(evidence)
        told = f"Dates are read as {_WORDS[first]}: {why}. `day_first` in the mapping says otherwise."
        return DayOrder(first, settled=True, told=[told])

    def _evidence(self, beside: BesideDays) -> dict[str, bool]:
        """What speaks for which reading."""
        found: dict[str, bool] = {}
        future = {first: self._only_to_come(first, beside.today) for first in (True, False)}
        for first, words in _WORDS.items():
            other = _WORDS[not first]
            if future[not first] and not future[first]:
                found[f"as {other} {_of_days(future[not first])} would be yet to come"] = first
            if self._backwards[not first] and not self._backwards[first]:
                found[f"as {other} something would end before it starts"] = first
            if self._ordered(first):
                found[f"only as {words} do the lines go by day"] = first
        if beside.before is not None:
            found[beside.why] = beside.before
        return found

    def _only_to_come(self, first: bool, today: date | None) -> int:
        """How many days that should be over would not be in this reading, and are in the other."""
        days = [day for target in self.past for day in self._seen.get(target, {}).values()]

        def to_come(day: date | None) -> bool:
            return today is not None and day is not None and day > today + _ZONES

        return sum(to_come(day.by[first]) and not to_come(day.by[not first]) for day in days)

    def _ordered(self, first: bool) -> bool:
        """Whether in this reading alone days go one way, as lines of a till do: many, or a few that lie together."""
        for target in self._seen:
            days, others = self._read(target, first), self._read(target, not first)
            if len(days) >= LEAST_ORDERED and _go_one_way(days) and not _go_one_way(others):
                return len(days) >= MANY_ORDERED or _length(days) <= _length(others)
        return False

    def _read(self, target: str, first: bool) -> list[date]:
        """The different days of a column, in their order."""
        found = (day.by[first] for day in self._seen[target].values())
        return list(dict.fromkeys(day for day in found if day is not None))

    def _years(self, day: _Day) -> Doubt:
        column = next(self.columns[target] for target, days in self._seen.items() if day in days.values())
        old = next(one for one in day.by.values() if one is not None)
        return Doubt(
            "columns", column, day.cell,
            f"{day.cell!r} in the column {column!r} may be {_said(old)} or {_said(day.year_first or old)}, like all of"
            " its days: write years with four digits, or days as 2026-09-14, and send the file again",
        )  # fmt: skip

    def _question(self, why: str) -> Doubt:
        target, day = next(
            (target, day) for target, days in self._seen.items() for day in days.values()
            if day.says is not None or day.by[True] != day.by[False]
        )  # fmt: skip
        either = {first: self._means(target, day, first) for first in (True, False)}
        return Doubt(
            "day_first", self.columns[target], day.cell,
            f"{day.cell!r} in the column {self.columns[target]!r} may be day/month or month/day, and {why}. "
            + " ".join(f"As {_WORDS[first]} {means}." for first, means in either.items())
            + " Say `day_first` in the mapping: true or false",
            tuple((first, f"{_WORDS[first]}: {means}") for first, means in either.items()),
        )  # fmt: skip

    def _means(self, target: str, day: _Day, first: bool) -> str:
        """What a reading would make of the column."""
        is_, days = day.by[first], self._read(target, first)
        lost = len(self._seen[target]) - len(days)
        weekdays = Counter(one.weekday() for one in days)
        named = ", ".join(f"{name} {weekdays[number]}" for number, name in enumerate(_WEEKDAYS) if weekdays[number])
        order = "in order" if _go_one_way(days) else "in no order"
        return (
            f"it is {'no day' if is_ is None else _said(is_)}, and {_of_days(len(days))} run from {_said(min(days))} to"
            f" {_said(max(days))} ({named}), {order}{f', and {lost} can be none' if lost > 0 else ''}"
            if days
            else "no cell is a day"
        )


def _rather_year_first(day: _Day, today: date) -> bool:
    """Whether a day is of long ago if its year comes last, and of late if it comes first."""
    late = today - LONG_AGO
    old = all(one is None or one < late for one in day.by.values())
    return old and day.year_first is not None and late <= day.year_first <= today + _ZONES


def _go_one_way(days: Sequence[date]) -> bool:
    return days in (sorted(days), sorted(days, reverse=True))


def _length(days: Sequence[date]) -> timedelta:
    return max(days) - min(days)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _of_days(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"
