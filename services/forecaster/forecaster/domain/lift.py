"""What a promotion makes of its products' weeks: those it touches against the weeks around it.

The comparison is plain and says so: weeks that another promotion of the same products touches are no comparison, and
without `FEWEST` others there is none. A week that has ended counts as it was sold, one to come as it is expected.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

AROUND, FEWEST = 4, 2  # weeks on each side that are compared with; how many of them there must be
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class LiftWeek:
    """A week of a promotion's products. `compared`: one of those that the promotion's weeks are measured against."""

    week: date
    units: float
    sold: bool
    promoted: bool
    compared: bool


@dataclass(frozen=True)
class Lift:
    """Units of the promotion's weeks, and what as many weeks around it bring. None: too little to compare with."""

    weeks: list[LiftWeek]
    during: float
    usual: float | None

    @property
    def share(self) -> float | None:
        """How much more than usual."""
        return None if not self.usual else self.during / self.usual - 1


def promoted_weeks(starts: date, ends: date, week_of: Callable[[date], date]) -> list[date]:
    """The first days of the weeks that a span touches."""
    first, last = week_of(starts), week_of(ends)
    return [first + number * _WEEK for number in range((last - first).days // 7 + 1)]


def lift(
    promoted: list[date], others: Collection[date], sold: Mapping[date, float], expected: Mapping[date, float]
) -> Lift:
    """Of the weeks `promoted`; `others` are weeks that other promotions touch. What is neither sold nor expected is
    not there: before the first sale, or beyond the forecast."""
    start = promoted[0] - AROUND * _WEEK
    weeks = []
    for number in range(len(promoted) + 2 * AROUND):
        week = start + number * _WEEK
        units = sold.get(week, expected.get(week))
        if units is not None:
            mine = week in promoted
            weeks.append(LiftWeek(week, units, week in sold, mine, not mine and week not in others))
    compared = [item.units for item in weeks if item.compared]
    during = [item.units for item in weeks if item.promoted]
    usual = sum(compared) / len(compared) * len(during) if len(compared) >= FEWEST and during else None
    return Lift(weeks, sum(during), usual)
