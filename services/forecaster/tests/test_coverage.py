"""How many weeks lie inside the 80 % range: right for counts, where zero lies on many quantiles at once."""

import numpy as np
import pytest
from contracts.quantiles import LEVELS
from forecaster.domain.quality import inside80
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats


@given(rate=st.floats(0.05, 30), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_true_bands_of_counts_hold_about_four_weeks_of_five(rate: float, seed: int) -> None:
    quantiles = np.tile(stats.poisson.ppf(LEVELS, rate), (20_000, 1))
    actual = np.random.default_rng(seed).poisson(rate, 20_000).astype(float)
    assert 0.7 < inside80(actual, quantiles).mean() < 0.9


@pytest.mark.parametrize(("actual", "expected"), [(4.9, 0), (5.1, 1), (11.9, 1), (12.1, 0), (99, 0), (-1, 0)])
def test_without_ties_a_week_is_inside_or_not(actual: float, expected: float) -> None:
    quantiles = np.array([[1, 2, 5, 6, 7, 8, 9, 10, 12, 14, 15.0]])
    assert inside80(np.array([actual]), quantiles) == pytest.approx([expected])
