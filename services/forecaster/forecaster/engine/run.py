"""One forecast from input to output, for one or several cutoffs."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd

from forecaster.engine import model
from forecaster.engine.features import Features
from forecaster.engine.fitted import Fitted
from forecaster.engine.panel import Source
from forecaster.engine.report import versions
from forecaster.engine.types import Clock, Forecasts, Malformed, Options, Report, Stop

_PLAN = (
    ("reading", 2.0),
    ("training", 20.0),
    ("calibrating", 3.0),
    ("forecasting", 5.0),
    ("quantiles", 3.0),
    ("sums over periods", 4.0),
)  # stages and their usual share of the time


def forecast(
    history: pd.DataFrame, *, freq: str, horizon: int, future: pd.DataFrame | None = None,
    static: pd.DataFrame | None = None, cutoffs: Sequence[Any] | None = None, seed: int = 0,
    options: Options | None = None, progress: Report | None = None, cancelled: Stop | None = None,
) -> Forecasts:  # fmt: skip
    """Forecast every series seen by each cutoff, `horizon` periods ahead.

    history: unique_id, ds, y and any regressors, one row a series and period; a missing row after a series' first is
    zero, a null y is unknown. future: unique_id, ds and the columns known ahead. static: unique_id and categories.
    freq: a pandas offset alias. cutoffs: last period seen, by default the last in the history.
    Raises Malformed, Cancelled.
    """
    if not isinstance(horizon, int) or not 1 <= horizon <= 1000:
        raise Malformed(f"horizon: {horizon!r} is not a whole number from 1 to 1000")
    began = monotonic()
    clock = Clock(progress, cancelled, _PLAN)
    clock("reading")
    source = Source(history, freq, future, static)
    ends = [source.last()] if not cutoffs else sorted({source.cutoff(label) for label in cutoffs})
    effort = options or Options()
    parts = []
    clock.rounds = len(ends)
    for clock.round, end in enumerate(ends):
        panel = source.panel(end, horizon)
        features = Features(panel)
        fitted = model.fit(features, effort, seed, clock)
        parts.append(model.predict(fitted, features, effort, clock))
    found = _joined(parts)
    found.report["versions"] = versions()
    found.report.setdefault("seconds", {})["total"] = monotonic() - began
    return found


def update(
    fitted: Fitted, history: pd.DataFrame, *, freq: str, horizon: int, future: pd.DataFrame | None = None,
    static: pd.DataFrame | None = None, options: Options | None = None, progress: Report | None = None,
    cancelled: Stop | None = None,
) -> Forecasts:  # fmt: skip
    """Forecast from the end of `history` with models fitted earlier: seconds instead of a retrain.

    Arguments as in `forecast`. Raises Malformed when the columns, frequency or horizon are not those of the fit.
    """
    began = monotonic()
    clock = Clock(progress, cancelled, _PLAN)
    clock("reading")
    source = Source(history, freq, future, static)
    panel = source.panel(source.last(), horizon)
    panel.align(fitted.kinds)
    features = Features(panel)
    if features.names != fitted.names or horizon != len(fitted.correlation):
        raise Malformed("update: the history's columns, frequency or horizon differ from those that were trained on")
    found = model.predict(fitted, features, options or Options(), clock)
    found.report["seconds"] = {"total": monotonic() - began}
    return found


def _joined(parts: list[Forecasts]) -> Forecasts:
    return Forecasts(
        ids=[name for part in parts for name in part.ids],
        cutoffs=np.concatenate([part.cutoffs for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
        mean=np.concatenate([part.mean for part in parts]),
        quantiles=np.concatenate([part.quantiles for part in parts]),
        sum_quantiles=np.concatenate([part.sum_quantiles for part in parts]),
        method=[name for part in parts for name in part.method],
        reason=[name for part in parts for name in part.reason],
        report=parts[-1].report,
        fitted=parts[-1].fitted,
    )
