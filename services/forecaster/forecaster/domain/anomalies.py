"""Weeks outside what was believed possible, and forecasts that lean to one side.

A week is a spike or a drop when it lies outside the 99 % band that was published for it one week ahead, by a tenth of
the band's reach, or so many times the reach of the 80 % band away that chance hardly gets there: of a band, its far
ends are the least sure. Three weeks in a row outside the 80 % band on the same side are a level shift, and so are three
that lie as far out together. So less than one alert in a hundred weeks is chance. A week that runs is a spike as soon
as it has sold more than the whole of it was to.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

SHIFT_WEEKS = 3
BEYOND = 0.1  # of the distance from what was expected to the band's end
SPIKE, DROP = 3.0, 2.0  # reaches of the 80 % band; what is sold has a longer tail above
TOGETHER, LEAST = 1.3, 0.5  # reaches of the 80 % band: of the weeks of a shift on average, and of each
FACTORS, NEAR = (10, 100, 1000), 0.12  # what a decimal sign or a unit makes of a number; how near, in powers of ten
SIGNAL_LIMIT = 4.0

Kind = Literal["spike", "drop", "level-shift"]


@dataclass(frozen=True)
class Week:
    """A week that has ended, with what one week before had been published for it."""

    week: date
    actual: float
    expected: float
    low: float
    high: float
    p10: float
    p90: float

    @property
    def reaches(self) -> float:
        """How far it lies from what was expected, in reaches of the 80 % band on its side; 0 where that has none."""
        off = self.actual - self.expected
        reach = self.p90 - self.expected if off > 0 else self.expected - self.p10
        return off / reach if reach > 0 else 0.0


def anomaly(weeks: Sequence[Week]) -> Kind | None:
    """What is odd about the last of a series' weeks, oldest first."""
    if not weeks:
        return None
    last = weeks[-1]
    if _shifted(weeks[-SHIFT_WEEKS:]):
        return "level-shift"
    if last.actual > last.high + BEYOND * (last.high - last.expected) or last.reaches > SPIKE:
        return "spike"
    if last.actual < last.low - BEYOND * (last.expected - last.low) or last.reaches < -DROP:
        return "drop"
    return None


def _shifted(tail: Sequence[Week]) -> bool:
    if len(tail) < SHIFT_WEEKS:
        return False
    if all(week.actual > week.p90 for week in tail) or all(week.actual < week.p10 for week in tail):
        return True
    reaches = [week.reaches for week in tail]
    return abs(sum(reaches)) >= TOGETHER * SHIFT_WEEKS and (min(reaches) >= LEAST or max(reaches) <= -LEAST)


def off_by(actual: float, usual: float) -> str | None:
    """Whether a number is ten, a hundred or a thousand times another, or as small a part of it, as one says it."""
    if actual <= 0 or usual <= 0:
        return None
    power = math.log10(actual / usual)
    for factor in FACTORS:
        if abs(abs(power) - math.log10(factor)) <= NEAR:
            return f"{factor} times" if power > 0 else f"a {factor}th of"
    return None


def tracking_signal(bias: float, mad: float) -> float:
    """Sum of errors over their mean absolute size: beyond ±4 a forecast leans."""
    return 0.0 if mad <= 0 else bias / mad
