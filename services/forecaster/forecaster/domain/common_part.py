"""How much of what is uncertain about several series is common to all of them, and how sure that is.

Past forecasts say: what was sold in a week, each in its own predicted distribution, is a normal score, of which a part
is the same for all series. The mean score of a week strays from zero by that part and by chance, which falls with the
number of series. A series counts as its band is wide, which is what it brings to the sum's: large ones move together
more than small ones. The part may grow with the weeks ahead, for levels drift together, or shrink: how fast is measured
too, and forecasts made nearly as far ahead count most. A few weeks leave all that in doubt, so the part is told as
values that are equally likely after the weeks that were seen (Bayes' rule, on a grid): a band that is drawn over all of
them is wider by that doubt.

Counts reach a range of levels, not one: how much of a score that leaves open weakens what the weeks say, and is not
taken for independence.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from statistics import NormalDist

import numpy as np
from contracts.quantiles import LEVELS
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
LARGEST, VALUES = 0.95, 20  # the largest common part; equally likely values that are told of it
NONE, HALF = 0.3, 0.05  # before any week: how likely no common part is; up to which part others are about as likely
_NORMAL = NormalDist()
_EDGES = [0.0, *LEVELS, 1.0]
_GRID = np.concatenate([[0.0], np.geomspace(0.001, LARGEST, 60)])
_GROWTH = np.array([-0.5, 0.0, 0.5])  # powers of the weeks ahead with which the part grows, all as likely


def _before() -> Doubles:
    """How likely each part of the grid is before any week is seen: its density is as 1 / (part + HALF)."""
    found = _GRID / (_GRID + HALF)  # the grid's steps grow with the part
    found *= (1 - NONE) / found.sum()
    found[0] = NONE
    return found


_BEFORE = _before()


@dataclass(frozen=True)
class Reached:
    """How wide the 80 % bands were, and their squares, of the series of a week in which a sale lay above `below` of the
    quantiles, and above or on `upto`."""

    lag: int
    week: date
    below: int
    upto: int
    width: float
    squares: float


@dataclass(frozen=True)
class Common:
    """The part of a score that all series share: `likely` (H, VALUES), values that are equally likely so many weeks
    ahead, after `weeks` weeks of past forecasts."""

    likely: Doubles
    weeks: int

    @property
    def part(self) -> float:
        """Its mean in the next week."""
        return float(self.likely[0].mean())


def common(found: Iterable[Reached], horizon: int) -> Common:
    """How much series move together, for each of so many weeks ahead."""
    weeks: dict[tuple[int, date], list[Reached]] = defaultdict(list)
    for item in found:
        weeks[item.lag, item.week].append(item)
    cells = [cell for week in weeks.values() for cell in week if cell.width > 0]
    scores = np.array([_score(cell.below, cell.upto) for cell in cells]).reshape(-1, 2)
    widths = np.array([cell.width for cell in cells])
    known = 1 - np.average(scores[:, 1], weights=widths) if cells else 1.0
    size = np.average(scores[:, 0] ** 2, weights=widths) / known**2 if cells else 1.0
    said: dict[int, Doubles] = defaultdict(lambda: np.zeros(len(_GRID)))
    seen = set()
    for (lag, week), of in weeks.items():
        mean, series = _mean(of)
        if series > 1:
            seen.add(week)
            variance = _GRID + np.maximum(size - _GRID, 1e-3) / series
            said[lag] -= (np.log(variance) + (mean / known) ** 2 / variance) / 2
    return Common(np.stack([_equally_likely(said, ahead + 1) for ahead in range(horizon)]), len(seen))


def _mean(week: list[Reached]) -> tuple[float, float]:
    """The mean score of a week, and of how many equally wide series it is as good as."""
    width = sum(cell.width for cell in week)
    if width <= 0:
        return 0.0, 0.0
    score = sum(_score(cell.below, cell.upto)[0] * cell.width for cell in week) / width
    return score, width**2 / sum(cell.squares for cell in week)


def _equally_likely(said: dict[int, Doubles], ahead: int) -> Doubles:
    """(VALUES,): the part so many weeks ahead, of what the weeks at each lag say of the grid (logarithms of chances).
    Lags count the more the nearer they are to that, in proportion."""
    chance = np.repeat(np.log(_BEFORE)[:, None], len(_GROWTH), axis=1)
    for lag, told in said.items():
        far = lag / ahead
        chance += np.interp(_GRID[:, None] * far**_GROWTH, _GRID, told) * min(far, 1 / far)
    likely = np.exp(chance - chance.max()).sum(axis=1)
    middle = (np.arange(VALUES) + 0.5) / VALUES
    found: Doubles = _GRID[np.searchsorted(np.cumsum(likely / likely.sum()), middle)]
    return found


@cache
def _score(below: int, upto: int) -> tuple[float, float]:
    """Mean and variance of a normal score of which only the levels that it lies between are known."""
    if below == upto:
        low, high = _EDGES[below], _EDGES[below + 1]
    else:
        low = (_EDGES[below] + _EDGES[below + 1]) / 2 if below else 0.0
        high = (_EDGES[upto] + _EDGES[upto + 1]) / 2
    (left, at_left), (right, at_right) = _edge(low), _edge(high)
    mean = (at_left - at_right) / (high - low)
    return mean, 1 + (left * at_left - right * at_right) / (high - low) - mean**2


def _edge(level: float) -> tuple[float, float]:
    """The score of a level, and the normal density there; zero twice where it is endless."""
    if not 0 < level < 1:
        return 0.0, 0.0
    score = _NORMAL.inv_cdf(level)
    return score, _NORMAL.pdf(score)
