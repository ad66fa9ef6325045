"""One forecast from input to output, for one or several cutoffs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from time import monotonic
from typing import Any

import pandas as pd

from forecaster.engine import launches as beginning
from forecaster.engine import newcomers
from forecaster.engine.data import starts as held
from forecaster.engine.data.source import Source
from forecaster.engine.features.builder import Features
from forecaster.engine.fit import fit
from forecaster.engine.fitted import Fitted
from forecaster.engine.forecasts import Forecasts
from forecaster.engine.methods import registry
from forecaster.engine.options import Malformed, Options
from forecaster.engine.predict import predict
from forecaster.engine.progress import ProgressTracker, Report, Stop
from forecaster.engine.versions import versions

_PLAN = (
    ("reading", 2.0),
    ("training", 20.0),
    ("calibrating", 3.0),
    ("forecasting", 5.0),
    ("quantiles and sums", 7.0),
)  # stages and their usual share of the time


def forecast(
    history: pd.DataFrame, *, freq: str, horizon: int, future: pd.DataFrame | None = None,
    static: pd.DataFrame | None = None, cutoffs: Sequence[Any] | None = None, seed: int = 0,
    options: Options | None = None, progress: Report | None = None, cancelled: Stop | None = None,
    launches: pd.DataFrame | None = None, starts: Mapping[str, date] | None = None,
    openings: Mapping[str, Sequence[float]] | None = None, issued: pd.DataFrame | None = None,
) -> Forecasts:  # fmt: skip
    """Forecast every series seen by each cutoff, `horizon` periods ahead.

    history: unique_id, ds, y and any regressors, one row a series and period; a missing row after a series' first is
    zero, a null y is unknown. future: unique_id, ds and the columns known ahead. static: unique_id and categories.
    freq: a pandas offset alias. cutoffs: last period seen, by default the last in the history. launches: products that
    begin, as launches.py says. starts: by id the first days of series that are held back until then. openings: by id
    the share of each period ahead on which a series that is closed in some is open. issued: weather and the like, as it
    was said when, see data/issued.py. Raises Malformed, Cancelled.
    """
    if not isinstance(horizon, int) or not 1 <= horizon <= 1000:
        raise Malformed(f"horizon: {horizon!r} is not a whole number from 1 to 1000")
    began = monotonic()
    tracker = ProgressTracker(progress, cancelled, _PLAN)
    tracker("reading")
    source = Source(history, freq, future, static, issued)
    ends = [source.last()] if not cutoffs else sorted({source.cutoff(label) for label in cutoffs})
    effort = options or Options()
    registry.require(effort)
    parts = []
    tracker.rounds = len(ends)
    for tracker.round, end in enumerate(ends):
        panel = source.panel(end, horizon)
        if end == source.last():
            held.apply(panel, starts or {}, openings or {})
        features = Features.of(panel)
        fitted = fit(panel, features, effort, seed, tracker)
        found = predict(fitted, panel, features, effort, tracker)
        found = beginning.added(found, panel, launches)
        planned = [name for name in source.planned_only(panel, end) if name not in found.ids]
        parts.append(newcomers.added(found, panel, planned, source.static))
    found = Forecasts.joined(parts)
    found.report["versions"] = versions()
    found.report.setdefault("seconds", {})["total"] = monotonic() - began
    return found


def update(
    fitted: Fitted, history: pd.DataFrame, *, freq: str, horizon: int, future: pd.DataFrame | None = None,
    static: pd.DataFrame | None = None, options: Options | None = None, progress: Report | None = None,
    cancelled: Stop | None = None, launches: pd.DataFrame | None = None, starts: Mapping[str, date] | None = None,
    openings: Mapping[str, Sequence[float]] | None = None, issued: pd.DataFrame | None = None,
) -> Forecasts:  # fmt: skip
    """Forecast from the end of `history` with models fitted earlier: seconds instead of a retrain.

    Arguments as in `forecast`. Raises Malformed when the columns, frequency or horizon are not those of the fit.
    """
    began = monotonic()
    tracker = ProgressTracker(progress, cancelled, _PLAN)
    tracker("reading")
    source = Source(history, freq, future, static, issued)
    panel = source.panel(source.last(), horizon)
    held.apply(panel, starts or {}, openings or {})
    panel.align(fitted.categories)
    features = Features.of(panel)
    if features.names != fitted.names or horizon != len(fitted.correlation):
        raise Malformed("update: the history's columns, frequency or horizon differ from those that were trained on")
    found = predict(fitted, panel, features, options or Options(), tracker)
    found = beginning.added(found, panel, launches)
    planned = [name for name in source.planned_only(panel, source.last()) if name not in found.ids]
    found = newcomers.added(found, panel, planned, source.static)
    found.report["seconds"] = {"total": monotonic() - began}
    return found
