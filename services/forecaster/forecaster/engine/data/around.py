"""What uplifts are measured by: what is usual around each period, and sums of what an occasion's periods are off it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.data.kinds import Cells
from forecaster.engine.data.occasions import Occasion
from forecaster.engine.data.panel import Panel
from forecaster.engine.jit import compiled

AROUND, LEAST_AROUND = 4, 3  # seasons (weeks for days) on each side whose mean is usual; periods that it needs
FARTHEST = 2 * AROUND  # where too few are near, as at the end of history just after feasts that lie side by side
FEWEST = 8  # usual periods, from which a series' noise can be told
STEADIEST = 0.05  # the noise that a series has at least, of its level
SHUT = 0.1  # a factor below which nothing is learned from a period


@dataclass(frozen=True)
class MeasuredOccasion:
    """An occasion beside a panel's sales: what is usual in each period, and each series' noise in units of it."""

    y: Floats  # (N, T)
    dose: Floats  # (N, T + H)
    columns: Ints  # those in which there is any of it
    beside: Mask  # (N, T)
    usual: Floats  # (N, T)
    noise: Doubles  # (N,) variance of a period by its usual sales; infinite where it cannot be told
    whole: Mask  # (N,) sold by the piece
    feast: bool

    @classmethod
    def of(cls, panel: Panel, one: Occasion) -> MeasuredOccasion:
        """Of a panel as it is."""
        n, size = panel.y.shape
        dose = np.ascontiguousarray(np.broadcast_to(one.dose, (n, one.dose.shape[1])))
        beside = np.ascontiguousarray(np.broadcast_to(one.beside, (n, size)))
        usual, noise = np.full((n, size), np.nan, dtype=np.float32), np.full(n, np.inf)
        far: Mask = ~np.any(beside, axis=0) if one.feast else np.zeros(size, dtype=np.bool_)
        around(panel.y, beside, far, panel.frequency.short_season or 1, usual, noise)
        return cls(panel.y, dose, one.columns, beside, usual, noise, panel.whole, one.feast)

    def of_another(self, one: Occasion) -> MeasuredOccasion:
        """Another occasion of the same column, which leaves usual periods as they are."""
        dose = np.ascontiguousarray(np.broadcast_to(one.dose, self.dose.shape))
        return replace(self, dose=dose, columns=one.columns)

    def expected(self, change: Doubles) -> Doubles:
        """How many times the usual square (N,) a period is off by chance after a change (N,): single sales come by
        chance, whose variance grows as they do; of what else varies the deviation does."""
        times, counted = np.maximum(1 + change, SHUT), np.where(self.whole, 1 / np.maximum(self.noise, 1), 0)
        found: Doubles = times * (counted + (1 - counted) * times)
        return found

    def cells(self, factor: Floats, codes: NDArray[np.int16]) -> Cells:
        """Cell by cell and by kind the same."""
        return Cells.of(self.y, factor, self.dose, self.usual, self.noise, codes)

    def sums(self, factor: Floats) -> Doubles:
        """By series (4, N): excess and exposure to the occasion in units of its noise, what is odd, and periods."""
        found = np.zeros((4, len(self.y)))
        columns = self.columns[self.columns < self.y.shape[1]]
        sums(self.y, factor, self.dose, self.usual, self.noise, columns, found)
        return found


@compiled
def around(y: Floats, beside: Mask, far: Mask, season: int, usual: Floats, noise: Doubles) -> None:
    """Write the mean of the periods around each to `usual`, and each series' noise. `far` (T,): periods whose
    neighbours are sought farther off where too few are near."""
    size = y.shape[1]
    for i in range(len(y)):
        square, total, count = 0.0, 0.0, 0
        for t in range(size):
            part, known = 0.0, 0
            for step in range(1, FARTHEST + 1):
                if step > AROUND and (known >= LEAST_AROUND or not far[t]):
                    break
                for at in (t - step * season, t + step * season):
                    if 0 <= at < size and beside[i, at] and y[i, at] == y[i, at]:
                        part += y[i, at]
                        known += 1
            if known >= LEAST_AROUND:
                usual[i, t] = part / known
                if beside[i, t] and y[i, t] == y[i, t]:
                    square += (y[i, t] - usual[i, t]) ** 2
                    total += usual[i, t]
                    count += 1
        if count >= FEWEST and total > 0:
            noise[i] = max(square / total, STEADIEST * STEADIEST * total / count)


@compiled
def sums(y: Floats, factor: Floats, dose: Floats, usual: Floats, noise: Doubles, columns: Ints, out: Doubles) -> None:
    """Add to `out` (4, N) by series: excess, exposure, what is odd, and periods; `columns`: those of the occasion."""
    for i in range(len(y)):
        for t in columns:
            if dose[i, t] != 0 and usual[i, t] > 0 and y[i, t] == y[i, t] and factor[i, t] > 0 and noise[i] < np.inf:
                over = y[i, t] / factor[i, t] - usual[i, t]
                out[0, i] += dose[i, t] * over / noise[i]
                out[1, i] += dose[i, t] * dose[i, t] * usual[i, t] / noise[i]
                out[2, i] += over * over / (noise[i] * usual[i, t])
                out[3, i] += 1


@compiled
def by_period(
    y: Floats, factor: Floats, dose: Floats, beside: Mask, usual: Floats, noise: Doubles, codes: Ints, out: Doubles
) -> None:
    """Add to `out` (4, groups, T): excess and expectation of usual periods; doses, and their squares, of the others."""
    for i in range(len(y)):
        for t in range(y.shape[1]):
            if usual[i, t] > 0 and y[i, t] == y[i, t] and noise[i] < np.inf:
                if beside[i, t]:
                    out[0, codes[i], t] += (y[i, t] - usual[i, t]) / noise[i]
                    out[1, codes[i], t] += usual[i, t] / noise[i]
                elif dose[i, t] != 0:
                    out[2, codes[i], t] += dose[i, t] * usual[i, t] / noise[i]
                    out[3, codes[i], t] += dose[i, t] * dose[i, t] * usual[i, t] / noise[i]
