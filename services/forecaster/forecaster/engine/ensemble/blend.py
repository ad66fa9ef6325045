"""Blends of methods, and the ensemble: a blend for every segment and half of the horizon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.data.segments import SEGMENTS
from forecaster.engine.methods.combined.smoothing_last_value import SmoothingLastValue
from forecaster.engine.methods.combined.smoothing_tsb_imapa import SmoothingTSBIMAPA
from forecaster.engine.methods.local.last_year_with_half_its_growth import LastYearWithHalfItsGrowth
from forecaster.engine.methods.local.moving_average import MovingAverage
from forecaster.engine.methods.pooled.boosting import NAME
from forecaster.engine.methods.pooled.losses import EQUAL

POOLED = NAME  # of the pooled model
ANCHORED = 0.5  # the anchored model's share in the pooled one before any evidence
USUAL_POOLED = 0.7  # the pooled model's weight before any evidence
BASE = MovingAverage.name  # what gains are told against, and what stands in for a method that knows nothing
HALVES = ("near", "far")


@dataclass
class Blend:
    """Weights by method, which sum to 1, and what the backtest said of their best (error relative to it)."""

    parts: dict[str, float]
    gain: float = 0.0  # error saved against the moving average, as a share
    origins: int = 0

    @property
    def weight(self) -> float:
        """Of the pooled model."""
        return self.parts.get(POOLED, 0.0)

    @property
    def method(self) -> str:
        """As a planner reads it."""
        ordered = sorted(self.parts.items(), key=lambda part: -part[1])
        if len(ordered) == 1:
            return ordered[0][0]
        return ", ".join(f"{name} {weight:.0%}" for name, weight in ordered)

    def of(self, pooled: Floats | None, local: dict[str, Floats], chosen: Any) -> Floats:
        """The blend of the pooled model's and the local methods' forecasts, where `chosen` (an index) says."""
        total = sum(weight for name, weight in self.parts.items() if name != POOLED or pooled is not None)
        if total <= 0:
            only: Floats = local[BASE][chosen]
            return only
        found: Floats = np.zeros_like(local[BASE][chosen])
        for name, weight in self.parts.items():
            if name != POOLED:
                found += np.float32(weight / total) * local[name][chosen]
            elif pooled is not None:
                found += np.float32(weight / total) * pooled[chosen]
        return found


@dataclass
class Ensemble:
    """A blend for every segment and half of the horizon: (segment, half)."""

    blends: dict[tuple[int, int], Blend]
    halfway: int  # steps up to it are the first half
    mix: tuple[float, ...] = EQUAL  # of the pooled model's losses
    anchored: float = ANCHORED  # share of the anchored model in the pooled one, where there is one
    scores: dict[str, dict[str, float]] = field(default_factory=dict)  # segment: method: error relative to BASE

    @classmethod
    def usual(cls, blend: Blend, horizon: int) -> Ensemble:
        """One blend for all."""
        halfway = max(horizon // 2, 1)
        return cls(dict.fromkeys(cells(), blend), halfway)

    @property
    def uses_pooled(self) -> bool:
        """Whether the pooled model has a part in any blend."""
        return any(blend.weight > 0 for blend in self.blends.values())

    def mixed(self, pooled: Floats | None, local: dict[str, Floats], segment: Ints) -> Floats:
        """The forecasts (n, H) that the blends make of the pooled model's and the local methods' (n, H)."""
        known = {name: np.where(np.isnan(f), local[BASE], f) for name, f in local.items()}
        out = np.empty_like(known[BASE])
        for blend, chosen in self._grids(segment, out.shape[1]):
            out[chosen] = blend.of(pooled, known, chosen)
        return out

    def weights(self, segment: Ints, horizon: int) -> Floats:
        """The pooled model's part (n, H) of the forecasts of series of these segments."""
        out = np.empty((len(segment), horizon), dtype=np.float32)
        for blend, chosen in self._grids(segment, horizon):
            out[chosen] = blend.weight
        return out

    def of_rows(self, pooled: Floats | None, local: dict[str, Floats], segment: Ints, steps: Ints) -> Floats:
        """The forecasts (rows,) of rows with a segment and a step each, never negative."""
        out = np.empty(len(steps), dtype=np.float32)
        far = (steps > self.halfway).astype(int)
        for (s, half), blend in self.blends.items():
            part = (segment == s) & (far == half)
            out[part] = blend.of(pooled, local, part)
        return np.maximum(out, 0)

    def _grids(self, segment: Ints, horizon: int) -> Iterator[tuple[Blend, Any]]:
        far = np.arange(horizon) >= self.halfway
        for (s, half), blend in self.blends.items():
            yield blend, np.ix_(segment == s, far == bool(half))


def cells() -> list[tuple[int, int]]:
    """Every (segment, half)."""
    return [(s, half) for s in range(len(SEGMENTS)) for half in range(len(HALVES))]


def usual(history: int, year: int, has_pooled: bool) -> Blend:
    """The blend before any evidence; `year`: periods after which last year can be told with its growth, 0 for none."""
    if not has_pooled:
        return Blend({SmoothingTSBIMAPA.name if history >= 12 else SmoothingLastValue.name: 1.0})
    companion = LastYearWithHalfItsGrowth.name if 0 < year < history else SmoothingTSBIMAPA.name
    return Blend({POOLED: USUAL_POOLED, companion: 0.3})
