"""The backtest: one pooled model, trained on targets up to an early origin, is rolled without refit through all
origins after it, together with every local method. Many honest origins for the price of one fit."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.data.segments import segments
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Design, Instances
from forecaster.engine.methods.base import MeanAndQuantiles
from forecaster.engine.methods.pooled import totals
from forecaster.engine.methods.pooled.boosting import PooledModel
from forecaster.engine.methods.pooled.losses import LossForecasts
from forecaster.engine.methods.pooled.quantile_model import QuantileModel
from forecaster.engine.parallel import Workers
from forecaster.engine.shards import Question, ask

MOST_ROWS = 120_000  # instances of a backtest, about


@dataclass
class Backtest:
    """Instances (series, origin, step) with what happened and what each method had said; (rows,) unless told."""

    instances: Instances
    y: Floats
    design: Design
    pooled: LossForecasts | None  # (losses, rows)
    learned: Floats | None  # (rows, 11), the quantile model's, if there is one
    local: dict[str, Floats]  # by name
    segment: Ints
    origins: Ints  # the origins used
    networks: dict[str, MeanAndQuantiles] = field(default_factory=dict)  # (rows,) and (rows, 11) by name
    failed: dict[str, str] = field(default_factory=dict)  # why a network says nothing, by name

    def unseen(self, size: int) -> float:
        """The share of a history of `size` periods that the backtest's pooled model had not learned from."""
        return (size - 1 - int(self.origins.min())) / size


def origins_back(features: Features) -> int:
    """How many periods before the cutoff the backtest begins: up to the frequency's, at most a third of history."""
    return max(0, min(features.frequency.backtest_origins, (features.last + 1) // 3))


def roll(
    features: Features, model: PooledModel | None, quantiles: QuantileModel | None, back: int, most_series: int,
    seed: int, workers: Workers,
) -> Backtest:  # fmt: skip
    """Forecasts of a sample of series at the origins from `back` periods before the last column on."""
    sales, first, last, horizon = features.inputs.sales, features.inputs.first, features.last, features.horizon
    series, origins, used_origins = _pairs(first, last, back, horizon, most_series, seed)
    every = Instances.ahead(series, origins, horizon)
    inside = every.targets <= last
    actual = np.full(len(every), np.nan, dtype=np.float32)
    actual[inside] = sales[every.series[inside], every.targets[inside]]
    known = ~np.isnan(actual)
    question = Question(model, quantiles if model is not None else None, rows=known)
    told = ask(features, series, origins, question, workers)
    pooled = None
    if told.pooled is not None:
        if totals.applies(features):
            _align(features, told.pooled, series, origins)
        values = told.pooled.values
        pooled = LossForecasts(values.reshape(len(values), -1)[:, known])
    segment = segments(sales, first, series, origins, features.frequency.level_window)
    return Backtest(
        every.part(known), actual[known], told.design, pooled, told.learned,
        {name: f.reshape(-1)[known] for name, f in told.local.items()}, np.repeat(segment, horizon)[known],
        used_origins,
    )  # fmt: skip


def _pairs(
    first: Ints, last: int, back: int, horizon: int, most_series: int, seed: int
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    """Series and origins of the pairs, by series, and the origins."""
    rng = np.random.default_rng(seed + 1)
    alive = np.flatnonzero(first <= last - min(back, 3))
    if len(alive) > most_series:
        alive = np.sort(rng.choice(alive, most_series, replace=False))
    origins = _thinned(np.arange(last - back, last), horizon, len(alive))
    series, at = np.repeat(alive, len(origins)), np.tile(origins, len(alive))
    kept = first[series] + 1 <= at
    return series[kept], at[kept], origins


def _thinned(origins: Ints, horizon: int, series: int) -> Ints:
    """As many of the origins, evenly spread, as MOST_ROWS allow."""
    most = max(MOST_ROWS // max(series * horizon, 1), 4)
    if len(origins) > most:
        origins = origins[np.unique(np.linspace(0, len(origins) - 1, most).round().astype(int))]
    return origins


def _align(features: Features, pooled: LossForecasts, series: Ints, origins: Ints) -> None:
    """Move each origin's total half-way to the recent level of all sales, see totals.py."""
    for origin in np.unique(origins).tolist():
        at = origins == origin
        pooled.values[:, at] *= totals.factor(features, series[at], origin, pooled.values[:, at].mean(axis=0))
