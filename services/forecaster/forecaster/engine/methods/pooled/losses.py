"""The losses that the pooled model is trained with, and forecasts told by each of them.

They weight instances by what forecasts are judged by (RMSSE, volume, absolute error); the forecast is a mix of all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.features.instances import Design


def by_scaled_error(design: Design) -> Floats:
    """Weights (rows,) as RMSSE weighs, mean 1, capped so that near-constant series do not rule."""
    with np.errstate(all="ignore"):
        scaled = design.scale.astype(np.float64) ** 2 / design.squared_step
    known = np.isfinite(scaled)  # a series that has not moved yet has no step to scale by
    usual = np.median(scaled[known]) if known.any() else 1.0
    scaled = np.where(known, np.minimum(scaled, 20 * usual), usual)
    return _mean_one(scaled)


def by_volume(design: Design) -> Floats:
    """Weights (rows,) by what a series sells, mean 1, capped so that giant series do not rule."""
    volume = np.minimum(design.scale.astype(np.float64), np.quantile(design.scale, 0.998))
    return _mean_one(volume)


def _mean_one(weights: Doubles) -> Floats:
    found: Floats = (weights / max(weights.mean(), 1e-30)).astype(np.float32)
    return found


@dataclass(frozen=True)
class Loss:
    """What a booster minimises, and how its trees differ from the usual: `leaves` times theirs, `rows` a leaf."""

    name: str
    objective: str
    weights: Callable[[Design], Floats]
    leaves: float = 1.0
    rows: int = 1

    def parameters(self, usual: dict[str, Any]) -> dict[str, Any]:
        """LightGBM's parameters with this loss."""
        return {**usual, "objective": self.objective} | smaller_trees(usual, self.leaves, self.rows)


def smaller_trees(usual: dict[str, Any], leaves: float, rows: int) -> dict[str, Any]:
    """Parameters of trees with another number of leaves and of rows a leaf."""
    if leaves == 1.0 and rows == 1:
        return {}
    return {
        "num_leaves": max(int(usual["num_leaves"] * leaves), 4), "min_data_in_leaf": rows * usual["min_data_in_leaf"]
    }  # fmt: skip


LOSSES = (
    Loss("squared, by scaled error", "regression", by_scaled_error),
    Loss("squared, by volume", "regression", by_volume),
    # Medians of small leaves follow noise: fewer and larger ones were better on most sets.
    Loss("absolute, by volume", "regression_l1", by_volume, leaves=0.5, rows=6),
)
EQUAL = (1 / 3, 1 / 3, 1 / 3)
MIXES = (EQUAL, (0.25, 0.25, 0.5), (0.0, 0.5, 0.5), (0.1, 0.2, 0.7))  # weights in the order of LOSSES


@dataclass
class LossForecasts:
    """Forecasts of the pooled model in units of y, a row a loss, and a last row of the anchored model where there is
    one: (losses, …) or (losses + 1, …)."""

    values: Floats
    losses: int = field(default=len(LOSSES))

    @property
    def by_loss(self) -> Floats:
        """(losses, …), in the order of LOSSES."""
        return self.values[: self.losses]

    @property
    def anchored(self) -> Floats | None:
        """(…), the anchored model's."""
        return self.values[self.losses] if len(self.values) > self.losses else None

    def without_anchored(self) -> LossForecasts:
        """Those of the losses alone."""
        return LossForecasts(self.by_loss)

    def mixed(self, mix: tuple[float, ...], anchored_share: float = 0.0) -> Floats:
        """One forecast (…) from those of the losses and, with its share, of the anchored model if there is one."""
        plain = np.tensordot(np.array(mix, dtype=np.float32), self.by_loss, 1)
        if self.anchored is None or anchored_share <= 0:
            return plain
        found: Floats = np.float32(1 - anchored_share) * plain + np.float32(anchored_share) * self.anchored
        return found
