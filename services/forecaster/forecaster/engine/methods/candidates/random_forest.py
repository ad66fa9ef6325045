"""A random forest a product: what the first attempt at this project did, made fair."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.data.calendar import calendar
from forecaster.engine.data.panel import Panel
from forecaster.engine.methods.base import Candidate


class RandomForest(Candidate):
    """A random forest a product on season, trend and what is known ahead, its leaves chosen on the latest fifth."""

    name = "random forest per product"
    reference = "Breiman 2001, Random forests"
    applies = "best sellers with a long history and plans; it does not extrapolate"
    rank = 4
    seconds = 0.4
    optional = True

    def forecast(self, panel: Panel, series: int, origin: int) -> Floats:
        """See Candidate."""
        from sklearn.ensemble import RandomForestRegressor

        y = panel.y[series]
        past = np.arange(panel.first[series], origin + 1)
        past = past[~np.isnan(y[past])]
        ahead = np.arange(origin + 1, origin + 1 + panel.horizon)
        inputs = _inputs(panel, series, origin)
        leaf = _best_leaf(inputs, y, past)
        model = RandomForestRegressor(60, min_samples_leaf=leaf, random_state=0).fit(inputs[past], y[past])
        return np.asarray(model.predict(inputs[ahead]), dtype=np.float32)


def _best_leaf(inputs: Floats, y: Floats, past: Ints) -> int:
    """The least rows a leaf that err least on the latest fifth."""
    from sklearn.ensemble import RandomForestRegressor

    cut = past[-max(len(past) // 5, 1)]
    early, late = past[past < cut], past[past >= cut]
    best, chosen = np.inf, 3
    for leaf in (1, 3, 6):
        if len(early) < 8:
            break
        trial = RandomForestRegressor(30, min_samples_leaf=leaf, random_state=0).fit(inputs[early], y[early])
        error = float(np.abs(trial.predict(inputs[late]) - y[late]).mean())
        if error < best:
            best, chosen = error, leaf
    return chosen


def _inputs(panel: Panel, series: int, origin: int) -> Floats:
    """Inputs of every period up to origin + horizon: calendar, trend, regressors known ahead, 0 where unknown."""
    size = origin + 1 + panel.horizon
    days = np.column_stack(list(calendar(panel.index, panel.numbers[:size]).values()))
    known = [
        regressor.values[0 if regressor.common else series, :size] for regressor in panel.regressors if regressor.known
    ]
    trend = np.arange(size, dtype=np.float32)
    return np.nan_to_num(np.column_stack([np.nan_to_num(days, nan=99.0), trend, *known])).astype(np.float32)
