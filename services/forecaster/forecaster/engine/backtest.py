"""The backtest: one pooled model, trained on targets up to an early origin, is rolled without refit through all
origins after it, together with every local method. Many honest origins for the price of one fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.engine import choice as choices
from forecaster.engine import totals
from forecaster.engine.features import Built, Features, Rows
from forecaster.engine.local import Smoothing
from forecaster.engine.pooled import Pooled
from forecaster.engine.quantile_model import QuantileModel
from forecaster.engine.types import QUANTILES, Floats

Ints = NDArray[np.int64]
MOST_ROWS = 120_000


@dataclass
class Backtest:
    """Rows (series, origin, horizon) with what happened and what each method had said."""

    rows: Rows
    y: Floats
    built: Built
    pooled: Floats | None  # (losses, rows), and the anchored model's row if there is one
    learned: Floats | None  # (rows, 11), the quantile model's, if there is one
    local: dict[str, Floats]  # by name
    segment: Ints
    origins: Ints  # the origins used


def origins_back(features: Features) -> int:
    """How many periods before the cutoff the backtest begins: up to the rhythm's, at most a third of the history."""
    rhythm, size = features.panel.grid.rhythm, features.panel.y.shape[1]
    return max(0, min(rhythm.backtest, int(size) // 3))


def roll(
    features: Features, model: Pooled | None, quantiles: QuantileModel | None, back: int, series_count: int, seed: int,
    threads: int,
) -> Backtest:  # fmt: skip
    """Forecasts of a sample of series at the origins from `back` periods before the last column on."""
    panel = features.panel
    last = panel.y.shape[1] - 1
    rng = np.random.default_rng(seed + 1)
    alive = np.flatnonzero(panel.first <= last - min(back, 3))
    if len(alive) > series_count:
        alive = np.sort(rng.choice(alive, series_count, replace=False))
    origins = _origins(last, back, panel.horizon, len(alive))
    pair_series = np.repeat(alive, len(origins))
    pair_origin = np.tile(origins, len(alive))
    kept = panel.first[pair_series] + 1 <= pair_origin
    pair_series, pair_origin = pair_series[kept], pair_origin[kept]
    horizon = panel.horizon
    local = choices.with_means(_by_name(Smoothing(), features, pair_series, pair_origin))
    pair_segment = choices.segments(panel.y, panel.first, pair_series, pair_origin, panel.grid.rhythm.level)
    grid = Rows(np.repeat(pair_series, horizon), np.repeat(pair_origin, horizon),
                np.tile(np.arange(1, horizon + 1), len(pair_series)))  # fmt: skip
    inside = grid.origins + grid.steps <= last
    actual = np.full(len(grid), np.nan, dtype=np.float32)
    actual[inside] = panel.y[grid.series[inside], grid.origins[inside] + grid.steps[inside]]
    used = np.flatnonzero(~np.isnan(actual))
    rows = grid.part(used)
    pooled, learned = None, None
    if model is not None:
        told = np.zeros((len(grid), len(QUANTILES)), dtype=np.float32)

        def keep(part: slice, built: Built) -> None:
            if quantiles is not None:
                told[part] = quantiles.of(features, built)

        whole = model.predict(features, grid, threads, keep)
        learned = told[used] if quantiles is not None else None
        whole = whole.reshape(len(whole), -1, horizon)
        if totals.applies(panel):
            for origin in origins.tolist():
                at = pair_origin == origin
                if at.any():
                    whole[:, at] *= totals.factor(panel, pair_series[at], origin, whole[:, at].mean(axis=0))
        pooled = whole.reshape(len(whole), -1)[:, used]
    return Backtest(
        rows, actual[used], features.build(rows), pooled, learned,
        {name: f.reshape(-1)[used] for name, f in local.items()}, np.repeat(pair_segment, horizon)[used], origins,
    )  # fmt: skip


def _origins(last: int, back: int, horizon: int, series: int) -> Ints:
    origins = np.arange(last - back, last)
    per_origin = max(series * horizon, 1)
    most = max(MOST_ROWS // per_origin, 4)
    if len(origins) > most:
        origins = origins[np.unique(np.linspace(0, len(origins) - 1, most).round().astype(int))]
    return origins


def _by_name(candidate: Smoothing, features: Features, series: Ints, origins: Ints) -> dict[str, Floats]:
    found = candidate.forecast(features.panel, series, origins)
    return {name: np.ascontiguousarray(found[:, number]) for number, name in enumerate(candidate.names)}


def local_forecasts(features: Features, series: Ints, origins: Ints) -> dict[str, Floats]:
    """Forecasts (n, H) of the local methods by name."""
    return choices.with_means(_by_name(Smoothing(), features, series, origins))
