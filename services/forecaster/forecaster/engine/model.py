"""Fitting the engine to a panel, and the forecasts that it makes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from forecaster.engine import backtest, calibration, extras, intervals, paths, pooled, quantile_model, totals
from forecaster.engine import choice as choices
from forecaster.engine.backtest import Backtest
from forecaster.engine.features import Built, Features, Rows
from forecaster.engine.fitted import Fitted
from forecaster.engine.panel import Panel
from forecaster.engine.types import QUANTILES, Floats, Forecasts, Options

Ints = NDArray[np.int64]


def fit(features: Features, options: Options, seed: int, tick: Callable[[str, int, int], None]) -> Fitted:
    """Train on everything up to the panel's last column; the backtest model is trained beside the final one."""
    panel = features.panel
    last, back = panel.y.shape[1] - 1, backtest.origins_back(features)
    began, steps, told = monotonic(), [0], Lock()
    boosters = sum(
        pooled.boosters(features, end, options) + quantile_model.count(features, end) for end in (last, last - back)
    )
    whole = options.rounds * boosters

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
        learned = quantile_model.train(features, last - back, options, seed, training)
        return backtest.roll(features, early, learned, back, options.backtest_series, seed, 1), monotonic() - began

    with ThreadPoolExecutor(max(1, min(options.threads, 2))) as pool:
        one, two = pool.submit(final), pool.submit(tested)
        three = pool.submit(quantile_model.train, features, last, options, seed, training)
        booster, (seen, _), learned = one.result(), two.result(), three.result()
    trained = monotonic()
    tick("calibrating", 0, 1)
    fitted = calibration.calibrated(features, booster, learned, seen, seed, options)
    fitted.report["seconds"] = {"training and backtest": trained - began, "calibration": monotonic() - trained}
    return fitted


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
        found[live] = _quantiles(
            fitted, features, live, mean[live], calibration.beside(local), shares, options.threads, view
        )
    if panel.exposure is not None:
        mean *= panel.exposure
        found *= panel.exposure[:, :, None]
    sums = np.zeros((n, 0, len(QUANTILES)), dtype=np.float32)
    if options.sums:
        tick("sums over periods", 0, 1)
        sums = paths.sums(found, fitted.correlation, whole=panel.whole, count=options.draws, seed=fitted.seed,
                          threads=options.threads)  # fmt: skip
    if panel.whole:
        found = np.floor(found + 0.5)
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
        relative = fitted.table.of(rows.steps[part], calibration.shape(f, built.scale, panel.whole))
        alone = intervals.conformal(f, wide, up, down, relative)
        out[part] = intervals.quantiles(f, alone, view.learned[part], share[part], fitted.stretch)

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
