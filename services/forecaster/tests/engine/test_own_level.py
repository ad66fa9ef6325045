"""Levels of a product's own: whose forecasts are drawn to what it sold lately, and what moves all of them together."""

import numpy as np
import pandas as pd
from forecaster.engine.backtest import Backtest
from forecaster.engine.data.source import Source
from forecaster.engine.ensemble import own_level
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Design, Instances
from forecaster.engine.methods.pooled import totals

LOCAL = ("moving average", "TSB", "mean of smoothing, TSB and IMAPA")
SERIES, ORIGINS, HORIZON = 200, 12, 4


def backtest(bias: np.ndarray, seed: int = 0) -> tuple[Backtest, np.ndarray, np.ndarray]:
    """Series of 20, the steadier the smaller their number, forecast too high by these shares, and at 20 give or take a
    little by their own level; with the forecasts and the variability of each row."""
    rng = np.random.default_rng(seed)
    rows = Instances.ahead(np.repeat(np.arange(SERIES), ORIGINS), np.tile(np.arange(ORIGINS), SERIES), HORIZON)
    deviation = (0.1 + rows.series / SERIES).astype(np.float32)
    y = (20 * (1 + deviation * rng.standard_normal((SERIES, ORIGINS + HORIZON))[rows.series, rows.targets - 1])).astype(
        np.float32
    )
    f = (20 * (1 + bias[rows.series])).astype(np.float32)
    local = {name: np.full(len(rows), 20 + rng.normal(0, 0.5), dtype=np.float32) for name in LOCAL}
    design = Design(np.zeros((len(rows), 0), np.float32), np.full(len(rows), 20, np.float32), (20 * deviation) ** 2)
    return Backtest(rows, y, design, None, None, local, np.full(len(rows), 2), np.arange(ORIGINS)), f, deviation


def test_only_the_kind_that_forecasts_miss_is_drawn_to_its_own_level() -> None:
    seen, f, variability = backtest(np.where(np.arange(SERIES) < SERIES // 5, 0.3, 0.0))
    found = own_level.learned(seen, f, variability)
    drawn = found.drawn(f, seen.local, variability)
    steady = seen.instances.series < SERIES // 5
    assert np.abs(drawn[steady].mean() / 20 - 1) < 0.06
    np.testing.assert_allclose(drawn[~steady], f[~steady], rtol=0.01)


def test_forecasts_that_are_right_stay_as_they_are() -> None:
    rng = np.random.default_rng(1)
    seen, f, variability = backtest(np.zeros(SERIES))
    seen.local = {name: (f * rng.lognormal(0, 0.3, len(f))).astype(np.float32) for name in LOCAL}
    drawn = own_level.learned(seen, f, variability).drawn(f, seen.local, variability)
    assert np.abs(drawn / f - 1).mean() < 0.02


def factors(wild: bool, shift: float) -> np.ndarray:
    """By how much 60 products are moved whose last six weeks of forty are so many times what is forecast, 20 a week;
    of several panels."""
    labels = pd.date_range("2026-01-05", periods=40, freq="W-MON")
    told = np.full((60, HORIZON), 20, dtype=np.float32)
    found = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        y = np.round(20 * rng.lognormal(-0.5, 1, (60, 40))) if wild else rng.poisson(20, (60, 40))
        y = np.round(y * np.where(np.arange(40) >= 34, shift, 1.0))
        frame = pd.DataFrame({
            "unique_id": np.repeat([f"{number:02d}" for number in range(60)], 40), "ds": np.tile(labels, 60),
            "y": y.ravel(),
        })  # fmt: skip
        source = Source(frame, "W-MON", None, None)
        made = Features.of(source.panel(source.last(), HORIZON))
        found.append(totals.factor(made, np.arange(60), made.last, told))
    return np.array(found)


def test_all_products_are_moved_half_way_to_a_level_that_their_total_shows() -> None:
    assert np.abs(factors(wild=False, shift=1.3) / np.sqrt(1.3) - 1).max() < 0.06


def test_nobody_is_moved_by_what_chance_makes_of_a_total_of_wild_ones() -> None:
    assert np.median(np.abs(np.log(factors(wild=True, shift=1.0)))) < 0.005
