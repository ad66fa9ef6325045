"""How forecasts are judged in the backtest: as they are judged afterwards, by series (RMSSE) and by volume (WAPE)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from forecaster.engine.arrays import Floats, Ints, Mask


@dataclass
class Judge:
    """Errors by pair of series and origin, and by half of the horizon; (rows,) each."""

    y: Floats
    squared_step: Floats  # that scales a row's errors
    pair: Ints  # of series and origin
    half: Ints  # 0: near, 1: far
    volume: float = field(init=False)
    scale: Floats = field(init=False)
    count: Floats = field(init=False)  # (pairs, 2)

    def __post_init__(self) -> None:
        self.volume = max(float(np.abs(self.y).mean()), 1e-9)
        self.scale = np.maximum(self.squared_step, np.nanmedian(self.squared_step) * 0.02 + 1e-9)
        self._place = self.pair * 2 + self.half
        self.count = self._sums(np.ones(len(self.y), dtype=np.float32))

    def _sums(self, values: Floats) -> Floats:
        size = int(self.pair.max()) * 2 + 2
        found: Floats = np.bincount(self._place, weights=values, minlength=size).reshape(-1, 2).astype(np.float32)
        return found

    def losses(self, forecast: Floats) -> Losses:
        """Of a forecast (rows,)."""
        error = self.y - forecast
        squares = self._sums(np.minimum(error * error / self.scale, 100.0))
        return Losses(np.sqrt(squares / np.maximum(self.count, 1)), self._sums(np.abs(error) / self.volume))


@dataclass(frozen=True)
class Losses:
    """By pair and half (pairs, 2): the root of the mean scaled square, and the absolute error; of an empty one 0."""

    root: Floats
    absolute: Floats

    def shrunk(self, half: int, inside: Mask, across: Mask, share: float) -> tuple[float, float]:
        """Means of a half over the pairs `inside`, as far as `share` says, and for the rest over those `across`."""
        whole = self._means(across, half)
        own = self._means(inside, half) if inside.any() else whole
        # Segments differ in level, so a segment's own score is first brought to the level of all.
        return own[0] ** share * whole[0] ** (1 - share), own[1] ** share * whole[1] ** (1 - share)

    def _means(self, pairs: Mask, half: int) -> tuple[float, float]:
        return (
            max(float(self.root[pairs, half].mean()), 1e-9), max(float(self.absolute[pairs, half].mean()), 1e-9)
        )  # fmt: skip
