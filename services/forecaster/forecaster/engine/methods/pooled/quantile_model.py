"""Quantiles learned directly: gradient boosting of the pinball loss at seven levels, for all series at once.

Conformal bands move with the forecast and have a few shapes; these see from the features when demand is lopsided. By
themselves they are too narrow, so they are a part of the bands, as large as the pooled model's part of the forecast.
Source: quantile regression (Koenker and Bassett 1978); averages of quantiles (Vincent 1912) are sharper than each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import lightgbm as lgb
import numpy as np
from scipy.stats import norm

from forecaster.engine import quantiles
from forecaster.engine.arrays import Floats
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Design
from forecaster.engine.methods.pooled import anchor, boosting, trees
from forecaster.engine.methods.pooled.losses import by_volume, smaller_trees
from forecaster.engine.methods.pooled.sampling import sample
from forecaster.engine.options import Options

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
LEAST = 400  # training rows, below which no tail can be learned
MOST = 0.6  # share of the bands where the forecast is the pooled model's alone
_FEW = 20.0  # so many series halve the share


@dataclass
class QuantileModel:
    """Boosters in the order of LEVELS, those of the plain model and then, if any, those of the anchored one."""

    boosters: list[lgb.Booster]
    series: int  # that taught it
    _forests: list[trees.Forest | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._forests = [trees.forest(booster) for booster in self.boosters]

    @property
    def share(self) -> float:
        """Its part of the bands where the forecast is the pooled model's alone."""
        return MOST * self.series / (self.series + _FEW)

    def predict(self, features: Features, design: Design) -> Floats:
        """The eleven quantiles (rows, 11) of a design's rows in the units of y, never negative, never crossing."""
        count = len(LEVELS)
        kinds = len(self.boosters) // count
        told = np.zeros((len(design.x), count), dtype=np.float32)
        start = anchor.start(features, design) if kinds > 1 else np.float32(0)
        for number, booster in enumerate(self.boosters):
            own = trees.predict(booster, self._forests[number], design.x)
            if number >= count:
                own = own + start
            told[:, number % count] += np.maximum(own, 0) * design.scale / kinds
        told.sort(axis=1)
        found: Floats = np.maximum(told @ _BETWEEN, 0)
        found.sort(axis=1)
        return found


def _between() -> Floats:
    """(7, 11): each of the eleven levels from the two nearest of the seven, linear in the normal score."""
    own, wanted = norm.ppf(LEVELS), norm.ppf(quantiles.LEVELS)
    left = np.clip(np.searchsorted(own, wanted, side="right") - 1, 0, len(own) - 2)
    part = (wanted - own[left]) / (own[left + 1] - own[left])
    found = np.zeros((len(own), len(wanted)), dtype=np.float32)
    found[left, np.arange(len(wanted))] = 1 - part
    found[left + 1, np.arange(len(wanted))] += part.astype(np.float32)
    return found


_BETWEEN = _between()


def count(features: Features, last: int) -> int:
    """How many boosters `train` makes of a history up to column `last`, when it has the rows."""
    return len(LEVELS) * (1 + anchor.applies(features, last))


def train(
    features: Features, last: int, options: Options, seed: int, tick: Callable[[], None]
) -> QuantileModel | None:  # fmt: skip
    """Boosters trained on targets up to column `last`; None when there are too few rows to learn from."""
    boosters: list[lgb.Booster] = []
    ages = (0, features.frequency.long_season) if anchor.applies(features, last) else (0,)
    for age in ages:
        instances = sample(features, last, options.rows, np.random.default_rng(seed + 1000), age)
        if len(instances) < LEAST:
            break
        own = boosting.parameters(options, len(instances), seed)
        own |= smaller_trees(own, leaves=0.5, rows=4)
        design, data = boosting.dataset(features, instances, own, anchored=age > 0)
        data.set_weight(by_volume(design))
        for level in LEVELS:
            loss = {"objective": "quantile", "alpha": level}
            boosters.append(boosting.boosted({**own, **loss}, data, options.rounds, tick))
    return QuantileModel(boosters, int((features.inputs.first < last).sum())) if boosters else None
