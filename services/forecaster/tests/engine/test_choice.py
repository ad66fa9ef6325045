"""How the anchored model's share and the blend's weights follow the backtest."""

import numpy as np
import pytest
from forecaster.engine.backtest import Backtest
from forecaster.engine.ensemble.blend import POOLED, Blend
from forecaster.engine.ensemble.choose import choose
from forecaster.engine.ensemble.judge import Judge
from forecaster.engine.ensemble.mixture import anchored_share
from forecaster.engine.features.instances import Design, Instances
from forecaster.engine.methods.pooled.losses import EQUAL, LossForecasts


def backtest(error: float, anchored_error: float) -> tuple[Judge, LossForecasts]:
    """40 series, 6 origins, 4 steps of about 100; three losses and the anchored model with errors of these sizes."""
    rng = np.random.default_rng(0)
    size = 40 * 6 * 4
    y = rng.normal(100, 5, size).astype(np.float32)
    pair, half = np.repeat(np.arange(240), 4), np.tile([0, 0, 1, 1], 240)
    plain = y + error * rng.normal(size=(3, size)).mean(axis=0)
    told = np.stack([plain, plain, plain, y + anchored_error * rng.normal(size=size)]).astype(np.float32)
    return Judge(y, np.full(size, 25, np.float32), pair, half), LossForecasts(told)


@pytest.mark.parametrize(
    ("error", "anchored", "low", "high"), [(3, 60, 0.0, 0.2), (60, 3, 0.8, 1.0), (10, 6, 0.3, 0.7)]
)
def test_the_anchored_model_has_the_share_that_it_earned(
    error: float, anchored: float, low: float, high: float
) -> None:
    judge, told = backtest(error, anchored)
    assert low <= anchored_share(judge, EQUAL, told) <= high


def test_an_anchored_model_that_only_one_side_has_does_not_count() -> None:
    _, told = backtest(10, 10)
    plain = told.without_anchored().mixed(EQUAL, 0.5)
    np.testing.assert_array_equal(plain, told.mixed(EQUAL, 0.0))
    assert np.abs(plain - told.mixed(EQUAL, 0.5)).max() > 0


def test_the_less_the_backtest_had_learned_from_the_more_the_pooled_model_is_trusted() -> None:
    judge, told = backtest(12, 0)
    rng = np.random.default_rng(1)
    local = {"moving average": (judge.y + 6 * rng.normal(size=len(judge.y))).astype(np.float32)}
    instances = Instances(
        np.repeat(np.arange(40), 24), np.tile(np.repeat(np.arange(6), 4), 40), np.tile([1, 2, 3, 4], 240)
    )  # fmt: skip
    design = Design(np.zeros((960, 0), np.float32), np.ones(960, np.float32), judge.squared_step)
    seen = Backtest(
        instances, judge.y, design, told.without_anchored(), None, local, np.full(960, 2), np.arange(6)
    )  # fmt: skip

    def weight(unseen: float) -> float:
        return choose(seen, 4, Blend({POOLED: 0.7, "moving average": 0.3}), unseen).blends[2, 0].weight

    assert weight(0.3) > weight(0.0)
