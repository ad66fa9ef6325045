"""A season that swells and fades through the year, as gardens and ice cream have it, with a hundredfold between."""

import numpy as np
import pytest
from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.methods import registry
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.local.smooth_season import SmoothSeason
from hypothesis import given, settings
from hypothesis import strategies as st

YEAR, AHEAD, WEEKS = 52, 13, 156


def rate(weeks: Doubles, swing: float, peak: float = 24.0) -> Doubles:
    """Sales expected: `swing` times as many in the best week of the year as in the worst."""
    found: Doubles = peak * swing ** ((np.cos(2 * np.pi * weeks / YEAR) - 1) / 2)
    return found


def told(sold: Doubles, name: str = SmoothSeason.name) -> Floats:
    """A compiled method's forecasts (series, AHEAD) of histories (series, weeks) of weeks."""
    lengths = np.full(len(sold), sold.shape[1])
    histories = Histories(sold.astype(np.float64), lengths, AHEAD, YEAR, YEAR, growth_window=8, level_window=26)
    return registry.forecast_all(histories)[name]


def shop(ends: int, swing: float, products: int = 40) -> tuple[Doubles, Doubles]:
    """(sold, what is expected to sell then) of products whose history ends in that week of the year."""
    weeks = np.arange(WEEKS + AHEAD) - WEEKS + ends
    expected = np.broadcast_to(rate(weeks.astype(np.float64), swing), (products, WEEKS + AHEAD))
    sold = np.random.default_rng(ends).poisson(expected).astype(np.float64)
    return sold[:, :WEEKS], expected[:, WEEKS:]


@pytest.mark.parametrize("ends", range(0, YEAR, 13))
@pytest.mark.parametrize("swing", [7.0, 150.0])
def test_a_season_is_as_high_and_as_low_as_it_was_in_every_quarter_of_the_year(ends: int, swing: float) -> None:
    sold, expected = shop(ends, swing)
    found = told(sold)
    for month in (slice(0, 4), slice(4, 8), slice(8, 13)):
        off = abs(found[:, month].sum() / expected[:, month].sum() - 1)
        assert off < 0.15 or abs(found[:, month] - expected[:, month]).mean() < 0.3, (month, off)


@pytest.mark.parametrize("ends", range(0, YEAR, 13))
def test_it_is_nearer_to_a_smooth_season_than_methods_that_tell_each_week_by_itself(ends: int) -> None:
    sold, expected = shop(ends, 30.0)
    off = {name: abs(told(sold, name) - expected).mean() for name in (SmoothSeason.name, "seasonal smoothing")}
    assert off[SmoothSeason.name] < 0.6 * off["seasonal smoothing"], off


def test_where_there_is_no_season_chance_makes_none() -> None:
    sold = np.random.default_rng(1).negative_binomial(4, 4 / (4 + 12), (200, WEEKS)).astype(np.float64)
    swings = told(sold).max(axis=1) / told(sold).min(axis=1)
    assert np.median(swings) < 1.02
    assert np.quantile(swings, 0.95) < 1.35


def test_less_than_a_year_and_a_half_tells_no_season() -> None:
    sold, _ = shop(0, 30.0)
    assert np.ptp(told(sold[:, -77:]), axis=1).max() == 0
    assert np.ptp(told(sold[:, -78:]), axis=1).min() > 0


def test_a_level_that_doubled_is_followed_in_season_and_out() -> None:
    for ends in (0, 26):
        weeks = (np.arange(WEEKS + AHEAD) - WEEKS + ends).astype(np.float64)
        expected = rate(weeks, 7.0, peak=60) * np.where(np.arange(WEEKS + AHEAD) >= WEEKS - 26, 2, 1)
        sold = np.random.default_rng(3).poisson(expected, (40, WEEKS + AHEAD))[:, :WEEKS].astype(np.float64)
        assert 0.8 < told(sold).sum() / (40 * expected[WEEKS:].sum()) < 1.2


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.001, 1000), st.sampled_from([0.0, 0.02, 0.3, 5.0, 400.0]))
def test_units_do_not_matter_and_whatever_was_sold_there_is_a_finite_forecast(
    seed: int, unit: float, mean: float
) -> None:
    rng = np.random.default_rng(seed)
    sold = rng.poisson(mean * rng.gamma(0.5, 2, (5, WEEKS))).astype(np.float64)
    found = told(sold)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    np.testing.assert_allclose(told(sold * unit), found * unit, rtol=1e-3, atol=1e-6 * unit)
