"""Calibration: what a backtest says of the blends to use and of the distribution around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from forecaster.engine.arrays import Floats, Mask
from forecaster.engine.backtest import Backtest
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.segments import SEGMENTS
from forecaster.engine.ensemble import blend, candidates, networks, own_level
from forecaster.engine.ensemble.blend import Blend, Ensemble
from forecaster.engine.ensemble.choose import choose
from forecaster.engine.features import own_past, plans, seasonal
from forecaster.engine.features.builder import STEP, Features
from forecaster.engine.features.instances import Instances
from forecaster.engine.fitted import Fitted
from forecaster.engine.methods.pooled.boosting import PooledModel
from forecaster.engine.methods.pooled.quantile_model import QuantileModel
from forecaster.engine.options import Options
from forecaster.engine.uncertainty import conformal, correlation, error_scale, shocks, stretch, width
from forecaster.engine.uncertainty.error_scale import ErrorScale

_MOST_ERROR = 30  # spreads that an error counts as at most


@dataclass(frozen=True)
class Models:
    """Trained on everything up to the panel's last column."""

    pooled: PooledModel | None
    quantiles: QuantileModel | None


def calibrated(
    panel: Panel, features: Features, models: Models, seen: Backtest | None, seed: int, options: Options
) -> Fitted:  # fmt: skip
    """An engine of trained models whose blends and bands are learned from a backtest, or are the usual without one."""
    frequency = panel.frequency
    year = frequency.long_season + frequency.growth_window if frequency.long_season else 0
    prior = blend.usual(panel.size, year, models.pooled is not None)
    fitted = _untested(panel, features, models, prior, seed)
    if seen is None or not len(seen.y):
        return fitted
    if models.pooled is None:
        seen.pooled = None
    elif not models.pooled.anchored and seen.pooled is not None:
        seen.pooled = seen.pooled.without_anchored()  # what the final model has not is not judged either
    fitted.ensemble = choose(seen, panel.horizon, prior, seen.unseen(panel.size))
    f = _blended(fitted.ensemble, seen)
    varies = width.variability(f, seen.design.x[:, fitted.deviation], seen.design.scale)
    fitted.levels = own_level.learned(seen, f, varies)
    f = fitted.levels.drawn(f, seen.local, varies)
    taken, told = candidates.tried(panel, seen, f, options)
    by_all, told_by_all = networks.judged(seen, f)
    fitted.taken = sorted([*taken, *by_all], key=lambda one: -one.gain)[:1]
    told |= told_by_all
    shares = _of_network(fitted, seen)
    if shares is not None:
        f = (1 - shares) * f + shares * seen.networks[fitted.taken[0].name].mean
    _judge(fitted, panel, seen, f, shares)
    fitted.report = {
        "origins": len(seen.origins), "choice": fitted.ensemble.scores, "candidates": told,
        "backtest": _quality(seen, f),
    }  # fmt: skip
    return fitted


def _untested(panel: Panel, features: Features, models: Models, prior: Blend, seed: int) -> Fitted:
    """What stands without a backtest: the usual blend, and errors of the usual size."""
    frequency, horizon = panel.frequency, panel.horizon
    drivers = {
        STEP, own_past.SINCE_SALE, own_past.AGE, own_past.LOG_SCALE, seasonal.TREND, "position in the year",
        *plans.SAME_STATE, *map(own_past.deviation, frequency.deviation_windows),
        *map(own_past.share_sold, frequency.share_windows),
        *(regressor.name for regressor in panel.regressors if regressor.known),
    }  # fmt: skip
    chosen = [number for number, name in enumerate(features.names) if name in drivers]
    empty, none = np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
    _, usual_window, _ = frequency.deviation_windows
    return Fitted(
        features.names, panel.categories, models.pooled, Ensemble.usual(prior, horizon), ErrorScale([]),
        conformal.table(empty, none, none, empty, empty > 0),
        correlation.correlation(empty, Instances.none(), horizon, frequency.periods_per_year),
        np.array(chosen, dtype=np.int64), features.names.index(own_past.deviation(usual_window)), seed,
        {"backtest": "the history is too short for one"}, quantiles=models.quantiles,
    )  # fmt: skip


def _of_network(fitted: Fitted, seen: Backtest) -> Floats | None:
    """The share (rows,) of the network that was taken in the forecasts of a backtest; None when none was."""
    if not fitted.taken or fitted.taken[0].kinds is None:
        return None
    served = np.isin(seen.segment, fitted.taken[0].kinds)
    return np.where(served, fitted.taken[0].share, 0).astype(np.float32)


def _judge(fitted: Fitted, panel: Panel, seen: Backtest, f: Floats, network: Floats | None) -> None:
    """Learn the distribution around a backtest's forecasts f, in which a network may have a share (rows,)."""
    rows, design, whole = seen.instances, seen.design, panel.whole[seen.instances.series]
    drawn = np.random.default_rng(fitted.seed).uniform(-0.5, 0.5, len(f)).astype(np.float32)
    actual = seen.y + np.where(whole, drawn, 0)  # counts spread over their rounding interval: errors have no lattice
    alone, pushed = _conformal(fitted, seen, f, actual, whole)
    share, learned = np.zeros(len(f), dtype=np.float32), alone
    if seen.learned is not None and fitted.quantiles is not None:
        weight = fitted.ensemble.weights(seen.segment, panel.horizon)[np.arange(len(rows)), rows.steps - 1]
        learned = seen.learned
        if network is not None:
            quantiles = seen.networks[fitted.taken[0].name].quantiles
            learned, weight = networks.bands(learned, weight, quantiles, network)
        share = fitted.quantiles.share * weight
        fitted.stretch = stretch.stretched(np.maximum(actual, 0), f, alone, learned, share, design.scale)
    bands = stretch.mixed(f, alone, learned, share, fitted.stretch.of(design.scale))
    varies = width.variability(f, design.x[:, fitted.deviation], design.scale)
    score = correlation.scores(seen.y, bands, whole=whole, seed=fitted.seed)
    fitted.widths = width.learned(score, rows, panel.horizon, (varies, design.scale), panel.ids)
    own = fitted.widths.of_series(panel.ids)[rows.series]
    bands = width.read(bands, fitted.widths.of(varies, design.scale, own))
    score = correlation.scores(seen.y + pushed, bands, whole=whole, seed=fitted.seed)
    fitted.correlation = correlation.correlation(score, rows, panel.horizon, panel.frequency.periods_per_year)


def _conformal(fitted: Fitted, seen: Backtest, f: Floats, actual: Floats, whole: Mask) -> tuple[Floats, Floats]:
    """Learn the sizes and the quantiles of errors; the conformal bands (rows, 11) of the backtest, and how much farther
    off than they were its sales are when shocks are as large as they may be."""
    rows, others, design = seen.instances, error_scale.plainer(seen.local), seen.design
    wide = error_scale.spread(f, design.x[:, fitted.deviation], design.scale, others)
    z = np.clip((actual - f) / wide, -_MOST_ERROR, _MOST_ERROR).astype(np.float32)
    x = error_scale.drivers(f, design.x[:, fitted.chosen], design.scale, wide, others, whole)
    fitted.scale, up, down = error_scale.fit(x, z, rows.origins)
    e = z / np.where(z > 0, up, down)
    level = shape(f, design.scale, whole)
    fitted.table = conformal.table(e, rows.origins, rows.steps, level, whole)
    alone = conformal.conformal(f, wide, up, down, fitted.table.of(rows.steps, level, whole))
    return alone, (shocks.pushed(e, rows.origins, rows.steps) - e) * wide * np.where(e > 0, up, down)


def shape(f: Floats, scale: Floats, whole: Mask) -> Floats:
    """What tells shapes of error distributions apart: of what is sold by the piece the expected count, of all else how
    it compares with the usual."""
    return np.where(whole, np.log(f + 0.01), f / scale).astype(np.float32)


def _blended(ensemble: Ensemble, seen: Backtest) -> Floats:
    pooled = None if seen.pooled is None else seen.pooled.mixed(ensemble.mix, ensemble.anchored)
    return ensemble.of_rows(pooled, seen.local, seen.segment, seen.instances.steps)


def _quality(seen: Backtest, f: Floats) -> dict[str, Any]:
    total = max(float(np.abs(seen.y).sum()), 1e-9)
    found = {"wape": float(np.abs(seen.y - f).sum()) / total, "bias": float((f - seen.y).sum()) / total,
             "rows": len(seen.y)}  # fmt: skip
    for s, name in enumerate(SEGMENTS):
        part = seen.segment == s
        if part.any():
            volume = max(float(np.abs(seen.y[part]).sum()), 1e-9)
            found[f"wape of {name}"] = float(np.abs(seen.y[part] - f[part]).sum()) / volume
    return found
