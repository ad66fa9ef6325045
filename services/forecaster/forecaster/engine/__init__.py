"""The forecast engine: data frames in, forecasts out. No Kafka, no SQL, no HTTP.

`forecast` reads long frames (unique_id, ds, y and regressors) and returns mean, eleven quantiles and quantiles of
sums for every series. See docs/accuracy.md for what it does and how well.
"""

from forecaster.engine.persist import load, save
from forecaster.engine.run import forecast, update
from forecaster.engine.types import QUANTILES, Cancelled, Forecasts, Malformed, Options, Progress

__all__ = ["QUANTILES", "Cancelled", "Forecasts", "Malformed", "Options", "Progress", "forecast", "load",
           "save", "update"]  # fmt: skip
