"""Prophet, where it is installed."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Floats
from forecaster.engine.data.panel import Panel
from forecaster.engine.methods.base import Candidate


class Prophet(Candidate):
    """Prophet without regressors, its uncertainty left out."""

    name = "Prophet"
    reference = "Taylor and Letham 2018, Forecasting at scale"
    applies = "best sellers with years of history, strong seasons and few zeros"
    rank = 5
    seconds = 0.3
    optional = True
    needs = "prophet"
    requirements = "requirements/bench.txt"

    def available(self) -> bool:
        """See Candidate."""
        return find_spec("prophet") is not None

    def forecast(self, panel: Panel, series: int, origin: int) -> Floats:
        """See Candidate."""
        import logging

        from prophet import Prophet as Model

        logging.getLogger("cmdstanpy").disabled = True
        labels = panel.index.labels(panel.numbers)
        begin = int(panel.first[series])
        model = Model(uncertainty_samples=0)
        model.fit(pd.DataFrame({"ds": labels[begin : origin + 1], "y": panel.y[series, begin : origin + 1]}))
        told = model.predict(pd.DataFrame({"ds": labels[origin + 1 : origin + 1 + panel.horizon]}))
        return np.asarray(told["yhat"], dtype=np.float32)
