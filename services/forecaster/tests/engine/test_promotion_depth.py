"""A deeper promotion does more where history says so, and no more where it does not; promotions end within weeks."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source

SERIES, WEEKS, AHEAD = 160, 104, 4
DEPTHS = (0.1, 0.15, 0.2, 0.3)


def _panel(lift: Callable[[float], float], seed: int, columns: tuple[str, ...] = ("promotion", "discount")) -> Panel:
    """Two years in which 30 promotions of 7 to 14 days and some depth ran; a week of each depth is planned ahead."""
    rng = np.random.default_rng(seed)
    level, category = rng.gamma(1.2, 12, SERIES)[:, None] + 1, rng.integers(0, 5, SERIES)
    share, depth, factor = (np.zeros((SERIES, WEEKS + AHEAD)) for _ in range(3))
    for _ in range(30):
        rows = np.flatnonzero((category == rng.integers(5)) & (rng.random(SERIES) < 0.6))
        off, first, days = rng.choice(DEPTHS), int(rng.integers(14, 7 * WEEKS - 14)), int(rng.choice([7, 10, 14]))
        for week, count in zip(*np.unique(np.arange(first, first + days) // 7, return_counts=True), strict=True):
            share[rows, week], depth[rows, week] = count / 7, off * count / 7
            factor[rows, week] = (lift(off) * rng.uniform(0.9, 1.1) - 1) * count / 7
    share[:, WEEKS:], depth[:, WEEKS:] = 1.0, DEPTHS
    labels = pd.date_range("2024-01-01", periods=WEEKS + AHEAD, freq="W-MON")
    plans = pd.DataFrame({
        "unique_id": np.repeat([f"s{n:03d}" for n in range(SERIES)], WEEKS + AHEAD), "ds": np.tile(labels, SERIES),
        "promotion": share.reshape(-1), "discount": depth.reshape(-1),
    })[["unique_id", "ds", *columns]]  # fmt: skip
    history = plans[plans["ds"] < labels[WEEKS]].assign(y=rng.poisson(level * (1 + factor[:, :WEEKS])).reshape(-1))
    source = Source(history, "W-MON", plans, None)
    return source.panel(source.last(), AHEAD)


@pytest.mark.parametrize("columns", [("promotion", "discount"), ("discount",)], ids=["both columns", "depth alone"])
@pytest.mark.parametrize("slope", [3.0, 5.5])
@pytest.mark.parametrize("seed", [1, 2])
def test_each_depth_does_what_it_did(slope: float, seed: int, columns: tuple[str, ...]) -> None:
    found = _panel(lambda depth: 1 + slope * depth, seed, columns)
    assert found.exposure is not None
    assert np.median(found.exposure, axis=0) == pytest.approx([1 + slope * depth for depth in DEPTHS], rel=0.1)


@pytest.mark.parametrize("seed", [1, 2])
def test_where_depth_does_not_matter_none_is_expected_of_it(seed: int) -> None:
    found = _panel(lambda depth: 1.8, seed)
    assert found.exposure is not None
    assert np.median(found.exposure, axis=0) == pytest.approx([1.8] * len(DEPTHS), rel=0.1)
