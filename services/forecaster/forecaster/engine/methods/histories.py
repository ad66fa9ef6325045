"""Histories as the local methods read them: rows of known sales up to an origin, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.data.frequency import Frequency
from forecaster.engine.jit import compiled
from forecaster.engine.methods.primitives import deseasonalised, ses

_SEASONS, _SHORTEST = 4, 26  # so many yearly seasons are read, and of other frequencies so many periods


class Smoothed(NamedTuple):
    """What SES says of each history: its level, and the smoothing constant that it chose."""

    level: Doubles  # (R,)
    alpha: Doubles  # (R,)


class SeasonallyAdjusted(NamedTuple):
    """Histories without their season; as they are, with indices of 1, where they show none."""

    values: Doubles  # (R, M)
    indices: Doubles  # (R, season), by phase from the next period on
    smoothed: Smoothed


@dataclass(frozen=True)
class Histories:
    """R histories; of row r the first `lengths[r]` values, at least one. A gap holds the value before it.

    What several methods ask of them is worked out once.
    """

    values: Doubles  # (R, M), never negative
    lengths: Ints  # (R,)
    horizon: int
    season_length: int  # 0 without a season
    year_length: int  # the yearly season, 0 without one
    growth_window: int  # the recent periods that are compared with those of a year before
    level_window: int  # the periods that a level is told from

    @classmethod
    def of(
        cls, sales: Floats, first: Ints, series: Ints, origins: Ints, frequency: Frequency, horizon: int
    ) -> Histories:  # fmt: skip
        """Of pairs (series, origin) of sales (N, T). Every series has sold by its origin: first[series] <= origins."""
        longest = max(frequency.long_season, frequency.level_window, _SHORTEST)
        values = np.zeros((len(series), min(sales.shape[1], _SEASONS * longest)))
        lengths = np.zeros(len(series), dtype=np.int64)
        _gather(sales, first, series, origins, values, lengths)
        return cls(values, lengths, horizon, frequency.season_length, frequency.long_season, frequency.growth_window,
                   frequency.level_window)  # fmt: skip

    def empty(self) -> Floats:
        """Room for a forecast of each, (R, H)."""
        return np.zeros((len(self.lengths), self.horizon), dtype=np.float32)

    @cached_property
    def smoothed(self) -> Smoothed:
        """SES of each."""
        found = Smoothed(*np.empty((2, len(self.lengths))))
        _smooth(self.values, self.lengths, found.level, found.alpha)
        return found

    @cached_property
    def adjusted(self) -> SeasonallyAdjusted:
        """Each without its season, and SES of that."""
        values, index = np.empty_like(self.values), np.ones((len(self.lengths), max(self.season_length, 1)))
        found = SeasonallyAdjusted(values, index, Smoothed(self.smoothed.level.copy(), self.smoothed.alpha.copy()))
        _adjust(self.values, self.lengths, self.season_length, index, values, found.smoothed.level,
                found.smoothed.alpha)  # fmt: skip
        return found


@compiled
def _gather(sales: Floats, first: Ints, series: Ints, origins: Ints, values: Doubles, lengths: Ints) -> None:
    most = values.shape[1]
    for r in range(len(series)):
        row, origin, n, last = sales[series[r]], origins[r], 0, 0.0
        for position in range(max(first[series[r]], origin - most + 1), origin + 1):
            value = row[position]
            if value == value:
                last = max(value, 0.0)
            values[r, n] = last
            n += 1
        lengths[r] = n


@compiled
def _smooth(values: Doubles, lengths: Ints, level: Doubles, alpha: Doubles) -> None:
    for r in range(len(lengths)):
        level[r], alpha[r] = ses(values[r], lengths[r])


@compiled
def _adjust(
    values: Doubles, lengths: Ints, season: int, index: Doubles, out: Doubles, level: Doubles, alpha: Doubles
) -> None:
    for r in range(len(lengths)):
        if deseasonalised(values[r], lengths[r], season, index[r], out[r]):
            level[r], alpha[r] = ses(out[r], lengths[r])
