"""What a shop would have received that buys by its own policy: simulated over real sales, for the demo. Numpy only.

Guaranteed: what was sold was there, so that stock is never below zero; no order is made from sales that come later;
the same sales and seed give the same history. On its supplier's day of each week a series is ordered up to the
quantile of demand over lead time plus review, of what had been seen by then, in whole packs; all lines that a supplier
is sent on one day come together, after a lead time drawn for that order. Where sales run ahead of stock, the shop has
the next open delivery brought forward; lately that was refused here and there: then the shelf is empty.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
from contracts import quantiles

from catalog.domain.demand import Array, LeadTime, protected
from catalog.domain.policy import whole_packs

LEVEL_WEEKS, SPREAD_WEEKS = 13, 26  # of past demand that an order is made from
LEVEL_DOUBT, MOST_VARIATION = 0.4, 9.0  # what forecasts of such demand show: they doubt the level, too
LAST_DAYS = 7  # in which some deliveries cannot be brought forward
REFUSED = 0.04  # of them
GAP_DAYS = 14  # a good seller that sold nothing for so long may have been out of stock

_NORMAL = np.array([NormalDist().inv_cdf(level) for level in quantiles.LEVELS])


@dataclass(frozen=True)
class Buying:
    """How a series is bought: supplier, pack, service level."""

    supplier: str
    moq: float
    multiple: float
    service_level: float


@dataclass(frozen=True)
class DeliveringSupplier:
    """A supplier: its lead time and spread in days, and the weekday (of the history's first day: 0) of its orders."""

    code: str
    lead_days: float
    lead_spread_days: float
    weekday: int


@dataclass
class Simulated:
    """A series' history. Days count from the first simulated one; stock is that of each day's end."""

    opening: float
    receipts: list[tuple[int, float]] = field(default_factory=list)
    open_lines: list[tuple[int, int, float]] = field(default_factory=list)  # ordered on, comes on, quantity
    stock: list[float] = field(default_factory=list)
    written_off: tuple[int, float] | None = None


def gaps(daily: Array, days: int, worth: Array, most: int) -> dict[int, tuple[int, int]]:
    """The stretches in which the `most` worthiest series may have been out of stock, by their place."""
    found = {place: stretch for place, row in enumerate(daily) if (stretch := _gap(row, days))}
    return {place: found[place] for place in sorted(found, key=lambda place: -worth[place])[:most]}


def _gap(daily: Array, days: int) -> tuple[int, int] | None:
    """The first and last day of the longest stretch without sales within the last `days`, of a series that sold well
    before and after it; days count from the first of those."""
    recent = daily[-days:]
    sold = np.flatnonzero(recent > 0)
    if len(sold) < 2:
        return None
    steps = np.diff(sold)
    place = int(steps.argmax())
    first, last = int(sold[place]) + 1, int(sold[place + 1]) - 1
    enough = last - first + 1 >= GAP_DAYS and first >= 28 and last < days - 35
    return (first, last) if enough and place >= 12 and len(sold) - place > 12 else None


class Shop:
    """All series of one place, day by day."""

    def __init__(
        self, daily: Array, buying: Sequence[Buying], sources: Sequence[DeliveringSupplier], days: int, seed: int,
        gaps: Mapping[int, tuple[int, int]],
    ) -> None:  # fmt: skip
        """`daily` is (series, day); the last `days` of it are simulated, the rest is what was seen before. `gaps`: the
        first and last day of series that are to be out of stock for a while, in which nothing was sold."""
        self.daily, self.buying, self.days, self.seed = daily, buying, days, seed
        self.before, self.gaps = daily.shape[1] - days, gaps
        self.sources = {source.code: source for source in sources}

    def run(self) -> list[Simulated]:
        """The history of every series, in their order."""
        found: dict[int, Simulated] = {}
        for source in self.sources.values():
            places = [place for place, buying in enumerate(self.buying) if buying.supplier == source.code]
            targets = self._levels(source, places)
            for row, place in enumerate(places):
                found[place] = self._series(place, {day: float(levels[row]) for day, levels in targets.items()})
        return [found[place] for place in range(len(self.buying))]

    def arrival(self, source: DeliveringSupplier, day: int) -> int:
        """When an order of that day comes: the same for all its lines."""
        drawn = random.Random(f"{self.seed}{source.code}{day}").gauss(source.lead_days, source.lead_spread_days)
        return day + max(1, round(drawn))

    def review_days(self, source: DeliveringSupplier) -> range:
        """The days on which a supplier is sent an order."""
        return range(source.weekday, self.days, 7)

    def _levels(self, source: DeliveringSupplier, places: Sequence[int]) -> dict[int, Array]:
        """Order-up-to levels of a supplier's series, by review day."""
        lead = LeadTime((source.lead_days,), (1.0,), "stated")
        service = np.array([self.buying[place].service_level for place in places])
        weeks, daily = math.ceil((source.lead_days + 7) / 7) + 1, self.daily[places]
        return {
            day: protected(_sums(daily[:, : self.before + day], weeks), lead, 7.0).quantile(service)
            for day in [0, *self.review_days(source)]
        }

    def _series(self, place: int, targets: dict[int, float]) -> Simulated:
        """One series from its opening stock to today. What it starts with is a level of its own policy."""
        buying = self.buying[place]
        source, sold = self.sources[buying.supplier], self.daily[place, self.before :]
        opening = float(math.ceil(targets[0]))
        history, hand = Simulated(opening), opening
        coming: list[tuple[int, int, float]] = []
        shut = self.gaps.get(place)
        refused = random.Random(f"{self.seed}{place}").random() < REFUSED
        for day in range(self.days):
            if shut and day == shut[0] and hand > 0:
                history.written_off, hand = (day, hand), 0.0
            due = [] if shut and shut[0] <= day < shut[1] else [line for line in coming if line[1] <= day]
            arrived = sum(quantity for _, _, quantity in due)
            coming = [line for line in coming if line not in due]
            short = float(sold[day]) - hand - arrived
            if short > 0:
                extra, coming = _brought_forward(coming, short, buying, late=refused and day >= self.days - LAST_DAYS)
                arrived += extra
            if arrived:
                history.receipts.append((day, arrived))
            hand += arrived - float(sold[day])
            history.stock.append(hand)
            if day % 7 == source.weekday:
                wanted = targets[day] - hand - sum(quantity for _, _, quantity in coming)
                quantity = whole_packs(wanted, buying.moq, buying.multiple)
                coming += [(day, self.arrival(source, day), quantity)] if quantity else []
        history.open_lines = coming
        return history


def _sums(daily: Array, weeks: int) -> Array:
    """Quantiles of sums of 1..weeks weeks: (series, week, level). The mean is the last quarter's; the spread that of
    weeks since half a year, and that nobody knows next month's level: both as a lognormal's."""
    whole = daily.shape[1] // 7
    seen = daily[:, daily.shape[1] - 7 * whole :].reshape(len(daily), whole, 7).sum(axis=2)[:, -SPREAD_WEEKS:]
    mean = np.maximum(seen[:, -LEVEL_WEEKS:].mean(axis=1), 0.0)
    variation = np.minimum(seen.var(axis=1) / np.maximum(mean, 1e-9) ** 2, MOST_VARIATION) * (mean > 0)
    sums = []
    for week in range(1, weeks + 1):
        squared = np.log1p(variation / week + LEVEL_DOUBT**2)[:, None]
        sums.append((week * mean)[:, None] * np.exp(np.sqrt(squared) * _NORMAL - squared / 2))
    return np.stack(sums, axis=1)


def _brought_forward(
    coming: list[tuple[int, int, float]], short: float, buying: Buying, *, late: bool
) -> tuple[float, list[tuple[int, int, float]]]:
    """What comes early because sales ran ahead, and what is still to come: open deliveries first, then whole packs.

    Lately just what was sold: it was there, else it could not have been sold, and nothing of it is left.
    """
    if late:
        return short, coming
    came, left = 0.0, sorted(coming, key=lambda line: line[1])
    while left and came <= short:
        came += left.pop(0)[2]
    return came + whole_packs(short - came + 1, buying.moq, buying.multiple), left
