"""The forecast engine: data frames in, forecasts out. No Kafka, no SQL, no HTTP.

`forecast` reads long frames (unique_id, ds, y and regressors) and returns mean, eleven quantiles and quantiles of
sums for every series. See docs/accuracy.md for what it does and how well, docs/adr/0022 for its rooms.
"""

from forecaster.engine.explain import Explanation, explain
from forecaster.engine.fitted import Fitted
from forecaster.engine.forecasts import Forecasts
from forecaster.engine.options import Cancelled, Malformed, Options
from forecaster.engine.persist import load, save
from forecaster.engine.progress import Progress
from forecaster.engine.quantiles import LEVELS
from forecaster.engine.run import forecast, update
from forecaster.engine.scenario import conditions, kinds, prices, scenario
from forecaster.engine.similar import similar
from forecaster.engine.working import Working

__all__ = ["LEVELS", "Cancelled", "Explanation", "Fitted", "Forecasts", "Malformed", "Options", "Progress", "Working",
           "conditions", "explain", "forecast", "kinds", "load", "prices", "save", "scenario", "similar",
           "update"]  # fmt: skip
