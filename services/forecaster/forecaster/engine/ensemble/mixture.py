"""What the pooled model's forecasts are mixed of: shares of the losses, and of the anchored model, by the backtest."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles
from forecaster.engine.ensemble.blend import ANCHORED
from forecaster.engine.ensemble.judge import Judge
from forecaster.engine.methods.pooled.losses import EQUAL, MIXES, LossForecasts

_MIX_MARGIN = 0.005  # what another mix than equal parts must save
_ANCHOR_PENALTY = 0.3  # another share must earn its squared distance: the backtest's model saw fewer years
_TILT = 0.5  # price of a mix's departure from the total of equal parts: absolute errors alone under-forecast


def best_mix(judge: Judge, pooled: LossForecasts) -> tuple[float, ...]:
    """The mix of the pooled model's losses that the backtest prefers; equal parts unless another saves more than it is
    priced."""

    def score(mix: tuple[float, ...]) -> tuple[float, float, float]:
        forecast = pooled.mixed(mix)
        losses = judge.losses(forecast)
        return (
            float(losses.root.sum()), float(losses.absolute.sum()), max(float(forecast.sum(dtype=np.float64)), 1e-9)
        )  # fmt: skip

    base_root, base_absolute, base_total = score(EQUAL)

    def priced(mix: tuple[float, ...]) -> float:
        root, absolute, total = score(mix)
        relative = (root / max(base_root, 1e-9) + absolute / max(base_absolute, 1e-9)) / 2
        return relative * (1 + _TILT * abs(float(np.log(total / base_total))) + (_MIX_MARGIN if mix != EQUAL else 0.0))

    return min(MIXES, key=priced)


def anchored_share(judge: Judge, mix: tuple[float, ...], pooled: LossForecasts) -> float:
    """The share of the anchored model that the backtest prefers; the usual one where there is no such model."""
    if pooled.anchored is None:
        return ANCHORED

    def losses(share: float) -> Doubles:
        found = judge.losses(pooled.mixed(mix, share))
        return np.maximum(np.array([found.root.sum(), found.absolute.sum()], dtype=np.float64), 1e-9)

    base = losses(ANCHORED)

    def priced(share: float) -> float:
        return float((losses(share) / base).mean()) * (1 + _ANCHOR_PENALTY * (share - ANCHORED) ** 2)

    shares: list[float] = np.linspace(0, 1, 9).tolist()
    return min(shares, key=priced)
