"""One forecast from input to output, for one or several cutoffs."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd

from forecaster.engine.panel import Panel, Source
from forecaster.engine.types import QUANTILES, Clock, Forecasts, Malformed, Options, Report, Stop


def forecast(
    history: pd.DataFrame, *, freq: str, horizon: int, future: pd.DataFrame | None = None,
    static: pd.DataFrame | None = None, cutoffs: Sequence[Any] | None = None, seed: int = 0,
    options: Options | None = None, progress: Report | None = None, cancelled: Stop | None = None,
) -> Forecasts:  # fmt: skip
    """Forecast every series seen by each cutoff, `horizon` periods ahead.

    history: unique_id, ds, y and any regressors, one row a series and period; a missing row after a series' first is
    zero, a null y is unknown. future: unique_id, ds and the columns known ahead. static: unique_id and categories.
    freq: a pandas offset alias. cutoffs: last period seen, by default the last in the history. Raises Malformed, Cancelled.
    """
    if not isinstance(horizon, int) or not 1 <= horizon <= 1000:
        raise Malformed(f"horizon: {horizon!r} is not a whole number from 1 to 1000")
    began = monotonic()
    clock = Clock(progress, cancelled, [("reading", 1.0), ("forecasting", 9.0)])
    clock("reading")
    source = Source(history, freq, future, static)
    ends = [source.last()] if not cutoffs else sorted({source.cutoff(label) for label in cutoffs})
    parts = []
    for number, end in enumerate(ends):
        clock("forecasting", number, len(ends))
        parts.append(_simple(source.panel(end, horizon), options or Options()))
    found = _joined(parts)
    found.report["seconds"] = {"total": monotonic() - began}
    return found


def _simple(panel: Panel, options: Options) -> Forecasts:
    """Mean of the last periods, with the spread of past errors of that mean."""
    y, horizon = panel.y, panel.horizon
    window = 13
    recent = y[:, -window:]
    count = np.maximum((~np.isnan(recent)).sum(axis=1), 1)
    level = np.maximum(np.nansum(recent, axis=1) / count, 0)
    spread = np.sqrt(np.nansum((recent - level[:, None]) ** 2, axis=1) / count)
    from scipy.stats import norm

    z = norm.ppf(QUANTILES).astype(np.float32)
    mean = np.repeat(level[:, None], horizon, axis=1).astype(np.float32)
    quantiles = np.maximum(mean[:, :, None] + spread[:, None, None] * z, 0).astype(np.float32)
    steps = np.arange(1, horizon + 1, dtype=np.float32)[None, :, None]
    sums = np.maximum(level[:, None, None] * steps + spread[:, None, None] * np.sqrt(steps) * z, 0).astype(np.float32)
    rows = len(panel.ids)
    cutoff = panel.grid.labels(panel.periods[y.shape[1] - 1 : y.shape[1]])
    return Forecasts(
        ids=panel.ids, cutoffs=np.repeat(cutoff, rows), labels=np.repeat(panel.future_labels[None, :], rows, axis=0),
        mean=mean, quantiles=quantiles, sum_quantiles=sums, method=["moving average"] * rows,
        reason=["mean of the last 13 periods"] * rows,
    )  # fmt: skip


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
    )
