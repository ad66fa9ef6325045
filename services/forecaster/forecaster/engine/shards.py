"""Shards: the forecasts of some series, by every method, as one task. The backtest and a forecast are made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Design, Instances
from forecaster.engine.methods import registry
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.pooled.boosting import PooledModel
from forecaster.engine.methods.pooled.losses import LossForecasts
from forecaster.engine.methods.pooled.quantile_model import QuantileModel
from forecaster.engine.parallel import Workers

ROWS = 60_000  # instances of a shard, at most: their design matrix is what takes memory
_MULTIPLE = 16  # pairs of a shard, so that products of matrices add up alike wherever a shard begins


@dataclass(frozen=True)
class Question:
    """What is asked of every shard: which models, and which rows and columns of the design matrix are given back."""

    pooled: PooledModel | None
    quantiles: QuantileModel | None
    rows: Mask | None = None  # of all instances; None: all of them
    columns: Ints | None = None  # None: all of them


@dataclass
class Answer:
    """Forecasts of P pairs (series, origin), H steps ahead, and the design of the rows and columns asked for."""

    local: dict[str, Floats]  # (P, H) by name of the local method or combination
    pooled: LossForecasts | None  # (losses, P, H)
    learned: Floats | None  # (rows, 11), the quantile model's
    design: Design

    @classmethod
    def joined(cls, parts: Sequence[Answer]) -> Answer:
        """The answers of shards, one after the other."""
        first = parts[0]
        if len(parts) == 1:
            return first
        return cls(
            {name: np.concatenate([part.local[name] for part in parts]) for name in first.local},
            None if first.pooled is None else LossForecasts(
                np.concatenate([part.pooled.values for part in parts if part.pooled is not None], axis=1)
            ),
            None if first.learned is None else np.concatenate(
                [part.learned for part in parts if part.learned is not None]
            ),
            Design(
                np.concatenate([part.design.x for part in parts]),
                np.concatenate([part.design.scale for part in parts]),
                np.concatenate([part.design.squared_step for part in parts]),
            ),
        )  # fmt: skip


@dataclass(frozen=True)
class Shard:
    """A task: some pairs (series, origin), and the question."""

    features: Features
    series: Ints
    origins: Ints
    question: Question

    def __call__(self) -> Answer:
        """Forecast them."""
        features, asked = self.features, self.question
        inputs, horizon = features.inputs, features.horizon
        histories = Histories.of(
            inputs.sales, inputs.first, self.series, self.origins, features.frequency, horizon
        )  # fmt: skip
        local = registry.forecast_all(histories)
        instances = Instances.ahead(self.series, self.origins, horizon)
        design = features.design(instances)
        pooled = None
        if asked.pooled is not None:
            pooled = LossForecasts(
                asked.pooled.predict(features, design).values.reshape(-1, len(self.series), horizon)
            )  # fmt: skip
        learned = None if asked.quantiles is None else asked.quantiles.predict(features, design)
        if asked.rows is not None:  # made again, not picked: a series' scale is exact in the first row of each pair
            design = features.design(instances.part(asked.rows))
            learned = None if learned is None else learned[asked.rows]
        if asked.columns is not None:
            design = Design(design.x[:, asked.columns], design.scale, design.squared_step)
        return Answer(local, pooled, learned, design)


def ask(
    features: Features, series: Ints, origins: Ints, question: Question, workers: Workers,
    done: Callable[[int, int], None] | None = None,
) -> Answer:  # fmt: skip
    """Forecasts of pairs (series, origin), shard by shard. `done` is told how many shards are, and of how many."""
    return Answer.joined(workers.run(_shards(features, series, origins, question, workers.remote), done))


def slices(pairs: int, horizon: int) -> list[slice]:
    """The shards of so many pairs with a horizon: always the same, wherever they are computed."""
    size = max(ROWS // horizon // _MULTIPLE, 1) * _MULTIPLE
    return [slice(begin, min(begin + size, pairs)) for begin in range(0, max(pairs, 1), size)]


def _shards(features: Features, series: Ints, origins: Ints, question: Question, alone: bool) -> list[Shard]:
    """`alone`: each holds the features of its own series only, for it leaves this process."""
    found = []
    for part in slices(len(series), features.horizon):
        rows = slice(part.start * features.horizon, part.stop * features.horizon)
        own = question if question.rows is None else replace(question, rows=question.rows[rows])
        if alone:
            present, numbers = np.unique(series[part], return_inverse=True)
            found.append(Shard(features.only(present), numbers, origins[part], own))
        else:
            found.append(Shard(features, series[part], origins[part], own))
    return found
