"""Quantiles of sums: the draws that all series share are not odd, and what moves together is known for what it is."""

import numpy as np
import pytest
from forecaster.engine.features.instances import Instances
from forecaster.engine.quantiles import LEVELS as QUANTILES
from forecaster.engine.uncertainty import correlation as correlations
from forecaster.engine.uncertainty import paths
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, poisson

LEVELS = np.array(QUANTILES)


def levels(correlation: np.ndarray, count: int, seed: int) -> np.ndarray:
    """The draws as levels (count, H) from 0 to 1."""
    drawn = paths.draws(correlation.astype(np.float32), count, seed)
    edges, place = np.array([0.0, *QUANTILES, 1.0]), drawn.interval
    return edges[place + 1] + drawn.share * (edges[place + 2] - edges[place + 1])


@given(st.integers(0, 10_000), st.floats(0, 0.9), st.integers(2, 28))
@settings(max_examples=40, deadline=None)
def test_every_periods_draws_are_spread_evenly_and_are_correlated_as_asked(seed: int, rho: float, horizon: int) -> None:
    wanted = np.where(np.eye(horizon) > 0, 1, rho)
    found = levels(wanted, 300, seed)
    even = (np.arange(300) + 0.5) / 300
    np.testing.assert_allclose(np.sort(found, axis=0), np.repeat(even[:, None], horizon, axis=1), atol=1e-4)
    np.testing.assert_allclose(np.corrcoef(norm.ppf(found).T), wanted, atol=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_sums_of_independent_counts_hold_what_they_promise(seed: int) -> None:
    """From the true quantiles of every week, whatever the draws' seed."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.5, 4, (3000, 1)) * np.ones(6)
    exact = np.arange(80)[None, :]  # quantiles, interpolated between whole numbers as the engine's are not yet rounded
    reach = poisson.cdf(exact, rate[:, :1])
    one = np.stack([np.interp(LEVELS, row, np.arange(80) + 0.5, left=0) for row in reach]).astype(np.float32)
    weekly = np.repeat(np.maximum(one, 0)[:, None, :], 6, axis=1)
    told = paths.sums(weekly, paths.draws(np.eye(6, dtype=np.float32), 300, seed), whole=np.ones(3000, dtype=bool))
    total = rng.poisson(rate).sum(axis=1).astype(np.float32)
    score = correlations.scores(total, told[:, -1], whole=np.ones(3000, dtype=bool), seed=seed)
    assert 0.77 < (np.abs(score) < 1.2816).mean() < 0.84


def test_counts_of_many_levels_that_do_not_move_together_are_found_not_to() -> None:
    """Their zeros make the same series' errors alike; their scores within their own distribution are not."""
    rng = np.random.default_rng(0)
    rate = np.repeat(rng.gamma(0.5, 2, 800) + 0.05, 8)
    y = rng.poisson(rate).astype(np.float32)
    reach = poisson.cdf(np.arange(60)[None, :], rate[:, None])
    bands = np.stack([np.interp(LEVELS, row, np.arange(60) + 0.5, left=0) for row in reach]).astype(np.float32)
    score = correlations.scores(y, bands, whole=np.ones(len(y), dtype=bool), seed=0)
    assert abs(score.mean()) < 0.1
    by_series = score.reshape(800, 8)
    assert abs((by_series[:, 1:] * by_series[:, :-1]).mean()) < 0.06


def test_far_weeks_that_drift_move_together_more_than_near_ones() -> None:
    rng = np.random.default_rng(0)
    series, horizon = 2000, 12
    drift = np.linspace(0, 1, horizon) * rng.standard_normal((series, 1))
    score = (drift + rng.standard_normal((series, horizon))) / np.sqrt(1 + np.linspace(0, 1, horizon) ** 2)
    steps = np.tile(np.arange(1, horizon + 1), series)
    rows = np.repeat(np.arange(series), horizon)
    instances = Instances(rows, np.arange(len(rows)) // horizon % 100 * 5, steps)
    found = correlations.correlation(score.astype(np.float32).ravel(), instances, horizon, 52.18)
    assert found.shape == (horizon, horizon)
    np.testing.assert_array_equal(found, found.T)
    np.testing.assert_array_equal(np.diag(found), 1)
    assert found[0, 1] < 0.15
    assert found[10, 11] > 0.35


def test_without_a_backtest_weeks_move_together_as_usual() -> None:
    found = correlations.correlation(np.zeros(0, dtype=np.float32), Instances.none(), 3, 52.18)
    assert found[0].tolist() == [1, pytest.approx(correlations.USUAL), pytest.approx(correlations.USUAL)]


@given(st.integers(2, 30))
def test_shorter_periods_are_usually_correlated_so_that_their_weeks_are_as_usual(days: int) -> None:
    daily = correlations.usual(52.18 * days)
    variance, between = days + days * (days - 1) * daily, days * days * daily
    assert between / variance == pytest.approx(correlations.USUAL)
