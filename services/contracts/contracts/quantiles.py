"""The levels at which every forecast says its quantiles, declared once for all services.

A quantile is asked for by its level, never by its place, so that a level can be added without a reader taking another
one for it. The engine has the same levels of its own, since it stands on nothing of ours; a test ties the two.
"""

from collections.abc import Sequence
from typing import TypeVar

Value = TypeVar("Value")

LEVELS: tuple[float, ...] = (0.005, 0.025, 0.1, 0.165, 0.25, 0.5, 0.75, 0.835, 0.9, 0.975, 0.995)
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
