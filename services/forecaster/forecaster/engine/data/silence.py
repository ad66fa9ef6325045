"""Silences: how long a series has sold nothing, against how it paused while it sold, and how likely it still lives.

A living product's next sale comes after a gap like those before it. How regularly it sells is open, so every
regularity counts by its likelihood (gaps of a gamma distribution, those of chance alone the likeliest before any
evidence), and the rate is as uncertain as its number of gaps leaves it. Beyond the longest pause a second view stands
beside it, for pauses have causes that do not come at a rate: a record pause happens as often as the number of pauses
says, and a far longer one as its cube is rarer. The likelier of both counts. And a panel whose products often came back
from silences longer than any before, out of stock as it may be that nobody recorded, says so: its own share counts, the
more the more it saw.

Guarantee: periods without stock or opening are unknown, and no part of a silence.

Source: the probability of being alive given recency, frequency and regularity (Platzer and Reutterer 2016, Pareto/GGG;
Fader, Hardie and Shang 2010, BG/BB).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammaln

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled

REGULAR = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])  # shapes of the gaps' distribution; 1: sales come by chance
_BEFORE = np.array([0.9, *np.full(5, 0.02)])  # how likely each is before any evidence
PAUSES = 20  # gaps that tell of pauses, at most: what causes a long one is rarer than sales are
RARER = 3.0  # the power by which a pause longer than ever before is rarer
ENDS = 0.25  # of products end in a year
PRIOR = 5.0  # silences longer than ever before that a panel must show to count as much as the views of one series
_STEPS, _MOST = 8, 64  # bins of a silence's length, by its logarithm to base two, against the longest before


@dataclass(frozen=True)
class Silences:
    """Of N series: sales and periods from first to last sale, its column, periods since, the longest pause before,
    and the sum of the gaps' logarithms. Without a sale all are zero. Of the panel: how many silences reached a bin of
    lengths against all before, and ended with a sale, or are open."""

    sales: Ints
    life: Ints
    last: Ints
    since: Ints
    pause: Ints
    logs: Doubles
    back: Ints  # (bins,)
    open: Ints

    @classmethod
    def of(cls, y: Floats, least: int, fewest: int) -> Silences:
        """Of sales (N, T); what is unknown does not count. `least`: periods of a silence, below which it is none, and
        `fewest` sales before it."""
        found, logs = np.zeros((5, len(y)), dtype=np.int64), np.zeros(len(y))
        reached = np.zeros((2, _MOST), dtype=np.int64)
        _silences(np.ascontiguousarray(y), least, fewest, found, logs, reached)
        back, still_open = reached[:, ::-1].cumsum(axis=1)[:, ::-1]
        sales, life, last, since, pause = found
        return cls(sales, life, last, since, pause, logs, back, still_open)

    def part(self, chosen: Ints) -> Silences:
        """Some of the series."""
        return Silences(self.sales[chosen], self.life[chosen], self.last[chosen], self.since[chosen],
                        self.pause[chosen], self.logs[chosen], self.back, self.open)  # fmt: skip

    def by_chance(self) -> Doubles:
        """How likely a series that still sells as it did is silent for so long. Two sales at least are needed."""
        return self._gap_of(self.since + 1)

    def came_back(self, gap: Ints, longest: Ints) -> tuple[Ints, Ints]:
        """How many of the panel's silences, that were so much longer than the longest before, ended with a sale, and
        how many there were."""
        place = np.minimum(np.floor(_STEPS * np.log2(gap / longest) + 1e-9).astype(np.int64), _MOST - 1)
        return self.back[place], self.back[place] + self.open[place]

    def alive(self, gap: Ints, longest: Ints, year: float) -> Doubles:
        """How likely a series still lives that has had no sale for a gap of so many periods, longer than the `longest`
        before that is one; `year`: periods of one."""
        gaps = np.maximum(self.sales - 1, 1)
        record = ((self.pause + 1) / gap) ** RARER / (np.minimum(gaps, PAUSES) + 1)
        likely = np.maximum(self._gap_of(gap), record)
        usual = (self.life - 1) / gaps
        own = likely / (likely + ENDS / year * np.maximum(usual, 1))
        back, seen = self.came_back(gap, longest)
        found: Doubles = (back + PRIOR * own) / (seen + PRIOR)
        return found

    def _gap_of(self, gap: Ints) -> Doubles:
        """How likely a gap of so many periods, or a longer one, comes next."""
        gaps, total = np.maximum(self.sales - 1, 1)[:, None], np.maximum(self.life - 1, 1)[:, None]
        weight = np.log(_BEFORE) + gammaln(REGULAR * gaps) - gaps * gammaln(REGULAR)
        weight += (REGULAR - 1) * self.logs[:, None] - REGULAR * gaps * np.log(total)
        weight = np.exp(weight - weight.max(axis=1, keepdims=True))
        longer = betainc(REGULAR * gaps, REGULAR, total / (total + gap[:, None] - 1))
        found: Doubles = (weight * longer).sum(axis=1) / weight.sum(axis=1)
        return found


@compiled
def _silences(y: Floats, least: int, fewest: int, found: Ints, logs: Doubles, reached: Ints) -> None:
    for i in range(len(y)):
        sales, since, last, pause, life = 0, 0, 0, 0, 0
        for t in range(y.shape[1]):
            value = y[i, t]
            if value > 0:
                if sales:
                    if sales >= fewest and since > max(pause, least):
                        reached[0, _bin(since, max(pause, least))] += 1
                    pause, life = max(pause, since), life + since + 1
                    logs[i] += np.log(since + 1.0)
                else:
                    life = 1
                sales, since, last = sales + 1, 0, t
            elif value == value and sales:
                since += 1
        if sales >= fewest and since > max(pause, least):
            reached[1, _bin(since, max(pause, least))] += 1
        found[0, i], found[1, i], found[2, i], found[3, i], found[4, i] = sales, life, last, since, pause


@compiled
def _bin(since: int, longest: int) -> int:
    return min(int(_STEPS * np.log2((since + 1) / (longest + 1)) + 1e-9), _MOST - 1)
