"""Sales that nothing explains: a barcode typed as a quantity counts as the product's largest usual sale in training.

A sale is a spike when it lies far above the largest others of its own series, in units of their spread, and nothing
that moves real demand speaks for it: the periods beside it, the same season of another year, other series in the same
period, a promotion or a price cut, a feast. Each of these allows more; none allows everything. What was sold stays in
the history that people see; only what is learned from is damped, and each cell is told.

Source: a robust scale, so that what is judged does not judge itself (Hampel's identifier, Davies and Gather 1993; here
upper order statistics, because demand is skewed); damping to the largest usual value is winsorising (Tukey 1962);
cleaning for training alone as in Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 13.9.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.data.calendar import calendar
from forecaster.engine.data.panel import IN_STOCK, Panel
from forecaster.engine.jit import compiled

ASIDE = 2  # of a series' largest sales that do not tell what is usual: they are what is judged
TIMES, UNSURE = 3.0, 6.0  # the largest usual sale, so many times, is believed; more where few sales tell what is usual
ROOTS = 6.0  # counts scatter with their root: so many of them above the largest usual sale are believed
NEAR = 4.0  # times the sale of a period beside it, or of the same season in another year
SLACK = 2  # periods by which a season may have moved
OTHERS, SHARE = 3, 0.15  # so many other series, and this share of them, must be at their largest in the same period
DRIVEN = 20.0  # times the median sale, where a promotion or a price cut speaks for it
FESTIVE = 12.0  # times the median sale, shortly before a feast
CUT, RARE = 0.1, 4  # of the usual price, from which it is a cut; and how often such a plan has been there at most: what
# a plan does that comes more often, the usual sales tell
FEASTS = {"days to Christmas": (-28, 3), "days to Easter": (-10, 3), "days to Thanksgiving": (-4, 7)}
ABSURD, SELDOM = 1000.0, 0.05  # times the median sale, in so small a share of the sales: believed on no evidence
FEW, UNCOMMON = 5, 0.001  # spikes that any panel may have, and their share of its sales above which they are its nature


@dataclass(frozen=True)
class Spike:
    """A cell of the panel, what was sold there, what it counts as, and why."""

    series: int
    column: int
    value: float
    used: float
    why: str
    absurd: bool  # whether no evidence would be enough
    beyond: float  # times what is believed without evidence


def damped(panel: Panel) -> list[Spike]:
    """Damp the spikes of a panel's sales, and tell of them."""
    usual = np.zeros(len(panel.ids), dtype=np.float32)
    middle, limit = np.zeros_like(usual), np.full_like(usual, np.inf)
    _usual(panel.y, usual, middle, limit)
    _of_single_sales(panel.y, usual, middle, limit)
    series, columns = np.nonzero(panel.y > limit[:, None])
    if not len(series):
        return []
    evidence = _ForAPeak(panel, usual, middle, limit)
    found = []
    for i, t in zip(series.tolist(), columns.tolist(), strict=True):
        value = float(panel.y[i, t])
        if value > evidence.allowed(i, t):
            times = value / max(float(middle[i]), 1e-9)
            why = f"nothing explains {times:,.0f} times the usual sale of {middle[i]:g}"
            found.append(Spike(i, t, value, float(usual[i]), why, times > ABSURD, value / float(limit[i])))
    found = _out_of_the_ordinary(found, int((panel.y > 0).sum()))
    for one in found:
        panel.y[one.series, one.column] = one.used
    return found


def _out_of_the_ordinary(found: list[Spike], sales: int) -> list[Spike]:
    """Where spikes are common, bulk orders are part of the business: only so few, the furthest out, are damped."""
    order = sorted(found, key=lambda one: (not one.absurd, -one.beyond))
    most = max(sum(one.absurd for one in found), FEW, int(UNCOMMON * sales))
    return sorted(order[:most], key=lambda one: (one.series, one.column))


@compiled
def _usual(y: Floats, usual: Floats, middle: Floats, limit: Floats) -> None:
    """Of each series the largest usual sale, the median sale, and what is believed without further evidence."""
    for i in range(len(y)):
        sold = np.sort(y[i][y[i] > 0])
        aside = ASIDE if len(sold) >= 8 else 1
        if len(sold):
            absurd = np.sum(sold > ABSURD * sold[len(sold) // 2])
            aside = max(aside, absurd if absurd <= SELDOM * len(sold) else 0)
        rest = sold[: len(sold) - aside] if len(sold) > aside else sold[:0]
        if len(rest) == 0:
            continue
        whole = True
        for value in rest:
            whole = whole and value == np.floor(value)
        usual[i], middle[i] = rest[-1], rest[len(rest) // 2]
        limit[i] = usual[i] * TIMES * (1 + UNSURE / len(rest))
        if whole:
            limit[i] = max(limit[i], usual[i] + ROOTS * np.sqrt(usual[i]))


def _of_single_sales(y: Floats, usual: Floats, middle: Floats, limit: Floats) -> None:
    """A series that sold once has no usual sale: only what no other series comes near is not believed."""
    told = usual > 0
    if not told.any():
        return
    single = ~told & (np.nan_to_num(y) > 0).any(axis=1)
    usual[single], middle[single] = np.median(usual[told]), np.median(middle[told])
    limit[single] = ABSURD * usual[told].max()


class _ForAPeak:
    """What speaks for a large sale."""

    def __init__(self, panel: Panel, usual: Floats, middle: Floats, limit: Floats) -> None:
        self._panel, self._usual, self._middle, self._limit = panel, usual, middle, limit
        self._sure = np.where(usual > 0, usual, np.float32(np.inf))
        days = calendar(panel.index, panel.numbers[: panel.size])
        self._festive = np.zeros(panel.size, dtype=bool)
        if panel.frequency.long_season:
            for name, (begin, end) in FEASTS.items():
                self._festive |= (days[name] >= begin) & (days[name] <= end)
        self._lifts: dict[tuple[str, int, int], float] = {}

    def allowed(self, i: int, t: int) -> float:
        """The largest sale of a series in a period that is believed."""
        row, middle, limit = self._panel.y[i], float(self._middle[i]), float(self._limit[i])
        speaking = max(
            NEAR * _largest(row, [t - 1, t + 1]),
            NEAR * self._a_year_apart(row, t),
            limit * self._lift(i, t),
            DRIVEN * middle if self._driven(i, t) else 0.0,
            FESTIVE * middle if self._festive[t] else 0.0,
        )
        return max(limit, min(speaking, ABSURD * middle))

    def _a_year_apart(self, row: Floats, t: int) -> float:
        season = self._panel.frequency.long_season
        if not season:
            return 0.0
        around = range(-SLACK, SLACK + 1)
        return _largest(row, [t + years * season + step for years in (-3, -2, -1, 1, 2, 3) for step in around])

    def _lift(self, i: int, t: int) -> float:
        """How far the others, all of them or those of a group, are above their largest usual sale in a period, if many
        of them are."""
        found = [self._lift_of("", 0, t)]
        found += [self._lift_of(group.name, int(group.codes[i]), t) for group in self._panel.groups]
        return max(found)

    def _lift_of(self, group: str, code: int, t: int) -> float:
        key = (group, code, t)
        if key not in self._lifts:
            ratio = (self._panel.y[:, t] / self._sure).astype(np.float32)
            members = [one.codes == code for one in self._panel.groups if one.name == group]
            self._lifts[key] = _common(ratio[members[0]] if members else ratio)
        return self._lifts[key]

    def _driven(self, i: int, t: int) -> bool:
        """Whether a promotion, an event or a price cut was planned for the period, as seldom before."""
        for regressor in self._panel.regressors:
            if not regressor.known or regressor.name == IN_STOCK:
                continue
            past = regressor.values[i if not regressor.common else 0, : self._panel.size]
            known = past[~np.isnan(past)]
            if np.isnan(past[t]) or not len(known):
                continue
            usual = float(np.median(known))
            if regressor.flag:
                planned, alike = past[t] != usual, known == past[t]
            else:
                planned, alike = 0 < past[t] < (1 - CUT) * usual, known <= past[t]
            if planned and alike.sum() <= RARE:
                return True
        return False


def _largest(row: Floats, columns: list[int]) -> float:
    values = [float(row[c]) for c in columns if 0 <= c < len(row)]
    return max((value for value in values if value == value), default=0.0)


def _common(ratio: Floats) -> float:
    own = ratio[ratio > 0]
    high = own >= 1
    if high.sum() <= OTHERS or high.mean() < SHARE:
        return 1.0
    return float(np.median(own[high]))
