"""The network: an LSTM reads a window's past; from its state, and from what is known of each period ahead, one head
tells for every period a mean and the eleven quantiles at once (direct, no recursion).

Guarantee: quantiles never cross and nothing is negative, by how they are made. The weights are plain arrays.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecaster.engine import quantiles
from forecaster.engine.arrays import Floats
from forecaster.engine.methods.recurrent.libraries import libraries
from forecaster.engine.methods.recurrent.windows import Examples
from forecaster.engine.options import Malformed

UNITS, WIDTH = 48, 64  # of the LSTM, and of the layers between it and what is told
_CONTEXT = 12  # numbers that tell each period ahead apart, beside those that all of them share
_EMBEDDED = 6  # numbers that a category is told by, at most
BATCH = 256
ROWS = 1024  # windows that are forecast at once

Weights = list[NDArray[np.float32]]


class Shape(NamedTuple):
    """The sizes of a network's inputs; one network is made for each, and kept."""

    back: int
    past: int
    horizon: int
    ahead: int
    own: int
    categories: tuple[int, ...]

    @classmethod
    def of(cls, batch: Examples, categories: tuple[int, ...]) -> Shape:
        """Those of a batch."""
        (_, back, past), (_, horizon, ahead) = batch.past.shape, batch.ahead.shape
        return cls(back, past, horizon, ahead, batch.own.shape[1], categories)


def work(shape: Shape) -> float:
    """Multiplications that the training on a window takes, about."""
    return 12.0 * shape.back * UNITS * (UNITS + shape.past) + 6.0 * shape.horizon * WIDTH * (2 * WIDTH + shape.ahead)


def network(shape: Shape, seed: int) -> Any:
    """The untrained network, a Keras model."""
    keras = libraries().keras
    layers, seeds = keras.layers, iter(range(seed * 100, seed * 100 + 100))

    def dense(width: int, activation: str | None = None) -> Any:
        started = keras.initializers.GlorotUniform(seed=next(seeds))
        return layers.Dense(width, activation=activation, kernel_initializer=started)

    past, ahead, own = (
        keras.Input(size) for size in ((shape.back, shape.past), (shape.horizon, shape.ahead), (shape.own,))
    )
    codes = [keras.Input((), dtype="int32") for _ in shape.categories]
    state = layers.LSTM(
        UNITS, kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
        recurrent_initializer=keras.initializers.Orthogonal(seed=next(seeds)), seed=seed,
    )(past)  # fmt: skip
    embedded = [
        layers.Embedding(count, min(_EMBEDDED, count),
                         embeddings_initializer=keras.initializers.RandomUniform(seed=next(seeds)))(code)
        for count, code in zip(shape.categories, codes, strict=True)
    ]  # fmt: skip
    context = dense(WIDTH, "relu")(layers.Concatenate()([state, own, *embedded]))
    own_context = layers.Reshape((shape.horizon, _CONTEXT))(dense(shape.horizon * _CONTEXT, "relu")(context))
    each = layers.Concatenate()([layers.RepeatVector(shape.horizon)(context), own_context, ahead])
    each = dense(WIDTH, "relu")(each)
    raw = layers.Dense(len(quantiles.LEVELS) + 1, kernel_initializer="zeros")(each)
    return keras.Model([past, ahead, own, *codes], raw)


def _start() -> Floats:
    """(12,) What the untrained network gives: `told` makes of it, for every series, an exponential distribution around
    its level."""
    values = -np.log1p(-quantiles.AS_ARRAY)
    below, median, above = np.split(values, [quantiles.MEDIAN, quantiles.MEDIAN + 1])
    shares = (below / np.append(below[1:], median))[::-1]
    steps = np.concatenate([[1.0], median, np.diff(above, prepend=median)])
    mean, *others = np.log(np.expm1(steps))
    return np.array([mean, *np.log(shares / (1 - shares)), *others], dtype=np.float32)


_START = _start()


def told(raw: Any) -> tuple[Any, Any]:
    """Mean (…) and quantiles (…, 11), in units of the scale, from what the network gives (…, 12): the mean, from the
    median down the shares of the next higher quantile, the median, and the steps from it up."""
    jax = libraries().jax
    numbers, middle = jax.numpy, quantiles.MEDIAN + 1
    raw = raw + _START
    median = jax.nn.softplus(raw[..., middle : middle + 1])
    below = median * numbers.cumprod(jax.nn.sigmoid(raw[..., 1:middle]), axis=-1)
    above = median + numbers.cumsum(jax.nn.softplus(raw[..., middle + 1 :]), axis=-1)
    levels = numbers.concatenate([below[..., ::-1], median, above], axis=-1)
    return jax.nn.softplus(raw[..., 0]), levels


def inputs(batch: Examples) -> list[Any]:
    """A batch as the network takes it."""
    return [batch.past, batch.ahead, batch.own, *batch.codes.T]


def padded(batch: Examples, rows: int) -> Examples:
    """A batch of so many rows, the last one again and again: for each size a network is compiled anew."""
    short = rows - len(batch.scale)
    return batch if not short else Examples(*(np.concatenate([part, np.repeat(part[-1:], short, 0)]) for part in batch))


@lru_cache(maxsize=8)
def _forward(shape: Shape) -> Any:
    jax, made = libraries().jax, network(shape, 0)

    def forward(trained: Any, rest: Any, given: Any) -> Any:
        raw, _ = made.stateless_call(trained, rest, given)
        return told(raw)

    return made, jax.jit(forward)


def forecast(shape: Shape, weights: Weights, batch: Examples) -> tuple[Floats, Floats]:
    """Mean (B, H) and quantiles (B, H, 11) of windows in units of y. Raises Malformed for weights of another shape."""
    made, forward = _forward(shape)
    sizes = [tuple(one.shape) for one in made.trainable_variables]
    if sizes != [one.shape for one in weights]:
        raise Malformed("the network's weights are not those of a panel with these columns")
    rest = [one.value for one in made.non_trainable_variables]
    size = len(batch.scale)
    mean, levels = (np.asarray(one)[:size] for one in forward(weights, rest, inputs(padded(batch, ROWS))))
    return mean * batch.scale[:, None], levels * batch.scale[:, None, None]
