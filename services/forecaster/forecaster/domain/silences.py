"""Sources (a till, a file, a shop system) and locations from which sales usually come by now, and none came.

Each is judged by its own rhythm: how long it waited for its next sales before, counted in hours in which sales usually
come to it. So nights, closed weekdays and slow hours are no silence, and neither are days on which all its locations
are closed or have a holiday. It is silent when it has waited more than twice as long as ever in the last quarter, or
more than three or four times where it was heard too seldom for twice to be rarer than once in a hundred weeks by
chance. A silence of before is no measure of the next one. One cause is one silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import prod
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

WEEK_HOURS = 168
WINDOW_WEEKS, LEAST_WEEKS = 13, 3
FACTORS, BY_CHANCE = (2, 3, 4), 0.01  # how many times the longest wait; false alerts a week
_EPOCH = datetime.combine(date(1970, 1, 1), time())
Array = NDArray[np.float64]


class Heard(NamedTuple):
    """Entries of a source at a location that the ledger took within an hour, with the money of the sales."""

    source: str
    location: str
    hour: datetime
    entries: int
    amount: float


class Arrived(Protocol):
    """What is read of a ledger entry."""

    @property
    def source(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def amount(self) -> str: ...
    @property
    def recorded_at(self) -> str: ...


def hours_of(entries: Iterable[Arrived]) -> list[Heard]:
    """Entries by source, location and hour. One that does not say when it came, or from where, is left out."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for entry in entries:
        cell = found.setdefault((entry.source, entry.location, entry.recorded_at[:13]), [0, 0.0])
        cell[0] += 1
        if entry.kind == "sale":
            cell[1] += float(entry.amount)
    heard = []
    for (source, location, hour), (count, amount) in found.items():
        with suppress(ValueError):
            moment = datetime.fromisoformat(f"{hour}:00:00+00:00")
            if source and source.isprintable():
                heard.append(Heard(source, location, moment, int(count), amount))
    return heard


@dataclass(frozen=True)
class Silence:
    """No sales since the end of hour `since`. `usual`: entries in the same hours of earlier weeks (least, middle,
    most), `money`: their middle amount. `source` and `location` None: none of any. `places`: locations of which
    nothing comes for it. `here`: the source goes on at other locations."""

    source: str | None
    location: str | None
    places: frozenset[str]
    since: datetime
    usual: tuple[float, float, float]
    money: float
    here: bool = False


@dataclass(frozen=True)
class Quiet:
    """What is silent now, and the locations (`shut`) that were closed in all of the week that has ended."""

    silences: tuple[Silence, ...] = ()
    shut: frozenset[str] = frozenset()

    @property
    def places(self) -> frozenset[str]:
        """The locations of which nothing comes."""
        return frozenset(place for one in self.silences for place in one.places)


NOTHING_QUIET = Quiet()


@dataclass
class _Rhythm:
    """When one was heard, hour by hour from the first one on to the one that runs."""

    first: int
    entries: Array
    amounts: Array
    open: NDArray[np.bool_]

    @property
    def last(self) -> int:
        """The place of the newest hour in which anything came."""
        return int(np.flatnonzero(self.entries)[-1])

    def silent(self) -> bool:
        """Whether what it has waited since the last hour in which anything came is none of its rhythm's."""
        heard, last = np.flatnonzero(self.entries), self.last
        weeks = (last - heard[0] + 1) / WEEK_HOURS
        factor = _factor(len(heard) - 1, weeks)
        if factor is None:
            return False
        waited = np.cumsum(self._usual(last))
        waits = np.sort(np.diff(waited[heard]))[::-1]
        told = 0  # waits that were silences themselves
        while told + 1 < len(waits) and waits[told] > factor * max(waits[told + 1], 1.0):
            told += 1
        return bool(waited[max(len(waited) - 2, last)] - waited[last] > factor * max(waits[told], 1.0))

    def _usual(self, last: int) -> Array:
        """How usual it is, of each hour, that something comes in it; nothing is expected while closed."""
        phase = (np.arange(len(self.entries)) + self.first) % WEEK_HOURS
        counted = self.open[: last + 1]
        times = np.bincount(phase[: last + 1][counted], minlength=WEEK_HOURS)
        came = (self.entries[: last + 1] > 0) & counted
        share = np.bincount(phase[: last + 1][came], minlength=WEEK_HOURS) / np.maximum(times, 1)
        return np.where(self.open, share[phase], 0.0)

    def before(self) -> tuple[tuple[float, float, float], float]:
        """What came in the same hours of earlier weeks: the least, the middle and the most entries; the money."""
        begin, end = self.last + 1, len(self.entries) - 1
        back = -(-(end - begin) // WEEK_HOURS) * WEEK_HOURS
        found = []
        while begin - back >= 0:
            then = slice(begin - back, end - back)
            found.append((self.entries[then].sum(), self.amounts[then].sum()))
            back += WEEK_HOURS
        if not found:
            return (0.0, 0.0, 0.0), 0.0
        entries, amounts = np.array(found).T
        return (float(entries.min()), float(np.median(entries)), float(entries.max())), float(np.median(amounts))


def _factor(waits: int, weeks: float) -> int | None:
    """How many times the longest of so many waits is longer than chance: of waits without memory, the next one is
    longer than c times all n before with a probability of n! c! / (n + c)!."""
    if waits < 1 or weeks < LEAST_WEEKS:
        return None
    for factor in FACTORS:
        longer = prod(k / (waits + k) for k in range(1, factor + 1))
        if longer * waits / weeks <= BY_CHANCE:
            return factor
    return None


def silences(heard: Sequence[Heard], now: datetime, closed: Mapping[str, AbstractSet[date]]) -> list[Silence]:
    """What is silent now, one a cause: all, else a source of several locations, else a location, else a till of one
    that others sell at, or a source at one of its locations.
    `closed`: the days of each location that are no days of sale or none like others."""
    begin = _hour(now) - WINDOW_WEEKS * WEEK_HOURS
    recent = [one for one in heard if begin <= _hour(one.hour) <= _hour(now)]
    places: dict[str, set[str]] = {}
    sources: dict[str, set[str]] = {}
    for one in recent:
        places.setdefault(one.source, set()).add(one.location)
        sources.setdefault(one.location, set()).add(one.source)
    by_source = {name: _rhythm(rows, now, closed) for name, rows in _grouped(recent, "source").items()}
    by_place = {name: _rhythm(rows, now, closed) for name, rows in _grouped(recent, "location").items()}
    quiet = {name for name, rhythm in by_source.items() if rhythm.silent()}
    quiet_places = {name for name, rhythm in by_place.items() if rhythm.silent()}
    if len(places) > 1 and quiet == set(places):
        return [_silence(None, None, sources, _rhythm(recent, now, closed))]
    wide = {name for name in quiet if len(places[name]) > 1}
    of_wide = {name for name in quiet_places if sources[name] & wide and sources[name] <= quiet}
    alone = quiet_places - of_wide
    tills = {name for name in quiet - wide if not places[name] <= alone}
    here = {
        pair: rhythm for pair, rhythm in _of_pairs(recent, places, sources, now, closed).items()
        if pair[0] not in quiet and pair[1] not in quiet_places and rhythm.silent()
    }  # fmt: skip
    return [
        *(_silence(name, None, places[name] & of_wide, by_source[name]) for name in sorted(wide)),
        *(_silence(None, name, {name}, by_place[name]) for name in sorted(alone)),
        *(_silence(name, next(iter(places[name])), (), by_source[name]) for name in sorted(tills)),
        *(_silence(*pair, (), here[pair], here=True) for pair in sorted(here)),
    ]


def _of_pairs(
    heard: Sequence[Heard], places: Mapping[str, AbstractSet[str]], sources: Mapping[str, AbstractSet[str]],
    now: datetime, closed: Mapping[str, AbstractSet[date]],
) -> dict[tuple[str, str], _Rhythm]:  # fmt: skip
    """The rhythm of each source at each of its locations, where neither has that rhythm alone."""
    found: dict[tuple[str, str], list[Heard]] = {}
    for one in heard:
        if len(places[one.source]) > 1 and len(sources[one.location]) > 1:
            found.setdefault((one.source, one.location), []).append(one)
    return {pair: _rhythm(rows, now, closed) for pair, rows in found.items()}


def _grouped(heard: Sequence[Heard], by: Literal["source", "location"]) -> dict[str, list[Heard]]:
    found: dict[str, list[Heard]] = {}
    for one in heard:
        found.setdefault(getattr(one, by), []).append(one)
    return found


def _silence(
    source: str | None, location: str | None, places: Iterable[str], rhythm: _Rhythm, *, here: bool = False
) -> Silence:
    usual, money = rhythm.before()
    since = _EPOCH + timedelta(hours=rhythm.first + rhythm.last + 1)
    return Silence(source, location, frozenset(places), since, usual, money, here)


def _rhythm(heard: Sequence[Heard], now: datetime, closed: Mapping[str, AbstractSet[date]]) -> _Rhythm:
    first = min(_hour(one.hour) for one in heard)
    entries, amounts = np.zeros((2, _hour(now) - first + 1))
    for one in heard:
        entries[_hour(one.hour) - first] += one.entries
        amounts[_hour(one.hour) - first] += one.amount
    shut = set.intersection(*(set(closed.get(place, ())) for place in {one.location for one in heard}))
    hours = np.ones(len(entries), dtype=bool)
    for day in shut:
        begin = _hour(datetime.combine(day, time())) - first
        hours[max(begin, 0) : max(begin + 24, 0)] = False
    return _Rhythm(first, entries, amounts, hours)


def _hour(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(hours=1)
