"""The means that a fitted engine's blend of methods makes of what its shards answer.

Guarantee: the same series, features and models give the same means, whoever asks: a forecast, or one of changed plans.
"""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.fitted import Fitted
from forecaster.engine.shards import Answer
from forecaster.engine.uncertainty import width


def means(fitted: Fitted, segment: Ints, told: Answer, total: float) -> Floats:
    """(n, H): the ensemble's blend, drawn to the own level; `total`: what all series' totals multiply forecasts by. The
    answer's design has the columns `fitted.chosen`."""
    model = None
    if told.pooled is not None:
        model = told.pooled.mixed(fitted.ensemble.mix, fitted.ensemble.anchored)
        if total != 1:
            model *= total
    found = np.maximum(fitted.ensemble.mixed(model, told.local, segment), 0)
    f, deviation = found.reshape(-1), told.design.x[:, column_of_deviation(fitted)]
    drawn = fitted.levels.drawn(f, told.local, width.variability(f, deviation, told.design.scale))
    return np.maximum(drawn.reshape(found.shape), 0)


def column_of_deviation(fitted: Fitted) -> int:
    """The column, of those that the bands see, that tells a series' volatility."""
    return int(np.flatnonzero(fitted.chosen == fitted.deviation)[0])
