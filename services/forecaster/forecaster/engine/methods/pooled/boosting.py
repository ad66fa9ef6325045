"""The pooled model: one gradient-boosted model for all series, direct over the horizon, averaged over three losses.

Labels are y / scale, so that series of every size teach each other. Each loss is trained several times, on other
instances and with another seed, and the mean is taken (Breiman 1996): with few series, what one seed says is 5 % luck.
Each booster runs on one thread: two busy cores make OpenMP slower, not faster.

Reference: Montero-Manso and Hyndman 2021, Principles and algorithms for forecasting groups of time series; LightGBM (Ke
et al. 2017). Applies to every series that has sold. Costs two microseconds a forecast, and the training.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import lightgbm as lgb
import numpy as np

from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Design, Instances
from forecaster.engine.methods.pooled import anchor, trees
from forecaster.engine.methods.pooled.losses import LOSSES, LossForecasts
from forecaster.engine.methods.pooled.sampling import origins, sample
from forecaster.engine.options import Options

NAME = "pooled gradient boosting"
FEWEST = 60  # instances, below which nothing can be learned
Tick = Callable[[], None]


@dataclass
class PooledModel:
    """Trained boosters, in the order of LOSSES, and so again for each bag; and likewise the anchored ones, if any."""

    boosters: list[lgb.Booster]
    anchored: list[lgb.Booster] = field(default_factory=list)
    _forests: list[trees.Forest | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._forests = [trees.forest(booster) for booster in [*self.boosters, *self.anchored]]

    def predict(self, features: Features, design: Design) -> LossForecasts:
        """Demand of a design's rows, in the units of y, never negative."""
        plain, losses = len(self.boosters), len(LOSSES)
        out = np.zeros((losses + bool(self.anchored), len(design.x)), dtype=np.float32)
        start = anchor.start(features, design) if self.anchored else np.float32(0)
        for number, booster in enumerate([*self.boosters, *self.anchored]):
            found = trees.predict(booster, self._forests[number], design.x)
            if number < plain:
                out[number % losses] += losses / plain * np.maximum(found, 0) * design.scale
            else:
                out[losses] += np.maximum(found + start, 0) * design.scale / len(self.anchored)
        return LossForecasts(out)


def bags(features: Features, last: int, options: Options) -> int:
    """How often each loss is trained: the fewer instances there are, the more often, for the same work."""
    rows = min(int(origins(features, last).sum()) * features.horizon, options.rows)
    return int(np.clip(options.work // max(rows, 1), 1, options.bags))


def count(features: Features, last: int, options: Options) -> int:
    """How many boosters `train` makes of a history up to column `last`, when it has the instances."""
    return len(LOSSES) * bags(features, last, options) * (1 + anchor.applies(features, last))


def train(features: Features, last: int, options: Options, seed: int, tick: Tick) -> PooledModel | None:
    """Boosters trained on targets up to column `last`; None when there are too few instances to learn from."""
    plain: list[lgb.Booster] = []
    anchored: list[lgb.Booster] = []
    for bag in range(bags(features, last, options)):
        instances = sample(features, last, options.rows, np.random.default_rng(seed + bag))
        if len(instances) < FEWEST:
            return None
        plain += _bag(features, instances, options, seed + bag, tick)
        if anchor.applies(features, last):
            year = features.frequency.long_season
            instances = sample(features, last, options.rows, np.random.default_rng(seed + bag), year)
            if len(instances) >= FEWEST:
                anchored += _bag(features, instances, options, seed + bag, tick, anchored=True)
    return PooledModel(plain, anchored)


def parameters(options: Options, rows: int, seed: int) -> dict[str, Any]:
    """LightGBM's parameters of a booster trained on so many instances."""
    return {
        "verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True, "seed": seed, "max_bin": 63,
        "learning_rate": options.learning_rate, "num_leaves": options.leaves,
        "min_data_in_leaf": int(np.clip(rows / 400, 5, 40)), "feature_fraction": 0.6, "bagging_fraction": 0.8,
        "bagging_freq": 1, "cat_smooth": 30, "max_cat_to_onehot": 8, "min_data_per_group": 50,
    }  # fmt: skip


def _bag(
    features: Features, instances: Instances, options: Options, seed: int, tick: Tick, *, anchored: bool = False
) -> list[lgb.Booster]:
    """A booster for each of LOSSES."""
    usual = parameters(options, len(instances), seed)
    design, data = dataset(features, instances, usual, anchored=anchored)
    found = []
    for loss in LOSSES:
        data.set_weight(loss.weights(design))
        found.append(boosted(loss.parameters(usual), data, options.rounds, tick))
    return found


def dataset(
    features: Features, instances: Instances, given: dict[str, Any], *, anchored: bool
) -> tuple[Design, lgb.Dataset]:  # fmt: skip
    """Instances as LightGBM bins them, for several boosters: their labels, and where `anchored` boosters start."""
    design = features.design(instances)
    label = np.clip(features.inputs.sales[instances.series, instances.targets] / design.scale, -2, anchor.MOST)
    data = lgb.Dataset(
        design.x, label, params=given, categorical_feature=features.categorical or "auto", free_raw_data=False,
        init_score=anchor.start(features, design) if anchored else None,
    )  # fmt: skip
    data.construct()
    return design, data


def boosted(given: dict[str, Any], data: lgb.Dataset, rounds: int, tick: Tick) -> lgb.Booster:
    """One booster; `tick` is called after each round."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return lgb.train(given, data, rounds, callbacks=[lambda _: tick()])
