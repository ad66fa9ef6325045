"""Fitting the engine to a panel."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic

from forecaster.engine import backtest
from forecaster.engine.backtest import Backtest
from forecaster.engine.calibration import Models, calibrated
from forecaster.engine.data.panel import Panel
from forecaster.engine.ensemble import networks
from forecaster.engine.features.builder import Features
from forecaster.engine.fitted import Fitted
from forecaster.engine.methods.pooled import boosting, quantile_model
from forecaster.engine.options import Options
from forecaster.engine.parallel import Workers
from forecaster.engine.progress import Tick

SIDE_BY_SIDE = 2  # trainings at once: each holds a table of features


def fit(panel: Panel, features: Features, options: Options, seed: int, tick: Tick) -> Fitted:
    """Train on everything up to the panel's last column; the backtest model is trained beside the final one, in this
    process, on sampled instances; the backtest itself is rolled by the workers."""
    began, workers = monotonic(), Workers.of(options)
    last, back = features.last, backtest.origins_back(features)
    step = _counted(tick, networks.steps(features, back, options) + options.rounds * sum(
        boosting.count(features, end, options) + quantile_model.count(features, end) for end in (last, last - back)
    ))  # fmt: skip

    def tested() -> Backtest | None:
        if back < 1:
            return None
        early = boosting.train(features, last - back, options, seed, step)
        learned = quantile_model.train(features, last - back, options, seed, step)
        seen = backtest.roll(features, early, learned, back, options.backtest_series, seed, workers.one_thread())
        networks.backtested(features, seen, last - back, options, seed, step)
        return seen

    pooled, seen, learned = workers.together(
        SIDE_BY_SIDE,
        lambda: boosting.train(features, last, options, seed, step),
        tested,
        lambda: quantile_model.train(features, last, options, seed, step),
    )
    trained = monotonic()
    tick("calibrating", 0, 1)
    fitted = calibrated(panel, features, Models(pooled, learned), seen, seed, options)
    fitted.network = networks.finished(
        fitted.taken, features, options, seed, lambda done, of: tick("calibrating", done, of)
    )  # fmt: skip
    fitted.report["seconds"] = {"training and backtest": trained - began, "calibration": monotonic() - trained}
    return fitted


def _counted(tick: Tick, total: int) -> Callable[[], None]:
    """Tells of a step more of the training, each time it is called."""
    steps, told = [0], Lock()

    def step() -> None:
        with told:  # models are trained side by side, and what is told must not run backwards
            steps[0] += 1
            tick("training", steps[0], total)

    return step
