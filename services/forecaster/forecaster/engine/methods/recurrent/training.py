"""Training the network: windows of all series, the pinball loss of eleven levels and squared errors of the mean.

Guarantee: how long it trains is counted from sizes and nominal seconds, never measured, and it ends with a whole pass;
the same seed gives the same weights to the last bit on one machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from forecaster.engine import quantiles
from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.features.builder import Features
from forecaster.engine.methods.pooled.sampling import YOUNGEST, origins
from forecaster.engine.methods.recurrent import model
from forecaster.engine.methods.recurrent.libraries import libraries
from forecaster.engine.methods.recurrent.model import BATCH, Shape, Weights
from forecaster.engine.methods.recurrent.windows import Examples, Norms, WindowReader

FEWEST = 1000  # windows, below which a network learns nothing
_SPEED = 2e10  # multiplications a nominal second
_MOST_PASSES = 20
_RATE = 6e-3  # learning rate, that falls to nothing along half a cosine
_MEAN = 0.5  # of the squared error beside the pinball loss
_STEEPEST = 20.0  # norm of a slope: rare, so that large sales count and the mean is not too low


@dataclass(frozen=True)
class Effort:
    """What a training goes through: so many windows in a pass, and so many passes."""

    windows: int
    passes: int

    @classmethod
    def of(cls, features: Features, last: int, shape: Shape, seconds: float) -> Effort:
        """As many as nominal seconds allow; none when that, or the history, is too little."""
        there = int(origins(features, last).sum())
        affordable = int(seconds * _SPEED / model.work(shape))
        windows = min(there, affordable) // BATCH * BATCH
        if windows < FEWEST:
            return cls(0, 0)
        return cls(windows, min(affordable // windows, _MOST_PASSES))

    @property
    def steps(self) -> int:
        """Batches in all."""
        return self.windows // BATCH * self.passes


def train(
    features: Features, last: int, norms: Norms, seconds: float, seed: int, step: Callable[[], None]
) -> Weights | None:
    """The weights of a network trained on targets up to column `last`; None when there is too little to learn from.
    `step` is called after each batch, and may raise."""
    windows = WindowReader(features, norms)
    shape = shape_of(windows)
    effort = Effort.of(features, last, shape, seconds)
    if not effort.steps:
        return None
    rng = np.random.default_rng(seed + 17)
    learner = _Learner(shape, effort.steps, seed)
    for _ in range(effort.passes):
        series, at = _drawn(features, last, effort.windows, rng)
        for begin in range(0, effort.windows, BATCH):
            part = slice(begin, begin + BATCH)
            batch = windows.batch(series[part], at[part])
            learner.learn(batch, windows.labels(series[part], at[part], batch.scale, last))
            step()
    return [np.asarray(one, dtype=np.float32) for one in learner.weights]


def shape_of(windows: WindowReader) -> Shape:
    """Of the network for these windows."""
    none = np.zeros(1, dtype=np.int64)
    return Shape.of(windows.batch(none, none), windows.categories)


def _drawn(features: Features, last: int, count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Series and origins of so many of the windows, no window twice where there are enough."""
    width = origins(features, last)
    place = rng.choice(int(width.sum()), count, replace=False)
    ends = np.cumsum(width)
    series = np.searchsorted(ends, place, side="right")
    return series, features.inputs.first[series] + YOUNGEST + place - (ends - width)[series]


class _Learner:
    """Weights that get better with every batch."""

    def __init__(self, shape: Shape, steps: int, seed: int) -> None:
        self.weights: list[Any] = [one.value for one in model.network(shape, seed).trainable_variables]
        self._learned, self._state, self._rate = _compiled(shape)
        self._steps, self._done = steps, 0

    def learn(self, batch: Examples, label: Floats) -> None:
        """From one batch."""
        weight = np.sqrt(batch.scale)
        state = list(self._state)
        state[self._rate] = np.float32(_RATE * (1 + np.cos(np.pi * self._done / self._steps)) / 2)
        self.weights, self._state = self._learned(
            self.weights, state, model.inputs(batch), label, weight / weight.mean()
        )
        self._done += 1


@lru_cache(maxsize=8)
def _compiled(shape: Shape) -> tuple[Any, list[Any], int]:
    """What makes weights and a state of Adam those after a batch; the first state; the rate's place in it."""
    keras, jax = libraries()
    made = model.network(shape, 0)
    optimizer = keras.optimizers.Adam(_RATE, global_clipnorm=_STEEPEST)
    optimizer.build(made.trainable_variables)
    rest = [one.value for one in made.non_trainable_variables]

    def loss(weights: Any, given: Any, label: Any, weight: Any) -> Any:
        raw, _ = made.stateless_call(weights, rest, given)
        return _loss(jax.numpy, model.told(raw), label, weight)

    def learned(weights: Any, state: Any, given: Any, label: Any, weight: Any) -> Any:
        slope = jax.grad(loss)(weights, given, label, weight)
        return optimizer.stateless_apply(state, slope, weights)

    rate = [one.name for one in optimizer.variables].index("learning_rate")
    return jax.jit(learned), [one.value for one in optimizer.variables], rate


def _loss(numbers: Any, told: tuple[Any, Any], label: Any, weight: Any) -> Any:
    """Of labels (B, H) that are known."""
    mean, levels = told
    known = ~numbers.isnan(label)
    label = numbers.where(known, label, 0)
    error = label[..., None] - levels
    pinball = numbers.maximum(quantiles.AS_ARRAY * error, (quantiles.AS_ARRAY - 1) * error).mean(axis=-1)
    each = (2 * pinball + _MEAN * (label - mean) ** 2) * weight[:, None]
    return numbers.where(known, each, 0).sum() / numbers.maximum(known.sum(), 1)
