"""How large an error is expected to be: small boosted models of |z|, upwards and downwards apart.

z = (y - f) / spread, the spread a plain guess from level and volatility. What is left relative to these sizes is alike
for all instances, which conformal prediction needs. Source: conformal prediction with learned scale (Lei et al. 2018).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import lightgbm as lgb
import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.methods.local.exponential_smoothing import ExponentialSmoothing
from forecaster.engine.methods.local.last_year_with_half_its_growth import LastYearWithHalfItsGrowth
from forecaster.engine.methods.local.moving_average import MovingAverage
from forecaster.engine.methods.local.seasonal_naive import SeasonalNaive
from forecaster.engine.methods.pooled import trees

DOUBT = {  # plainer methods, and how much the distance of a forecast to each of them widens its errors
    ExponentialSmoothing.name: 0.15, MovingAverage.name: 0.0, SeasonalNaive.name: 0.0,
    LastYearWithHalfItsGrowth.name: 0.2,
}  # fmt: skip
_DOUBTS = np.array(list(DOUBT.values()), dtype=np.float32)
FEWEST, FEWEST_A_BLOCK, FEWEST_A_SIDE = 400, 150, 50  # errors, below which no sizes are learned
_PARAMS = {
    "objective": "regression", "verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True,
    "num_leaves": 15, "min_data_in_leaf": 60, "learning_rate": 0.08, "feature_fraction": 0.8, "max_bin": 63, "seed": 1,
}  # fmt: skip
_ROUNDS = 60


def plainer(local: dict[str, Floats]) -> Floats:
    """(rows, methods) of the local forecasts (n, H) or (rows,) that a forecast is compared with."""
    return np.nan_to_num(np.stack([local[name].reshape(-1) for name in DOUBT], axis=1))


def spread(f: Floats, deviation: Floats, scale: Floats, others: Floats) -> Floats:
    """The size of error (rows,) that level, volatility and the way from plainer methods suggest, in units of y.
    `deviation`: recent standard deviation in units of `scale`; `others` (rows, methods): see `plainer`."""
    sd = np.nan_to_num(deviation, nan=1.0) * scale
    usual = np.maximum(0.5 * sd + 0.15 * f, 0.05 * f + 0.02 * scale)
    found: Floats = (usual + np.abs(f[:, None] - others) @ _DOUBTS).astype(np.float32)
    return found


def drivers(f: Floats, chosen: Floats, scale: Floats, wide: Floats, others: Floats, whole: Mask) -> Floats:
    """What the size models see: chosen features, the forecast against the series' size, whether the product is sold by
    the piece, and how far plainer methods stand from the forecast: where methods disagree, all of them err more."""
    relative = (f / scale)[:, None].astype(np.float32)
    away = (f[:, None] - others) / wide[:, None]
    return np.concatenate([chosen, relative, np.log(f + 1e-3)[:, None], whole[:, None], away], axis=1, dtype=np.float32)


@dataclass(frozen=True)
class SizeModel:
    """Boosters of the logarithm of an error's size: of all errors, of those upwards, of those downwards."""

    both: lgb.Booster
    up: lgb.Booster
    down: lgb.Booster

    def boosters(self) -> dict[str, lgb.Booster]:
        """By name."""
        return {"all": self.both, "up": self.up, "down": self.down}


@dataclass
class ErrorScale:
    """Predicts how large an error is, up and down; a model a block of origins. Without any, every size is 1."""

    models: list[SizeModel]
    _forests: list[dict[str, trees.Forest | None]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._forests = [
            {name: trees.forest(booster) for name, booster in model.boosters().items()} for model in self.models
        ]

    def sizes(self, x: Floats, block: int | None = None) -> tuple[Floats, Floats]:
        """Expected size of an error upwards and downwards (rows,); by one block's model, or by the mean of all."""
        if not self.models:
            return np.ones(len(x), dtype=np.float32), np.ones(len(x), dtype=np.float32)
        used = range(len(self.models)) if block is None else [block]
        both, up, down = np.mean([self._logs(number, x) for number in used], axis=0)
        return np.exp((both + up) / 2).astype(np.float32), np.exp((both + down) / 2).astype(np.float32)

    def _logs(self, number: int, x: Floats) -> list[Doubles]:
        forests = self._forests[number]
        return [trees.predict(one, forests[name], x) for name, one in self.models[number].boosters().items()]


def fit(x: Floats, z: Floats, origins: Ints) -> tuple[ErrorScale, Floats, Floats]:
    """Models of two blocks of origins, and the sizes of errors up and down that the other block expects."""
    middle = np.median(origins)
    late = origins > middle
    up, down = np.ones_like(z), np.ones_like(z)
    if len(z) < FEWEST or late.sum() < FEWEST_A_BLOCK or (~late).sum() < FEWEST_A_BLOCK:
        return ErrorScale([]), up, down
    target = np.log(np.abs(z) + 0.05)
    scale = ErrorScale([_model(x[~late], target[~late], z[~late]), _model(x[late], target[late], z[late])])
    for block, part in ((0, late), (1, ~late)):
        up[part], down[part] = scale.sizes(x[part], block)
    return scale, up, down


def _model(x: Floats, target: Floats, z: Floats) -> SizeModel:
    every = np.ones(len(z), dtype=bool)
    found = []
    for side in (every, z > 0, z <= 0):
        chosen = side if side.sum() >= FEWEST_A_SIDE else every
        data = lgb.Dataset(x[chosen], target[chosen], params=_PARAMS)
        found.append(lgb.train(_PARAMS, data, _ROUNDS))
    return SizeModel(*found)
