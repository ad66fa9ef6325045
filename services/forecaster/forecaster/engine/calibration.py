"""Calibration: what a backtest says of the blends to use and of the distribution around them."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecaster.engine import choice as choices
from forecaster.engine import extras, intervals, paths, pooled, quantile_model
from forecaster.engine.backtest import Backtest
from forecaster.engine.features import Features
from forecaster.engine.fitted import Fitted
from forecaster.engine.panel import Panel
from forecaster.engine.types import Floats, Options

_DRIVERS = ("horizon", "deviation", "share sold", "since last", "age", "log scale", "same state", "in the same",
            "trend", "position in")  # fmt: skip


def calibrated(
    features: Features, booster: pooled.Pooled | None, learned: quantile_model.QuantileModel | None,
    seen: Backtest | None, seed: int, options: Options,
) -> Fitted:  # fmt: skip
    """An engine of trained models whose blends and bands are learned from a backtest, or are the usual without one."""
    panel, rhythm = features.panel, features.panel.grid.rhythm
    prior = choices.usual(panel.y.shape[1], rhythm.long + rhythm.growth if rhythm.long else 0, booster is not None)
    fitted = _untested(features, booster, learned, prior, seed)
    if seen is None or not len(seen.y):
        return fitted
    if booster is not None and not booster.anchored and seen.pooled is not None:
        seen.pooled = seen.pooled[: len(pooled.LOSSES)]  # what the final model has not is not judged either
    fitted.choice = choices.choose(
        seen.y, seen.pooled if booster is not None else None, seen.local, seen.built.msd, seen.segment,
        seen.rows.series, seen.rows.origins, seen.rows.steps, panel.horizon, prior,
        (panel.y.shape[1] - 1 - int(seen.origins.min())) / panel.y.shape[1],
    )  # fmt: skip
    f = _blended(fitted.choice, seen)
    _judged(fitted, panel, seen, f)
    fitted.taken, told = extras.tried(panel, seen, f, options)
    fitted.report = {
        "origins": len(seen.origins), "choice": fitted.choice.scores, "candidates": told, "backtest": _quality(seen, f)
    }  # fmt: skip
    return fitted


def _untested(
    features: Features, booster: pooled.Pooled | None, learned: quantile_model.QuantileModel | None,
    prior: choices.Blend, seed: int,
) -> Fitted:  # fmt: skip
    """What stands without a backtest: the usual blend, and errors of the usual size."""
    panel = features.panel
    known = [column.name for column in panel.columns if column.known]
    chosen = [
        number for number, name in enumerate(features.names)
        if (name.startswith(_DRIVERS) or name in known or any(part in name for part in _DRIVERS[6:8]))
    ]  # fmt: skip
    empty, none = np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
    cells = {(s, half): prior for s in range(len(choices.SEGMENTS)) for half in (0, 1)}
    return Fitted(
        features.names, panel.kinds, booster, choices.Choice(cells, max(panel.horizon // 2, 1)), intervals.Scale([]),
        intervals.table(empty, none, none, empty),
        paths.correlation(empty, none, none, none, panel.horizon, panel.grid.rhythm.year),
        np.array(chosen, dtype=np.int64), features.names.index(f"deviation {panel.grid.rhythm.spreads[1]}"), seed,
        {"backtest": "the history is too short for one"}, quantiles=learned,
    )  # fmt: skip


def _judged(fitted: Fitted, panel: Panel, seen: Backtest, f: Floats) -> None:
    """Learn the distribution around a backtest's forecasts f."""
    rows, others = seen.rows, beside(seen.local)
    wide = intervals.spread(f, seen.built, fitted.deviation, others)
    actual = seen.y
    if panel.whole:  # counts spread over their rounding interval, so that errors have no lattice
        actual = actual + np.random.default_rng(fitted.seed).uniform(-0.5, 0.5, len(actual)).astype(np.float32)
    z = np.clip((actual - f) / wide, -30, 30).astype(np.float32)
    x = intervals.drivers(f, seen.built, fitted.chosen, wide, others)
    fitted.scale, up, down = intervals.fit_scale(x, z, rows.origins)
    e = z / np.where(z > 0, up, down)
    level = shape(f, seen.built.scale, panel.whole)
    fitted.table = intervals.table(e, rows.origins, rows.steps, level)
    alone = intervals.conformal(f, wide, up, down, fitted.table.of(rows.steps, level))
    share, learned = np.zeros(len(f), dtype=np.float32), alone
    if seen.learned is not None and fitted.quantiles is not None:
        weight = fitted.choice.weights(seen.segment, panel.horizon)[np.arange(len(rows)), rows.steps - 1]
        share, learned = fitted.quantiles.share * weight, seen.learned
        fitted.stretch = intervals.stretched(np.maximum(actual, 0), f, alone, learned, share)
    bands = intervals.quantiles(f, alone, learned, share, fitted.stretch)
    push = (intervals.pushed(e, rows.origins, rows.steps) - e) * wide * np.where(e > 0, up, down)
    score = paths.scores(seen.y + push, bands, whole=panel.whole, seed=fitted.seed)
    fitted.correlation = paths.correlation(
        score, rows.series, rows.origins, rows.steps, panel.horizon, panel.grid.rhythm.year
    )


def shape(f: Floats, scale: Floats, whole: bool) -> Floats:
    """What tells shapes of error distributions apart: for counts the expected count, for money how it compares with
    the usual."""
    return (np.log(f + 0.01) if whole else f / scale).astype(np.float32)


def beside(local: dict[str, Floats]) -> Floats:
    """(rows, methods) of the local forecasts that the intervals compare with."""
    return np.nan_to_num(np.stack([local[name].reshape(-1) for name in intervals.BESIDE], axis=1))


def _blended(choice: choices.Choice, seen: Backtest) -> Floats:
    out = np.empty(len(seen.y), dtype=np.float32)
    far = (seen.rows.steps > choice.halfway).astype(int)
    pooled = None if seen.pooled is None else choices.mixed_losses(choice.mix, seen.pooled, choice.anchored)
    for (s, half), blend in choice.blends.items():
        part = (seen.segment == s) & (far == half)
        out[part] = blend.of(pooled, seen.local, part)
    return np.maximum(out, 0)


def _quality(seen: Backtest, f: Floats) -> dict[str, Any]:
    total = max(float(np.abs(seen.y).sum()), 1e-9)
    found = {"wape": float(np.abs(seen.y - f).sum()) / total, "bias": float((f - seen.y).sum()) / total,
             "rows": len(seen.y)}  # fmt: skip
    for s, name in enumerate(choices.SEGMENTS):
        part = seen.segment == s
        if part.any():
            volume = max(float(np.abs(seen.y[part]).sum()), 1e-9)
            found[f"wape of {name}"] = float(np.abs(seen.y[part] - f[part]).sum()) / volume
    return found
