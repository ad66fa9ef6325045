"""The levels at which every forecast says its quantiles, declared once for all services.

A quantile is asked for by its level, never by its place, so that a level can be added without a reader taking another
one for it. The engine has the same levels of its own, since it stands on nothing of ours; a test ties the two.
"""

from bisect import bisect_left
from collections.abc import Sequence
from math import floor
from typing import TypeVar

Value = TypeVar("Value")

LEVELS: tuple[float, ...] = (0.005, 0.025, 0.1, 0.165, 0.25, 0.5, 0.75, 0.835, 0.9, 0.975, 0.995)
# Forecasts are told at the nine deciles as well: between two levels the distribution is straight, as sums are drawn
# from it, so that those which are no level of their own follow from a row of quantiles and are neither sent nor stored.
DECILES: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
TOLD: tuple[float, ...] = tuple(sorted({*LEVELS, *DECILES}))
BELOW: tuple[int, ...] = tuple(bisect_left(LEVELS, level) - (level not in LEVELS) for level in TOLD)
SHARE: tuple[float, ...] = tuple(  # of the way from the level below to the next one
    0.0 if level in LEVELS else (level - LEVELS[place]) / (LEVELS[place + 1] - LEVELS[place])
    for level, place in zip(TOLD, BELOW, strict=True)
)
_PLACES = {level: place for place, level in enumerate(LEVELS)}


def index(level: float) -> int:
    """Where the quantile of a level lies in a row of quantiles. Raises ValueError for a level that there is not."""
    try:
        return _PLACES[level]
    except KeyError:
        raise ValueError(f"no forecast has a quantile of level {level}; the levels are {LEVELS}") from None


def at(values: Sequence[Value], level: float) -> Value:
    """The quantile of a level, of one row of quantiles. Raises ValueError for an unknown level and for another row."""
    if len(values) != len(LEVELS):
        raise ValueError(f"a row of quantiles has {len(LEVELS)} values, not {len(values)}")
    return values[index(level)]


def told(values: Sequence[float]) -> list[float]:
    """A row of quantiles at all levels of `TOLD`; whole numbers where the row has nothing else."""
    whole = all(value == floor(value) for value in values)
    found = [
        values[place] + share * (values[place + 1] - values[place]) if share else values[place]
        for place, share in zip(BELOW, SHARE, strict=True)
    ]
    return [floor(value + 0.5) for value in found] if whole else found
