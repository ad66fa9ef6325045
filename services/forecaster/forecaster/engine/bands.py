"""Bands: the distributions around the forecasts of some series, and of their sums, as one task."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Mask
from forecaster.engine.calibration import shape
from forecaster.engine.features.instances import Design
from forecaster.engine.quantiles import LEVELS, rounded
from forecaster.engine.uncertainty import (
    bound,
    conformal,
    distribution,
    doubt,
    error_scale,
    fading,
    paths,
    stretch,
    width,
)
from forecaster.engine.uncertainty.bound import OwnPast
from forecaster.engine.uncertainty.conformal import ConformalTable
from forecaster.engine.uncertainty.error_scale import ErrorScale
from forecaster.engine.uncertainty.paths import Draws
from forecaster.engine.uncertainty.stretch import Stretch
from forecaster.engine.uncertainty.width import Widths


@dataclass(frozen=True)
class Spread:
    """What the distribution around any forecast is made with."""

    scale: ErrorScale
    table: ConformalTable
    stretch: Stretch
    widths: Widths
    deviation: int  # the design's column that tells a series' volatility
    draws: Draws | None  # of the sums; None: no sums are asked for


@dataclass(frozen=True)
class Bands:
    """A task: the bands of n series, H steps ahead."""

    spread: Spread
    mean: Floats  # (n, H), the methods' forecast
    share: Floats  # (n, H), of the learned quantiles
    others: Floats  # (n x H, methods), the plainer methods' forecasts
    design: Design  # of n x H rows, the columns that the size models see
    learned: Floats | None  # (n x H, 11)
    exposure: Floats | None  # (n, H)
    doubt: Floats | None  # (n, H), the variance of its logarithm
    whole: Mask  # (n,) sold by the piece
    past: OwnPast  # (n,)
    own: Doubles  # (n,) ratios of the products' own widths
    left: Floats  # (n,) of the chance to sell, what a long silence leaves of it

    def __call__(self) -> tuple[Floats, Floats, Floats]:
        """Means (n, H) of the distributions, their quantiles (n, H, 11), and those of the sums over 1..h, or
        (n, 0, 11)."""
        found = bound.bounded(self._quantiles().reshape(*self.mean.shape, len(LEVELS)), self.mean, self.past)
        wanted = self.mean
        if self.exposure is not None:
            found, wanted = found * self.exposure[:, :, None], wanted * self.exposure
        if self.doubt is not None:
            found = doubt.widened(found, self.doubt)
        wanted = distribution.met(found, wanted, self.whole)
        alive, wanted = distribution.fitted(found, wanted, self.whole)
        found, means = self._faded(alive, wanted)
        sums = np.zeros((len(found), 0, len(LEVELS)), dtype=np.float32)
        if self.spread.draws is not None:
            drawn = paths.sums(alive, self.spread.draws, whole=self.whole)
            drawn, _ = distribution.fitted(drawn, np.cumsum(wanted, axis=1), self.whole)
            drawn, _ = self._faded(drawn, np.cumsum(wanted, axis=1))
            sums = rounded(distribution.growing(drawn), self.whole)
        return means, rounded(found, self.whole), sums

    def _faded(self, found: Floats, means: Floats) -> tuple[Floats, Floats]:
        """Quantiles and means with what is left of the chance to sell: all periods, or none, are without a sale."""
        if (self.left >= 1).all():
            return found, means
        return distribution.fitted(
            fading.faded(found, self.left), (means * self.left[:, None]).astype(np.float32), self.whole
        )

    def _quantiles(self) -> Floats:
        """(n x H, 11), not yet rounded."""
        made, design, f, horizon = self.spread, self.design, self.mean.reshape(-1), self.mean.shape[1]
        deviation = design.x[:, made.deviation]
        wide = error_scale.spread(f, deviation, design.scale, self.others)
        whole = np.repeat(self.whole, horizon)
        up, down = made.scale.sizes(error_scale.drivers(f, design.x, design.scale, wide, self.others, whole))
        steps = np.tile(np.arange(1, horizon + 1), len(self.mean))
        relative = made.table.of(steps, shape(f, design.scale, whole), whole)
        alone = conformal.conformal(f, wide, up, down, relative)
        learned = np.zeros_like(alone) if self.learned is None else self.learned
        found = stretch.mixed(f, alone, learned, self.share.reshape(-1), made.stretch.of(design.scale))
        varies = width.variability(f, deviation, design.scale)
        return width.read(found, made.widths.of(varies, design.scale, np.repeat(self.own, horizon)))
