"""A pooled LSTM: one network for all series, with what is known ahead, that tells quantiles directly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from forecaster.engine.arrays import Ints
from forecaster.engine.features.builder import Features
from forecaster.engine.methods.base import MeanAndQuantiles, Network, Trained
from forecaster.engine.methods.recurrent import libraries, model, training
from forecaster.engine.methods.recurrent.windows import WindowReader, learned_norms

_LAYER = "layer_"  # before the number of each array of weights; all others are norms


class LSTM(Network):
    """An LSTM encoder, and a head that tells a mean and eleven quantiles of every period ahead."""

    name = "LSTM"
    reference = "Hochreiter and Schmidhuber 1997; Wen et al. 2017, A multi-horizon quantile recurrent forecaster"
    applies = "panels of many series; most of all intermittent counts"
    rank = 1
    needs = "keras and jax"
    requirements = "requirements/lstm.txt"

    def available(self) -> bool:
        """See Method."""
        return libraries.installed()

    def steps(self, features: Features, last: int, seconds: float) -> int:
        """See Network."""
        shape = training.shape_of(WindowReader(features, learned_norms(features, last)))
        return training.Effort.of(features, last, shape, seconds).steps

    def train(
        self, features: Features, last: int, seconds: float, seed: int, step: Callable[[], None]
    ) -> Trained | None:
        """See Network."""
        norms = learned_norms(features, last)
        weights = training.train(features, last, norms, seconds, seed, step)
        if weights is None:
            return None
        return {**norms, **{f"{_LAYER}{number:02d}": one for number, one in enumerate(weights)}}

    def forecast(self, trained: Trained, features: Features, series: Ints, origins: Ints) -> MeanAndQuantiles:
        """See Network."""
        windows = WindowReader(features, {name: one for name, one in trained.items() if not name.startswith(_LAYER)})
        weights = [trained[name] for name in sorted(trained) if name.startswith(_LAYER)]
        shape = training.shape_of(windows)
        parts = []
        for begin in range(0, max(len(series), 1), model.ROWS):
            part = slice(begin, begin + model.ROWS)
            parts.append(model.forecast(shape, weights, windows.batch(series[part], origins[part])))
        return MeanAndQuantiles(*(np.concatenate(told) for told in zip(*parts, strict=True)))
