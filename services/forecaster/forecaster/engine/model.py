"""A fitted engine: pooled model, choice of blends, and the distribution around them; and the forecasts it makes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.engine import backtest, extras, intervals, paths, pooled, quantile_model, totals
from forecaster.engine import choice as choices
from forecaster.engine.backtest import Backtest
from forecaster.engine.features import Built, Features, Rows
from forecaster.engine.panel import Panel
from forecaster.engine.types import QUANTILES, Floats, Forecasts, Options

Ints = NDArray[np.int64]
_DRIVERS = ("horizon", "deviation", "share sold", "since last", "age", "log scale", "same state", "in the same",
            "trend", "position in")  # fmt: skip


@dataclass
class Fitted:
    """What a training leaves behind; everything that `predict` needs beside a panel."""

    names: list[str]  # of the features, in order: a panel with others needs a new fit
    kinds: dict[str, list[str]]  # categories of the groups, in the order of their codes
    booster: pooled.Pooled | None
    choice: choices.Choice
    scale: intervals.Scale
    table: intervals.Table
    correlation: Floats
    chosen: Ints  # features that the scale models see
    deviation: int
    seed: int
    report: dict[str, Any] = field(default_factory=dict)
    taken: list[extras.Taken] = field(default_factory=list)  # candidates fitted series by series
    quantiles: quantile_model.QuantileModel | None = None


def fit(features: Features, options: Options, seed: int, tick: Callable[[str, int, int], None]) -> Fitted:
    """Train on everything up to the panel's last column; the backtest model is trained beside the final one."""
    panel = features.panel
    last, back = panel.y.shape[1] - 1, backtest.origins_back(features)
    began, steps, told = monotonic(), [0], Lock()
    boosters = sum(pooled.boosters(features, last - ago, options) for ago in (0, back))
    whole = options.rounds * (boosters + quantile_model.count(features, last))

    def training() -> None:
        with told:  # models are trained side by side, and what is told must not run backwards
            steps[0] += 1
            tick("training", steps[0], whole)

    def final() -> pooled.Pooled | None:
        return pooled.train(features, last, options, seed, training)

    def tested() -> tuple[Backtest | None, float]:
        if back < 1:
            return None, 0.0
        early = pooled.train(features, last - back, options, seed, training)
        return backtest.roll(features, early, back, options.backtest_series, seed, 1), monotonic() - began

    with ThreadPoolExecutor(max(1, min(options.threads, 2))) as pool:
        one, two = pool.submit(final), pool.submit(tested)
        three = pool.submit(quantile_model.train, features, last, options, seed, training)
        booster, (seen, _), learned = one.result(), two.result(), three.result()
    trained = monotonic()
    tick("calibrating", 0, 1)
    fitted = _calibrated(features, booster, seen, seed, options)
    fitted.quantiles = learned
    fitted.report["seconds"] = {"training and backtest": trained - began, "calibration": monotonic() - trained}
    return fitted


def _calibrated(
    features: Features, booster: pooled.Pooled | None, seen: Backtest | None, seed: int, options: Options
) -> Fitted:  # fmt: skip
    panel, rhythm = features.panel, features.panel.grid.rhythm
    prior = choices.usual(panel.y.shape[1], rhythm.long + rhythm.growth if rhythm.long else 0, booster is not None)
    known = [name for name, _ in ((c.name, c) for c in panel.columns if c.known)]
    chosen = np.array([
        number for number, name in enumerate(features.names)
        if (name.startswith(_DRIVERS) or name in known or any(part in name for part in _DRIVERS[6:8]))
    ], dtype=np.int64)  # fmt: skip
    deviation = features.names.index(f"deviation {rhythm.spreads[1]}")
    empty = np.zeros(0, dtype=np.float32)
    if seen is None or not len(seen.y):
        cells = {(s, half): prior for s in range(3) for half in (0, 1)}
        choice = choices.Choice(cells, max(panel.horizon // 2, 1))
        none = np.zeros(0, dtype=np.int64)
        return Fitted(
            features.names, panel.kinds, booster, choice, intervals.Scale([]),
            intervals.table(empty, none, none, empty, empty), paths.correlation(empty, none, none, none, panel.horizon),
            chosen, deviation, seed, {"backtest": "the history is too short for one"},
        )  # fmt: skip
    if booster is not None and not booster.anchored and seen.pooled is not None:
        seen.pooled = seen.pooled[: len(pooled.LOSSES)]  # what the final model has not is not judged either
    choice = choices.choose(
        seen.y, seen.pooled if booster is not None else None, seen.local, seen.built.msd, seen.segment,
        seen.rows.series, seen.rows.origins, seen.rows.steps, panel.horizon, prior,
        (panel.y.shape[1] - 1 - int(seen.origins.min())) / panel.y.shape[1],
    )  # fmt: skip
    f = _blended(choice, seen)
    beside = _beside(seen.local)
    wide = intervals.spread(f, seen.built, deviation, beside)
    actual = seen.y
    if panel.whole:  # counts spread over their rounding interval, so that errors have no lattice
        actual = actual + np.random.default_rng(seed).uniform(-0.5, 0.5, len(actual)).astype(np.float32)
    z = np.clip((actual - f) / wide, -30, 30).astype(np.float32)
    scale, e = intervals.fit_scale(intervals.drivers(f, seen.built, chosen, wide, beside), z, seen.rows.origins)
    level = shape(f, seen.built.scale, panel.whole)
    table = intervals.table(e, seen.rows.origins, seen.rows.steps, level, np.ones(len(e), dtype=np.float32))
    common = intervals.pushed(e, seen.rows.origins, seen.rows.steps)
    correlation = paths.correlation(common, seen.rows.series, seen.rows.origins, seen.rows.steps, panel.horizon)
    taken, told = extras.tried(panel, seen, f, options)
    report = {"origins": len(seen.origins), "choice": choice.scores, "candidates": told, "backtest": _quality(seen, f)}
    return Fitted(
        features.names, panel.kinds, booster, choice, scale, table, correlation, chosen, deviation, seed, report, taken
    )  # fmt: skip


def shape(f: Floats, scale: Floats, whole: bool) -> Floats:
    """What tells shapes of error distributions apart: for counts the expected count, for money how it compares with
    the usual."""
    return (np.log(f + 0.01) if whole else f / scale).astype(np.float32)


def _beside(local: dict[str, Floats]) -> Floats:
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


def predict(fitted: Fitted, features: Features, options: Options, tick: Callable[[str, int, int], None]) -> Forecasts:
    """Forecasts of every series of the panel at its last column."""
    panel = features.panel
    n, horizon, last = len(panel.ids), panel.horizon, panel.y.shape[1] - 1
    live = np.flatnonzero(panel.first <= last)
    mean = np.zeros((n, horizon), dtype=np.float32)
    found = np.zeros((n, horizon, len(QUANTILES)), dtype=np.float32)
    segment, mixed = np.zeros(n, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if len(live):
        origins = np.full(len(live), last)
        segment[live] = choices.segments(panel.y, panel.first, live, origins, panel.grid.rhythm.level)
        local = backtest.local_forecasts(features, live, np.full(len(live), last))
        view = _View(fitted, features, len(live) * horizon)
        own = _means(fitted, features, live, segment[live], local, options.threads, tick, view)
        mixed = live[np.array(extras.added(panel, fitted.taken, own, live, options), dtype=np.int64)]
        mean[live] = own
        tick("quantiles", 0, 1)
        shares = fitted.choice.weights(segment[live], horizon) * (fitted.quantiles.share if fitted.quantiles else 0)
        found[live] = _quantiles(fitted, features, live, mean[live], _beside(local), shares, options.threads, view)
    if panel.exposure is not None:
        mean *= panel.exposure
        found *= panel.exposure[:, :, None]
        found = np.floor(found + 0.5) if panel.whole else found
    sums = np.zeros((n, 0, len(QUANTILES)), dtype=np.float32)
    if options.sums:
        tick("sums over periods", 0, 1)
        sums = paths.sums(found, fitted.correlation, whole=panel.whole, count=options.draws, seed=fitted.seed,
                          threads=options.threads)  # fmt: skip
    method, reason = _labels(fitted, panel, segment)
    for number in mixed.tolist():
        one = fitted.taken[0]
        method[number] += f", with {one.share:.0%} {one.name}"
        reason[number] += f"; {one.name} saved another {one.gain:.0%} in the backtest"
    cutoff = panel.grid.labels(panel.periods[last : last + 1])
    return Forecasts(
        ids=panel.ids, cutoffs=np.repeat(cutoff, n), labels=np.repeat(panel.future_labels[None, :], n, axis=0),
        mean=mean, quantiles=found, sum_quantiles=sums, method=method, reason=reason, report=dict(fitted.report),
        fitted=fitted,
    )  # fmt: skip


class _View:
    """What the bands need of the features, kept when the pooled model's are built: building takes a sixth of the
    time. That is the features of the scale models, and what the quantile model learned."""

    def __init__(self, fitted: Fitted, features: Features, rows: int) -> None:
        self._chosen, self._features, self._model, self.full = fitted.chosen, features, fitted.quantiles, False
        self.learned = np.zeros((rows, len(QUANTILES)), np.float32)
        self.deviation = int(np.flatnonzero(fitted.chosen == fitted.deviation)[0])
        self.built = Built(np.empty((rows, len(fitted.chosen)), np.float32), *np.empty((2, rows), np.float32))

    def keep(self, part: slice, built: Built) -> None:
        """Copy a part's."""
        self.built.x[part], self.built.scale[part] = built.x[:, self._chosen], built.scale
        if self._model is not None:
            self.learned[part] = self._model.of(self._features, built)
        self.full = True

    def part(self, part: slice) -> Built:
        """A part's, its columns those of `chosen`."""
        return Built(self.built.x[part], self.built.scale[part], self.built.msd[part])


def _rows(live: Ints, last: int, horizon: int) -> Rows:
    return Rows(
        np.repeat(live, horizon), np.full(len(live) * horizon, last), np.tile(np.arange(1, horizon + 1), len(live))
    )


def _means(
    fitted: Fitted, features: Features, live: Ints, segment: Ints, local: dict[str, Floats], threads: int,
    tick: Callable[[str, int, int], None], view: _View,
) -> Floats:  # fmt: skip
    panel = features.panel
    last, horizon = panel.y.shape[1] - 1, panel.horizon
    model = None
    if fitted.booster is not None and any(blend.weight > 0 for blend in fitted.choice.blends.values()):
        tick("forecasting", 0, 1)
        rows = _rows(live, last, horizon)
        parts = fitted.booster.predict(features, rows, threads, view.keep).reshape(-1, len(live), horizon)
        model = choices.mixed_losses(fitted.choice.mix, parts, fitted.choice.anchored)
        if totals.applies(panel):
            model *= totals.factor(panel, live, last, parts.mean(axis=0))
    return np.maximum(fitted.choice.mixed(model, local, segment), 0)


def _quantiles(
    fitted: Fitted, features: Features, live: Ints, mean: Floats, beside: Floats, shares: Floats, threads: int,
    view: _View,
) -> Floats:  # fmt: skip
    panel = features.panel
    rows = _rows(live, panel.y.shape[1] - 1, panel.horizon)
    flat, share = mean.reshape(-1), shares.reshape(-1)
    out, kept = np.empty((len(rows), len(QUANTILES)), dtype=np.float32), view.full

    def one(begin: int) -> None:
        part = slice(begin, begin + pooled.CHUNK)
        if not kept:
            view.keep(part, features.build(rows.part(part)))
        built, f = view.part(part), flat[part]
        wide = intervals.spread(f, built, view.deviation, beside[part])
        up, down = fitted.scale.sizes(intervals.drivers(f, built, np.arange(len(fitted.chosen)), wide, beside[part]))
        relative = fitted.table.of(rows.steps[part], shape(f, built.scale, panel.whole))
        out[part] = intervals.quantiles(
            f, wide, up, down, relative, view.learned[part], share[part], panel.whole
        )  # fmt: skip

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        list(pool.map(one, range(0, len(rows), pooled.CHUNK)))
    return out.reshape(len(live), panel.horizon, -1)


def _labels(fitted: Fitted, panel: Panel, segment: Ints) -> tuple[list[str], list[str]]:
    never = panel.first >= panel.y.shape[1]
    by_segment = []
    for s, name in enumerate(choices.SEGMENTS):
        near, far = fitted.choice.blends[s, 0], fitted.choice.blends[s, 1]
        both = near.method if near.method == far.method else f"{near.method}; later {far.method}"
        if near.origins:
            why = (f"{name}: least error over {near.origins} backtest origins, "
                   f"{max(near.gain, 0):.0%} less than a moving average")  # fmt: skip
        else:
            why = f"{name}: the history is too short for a backtest, so the usual blend"
        by_segment.append((both, why))
    method = ["no sales yet" if never[i] else by_segment[s][0] for i, s in enumerate(segment.tolist())]
    reason = [
        "it never sold up to the cutoff, so nothing can be learned from it" if never[i] else by_segment[s][1]
        for i, s in enumerate(segment.tolist())
    ]
    for number, note in panel.notes.items():
        reason[number] += f" ({note})"
    return method, reason
