"""Instances of the pooled model, (series, origin, step), and their design matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Ints

_ORIGINS = 100_000  # more than any history has


@dataclass
class Instances:
    """What is to be forecast, or was: the series' row in the panel, the origin's column, and 1..H steps after it."""

    series: Ints
    origins: Ints
    steps: Ints

    def __len__(self) -> int:
        return len(self.series)

    @property
    def targets(self) -> Ints:
        """The columns of the periods that are forecast."""
        return self.origins + self.steps

    @property
    def pairs(self) -> Ints:
        """A number for each pair of series and origin."""
        return self.series * _ORIGINS + self.origins

    def part(self, chosen: slice | NDArray[np.generic]) -> Instances:
        """Some of them."""
        return Instances(self.series[chosen], self.origins[chosen], self.steps[chosen])

    @classmethod
    def ahead(cls, series: Ints, origins: Ints, horizon: int) -> Instances:
        """All steps 1..H of each pair (series, origin), one pair after the other."""
        return cls(np.repeat(series, horizon), np.repeat(origins, horizon), np.tile(np.arange(1, horizon + 1),
                   len(series)))  # fmt: skip

    @classmethod
    def none(cls) -> Instances:
        """No instance."""
        return cls(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


@dataclass
class Design:
    """The design matrix of instances (rows, features) and, by row, the series' scale at the origin (units of y) and its
    mean squared one-step change up to there (what RMSSE divides by)."""

    x: Floats
    scale: Floats
    squared_step: Floats

    @classmethod
    def empty(cls, rows: int, columns: int) -> Design:
        """Room for so many."""
        return cls(np.empty((rows, columns), dtype=np.float32), *np.empty((2, rows), dtype=np.float32))

    def part(self, chosen: slice | NDArray[np.generic]) -> Design:
        """Some of the rows."""
        return Design(self.x[chosen], self.scale[chosen], self.squared_step[chosen])
