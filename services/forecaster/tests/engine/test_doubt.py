"""The band of a promoted or festive period holds the doubt of its factor: of the estimate, and from time to time."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.quantiles import AS_ARRAY, at
from forecaster.engine.uncertainty.doubt import widened
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from services.forecaster.tests.engine.test_uplift import EFFORT, HORIZON, frame, panel

WEEKS, AHEAD = 120, 3  # of history, and the step that is promoted
SERIES = 40
LIFT = 2.5


def promoted(
    past: list[int], varies: float, differs: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:  # fmt: skip
    """Weeks promoted in the past and `AHEAD`; a lift that `varies` from time to time alike for all products and
    `differs` between products, as standard deviations of its logarithm. The lifts (series,) that come, without noise.
    """
    rng = np.random.default_rng(seed)
    labels = pd.date_range("2024-01-01", periods=WEEKS + HORIZON, freq="W-MON")
    on = [*past, WEEKS + AHEAD]
    flag = np.zeros((SERIES, len(labels)))
    flag[:, on] = 1
    lift = np.ones_like(flag)
    own = differs * rng.standard_normal((SERIES, 1))
    lift[:, on] = LIFT * np.exp(own + varies * rng.standard_normal(len(on)))
    y = rng.poisson(rng.uniform(30, 120, (SERIES, 1)) * lift).astype(float)
    future = frame(labels, y, promotion=flag).drop(columns="y")
    return frame(labels[:WEEKS], y[:, :WEEKS], promotion=flag[:, :WEEKS]), future, lift[:, WEEKS + AHEAD]


SELDOM, OFTEN = [20, 45, 70], [10, 20, 30, 40, 50, 60, 70, 80]  # none within the backtest


@pytest.mark.parametrize(
    ("past", "varies", "differs", "least"), [(SELDOM, 0.3, 0.2, 0.6), (OFTEN, 0.25, 0.0, 0.7), (OFTEN, 0.0, 0.3, 0.7)]
)
def test_a_lift_lies_as_often_in_its_doubt_s_band_as_it_should(
    past: list[int], varies: float, differs: float, least: float
) -> None:
    """The 80 % band of the factor alone, over forty panels; three times tell little of how much times differ."""
    inside = []
    for seed in range(40):
        history, future, lift = promoted(past, varies, differs, seed)
        found = panel(history, "W-MON", future)
        assert found.exposure is not None and found.doubt is not None
        off = np.abs(np.log(lift / found.exposure[:, AHEAD]))
        inside.append((off < norm.ppf(0.9) * np.sqrt(found.doubt[:, AHEAD])).mean())
    assert least < np.mean(inside) < 0.9


def test_a_lift_that_never_varied_is_hardly_in_doubt() -> None:
    history, future, _ = promoted(OFTEN, 0.0, 0.0, 0)
    found = panel(history, "W-MON", future)
    assert found.doubt is not None and np.sqrt(found.doubt[:, AHEAD]).max() < 0.05


def test_a_period_without_an_occasion_has_no_doubt() -> None:
    history, future, _ = promoted([20, 45, 70], 0.3, 0.2, 0)
    found = panel(history, "W-MON", future)
    assert found.doubt is not None
    assert (np.delete(found.doubt, AHEAD, axis=1) == 0).all()


def test_a_lift_that_varied_from_time_to_time_makes_its_week_s_band_wider() -> None:
    """The same usual weeks; the true 80 % width of the promoted one by its mean is 0.34 with a steady lift and at least
    0.8 with one that varies by 0.3."""
    ratio = {}
    for varies in (0.0, 0.3):
        history, future, _ = promoted([20, 45, 70, 90], varies, 0.0, 1)
        found = engine.forecast(history, freq="W-MON", horizon=HORIZON, future=future, options=EFFORT)
        width = (found.quantile(0.9) - found.quantile(0.1)) / found.mean
        ratio[varies] = float(np.median(width[:, AHEAD]) / np.median(np.delete(width, AHEAD, axis=1)))
    assert ratio[0.3] > 1.5 * ratio[0.0]
    assert 0.6 < ratio[0.0] < 1.5


@given(st.floats(0.05, 0.6), st.floats(0.01, 0.5))
@settings(max_examples=50, deadline=None)
def test_a_lognormal_band_times_an_uncertain_factor_is_the_lognormal_band_of_both(own: float, doubt: float) -> None:
    band = (100 * np.exp(own * norm.ppf(AS_ARRAY))).astype(np.float32)[None, None, :]
    found = widened(band, np.array([[doubt**2]], dtype=np.float32))
    np.testing.assert_allclose(found[0, 0], 100 * np.exp(np.hypot(own, doubt) * norm.ppf(AS_ARRAY)), rtol=1e-3)


def test_a_factor_s_doubt_makes_nothing_sell_and_leaves_the_order_of_quantiles() -> None:
    band = np.array([[[0, 0, 0, 0, 0, 0, 2, 3, 4, 6, 9], [0, 0, 1, 2, 3, 5, 7, 8, 9, 12, 15]]], dtype=np.float32)
    found = widened(band, np.full((1, 2), 0.2, dtype=np.float32))
    np.testing.assert_array_equal(found <= 0, band <= 0)
    assert (np.diff(found, axis=2) >= 0).all()
    assert at(found, 0.995)[0, 0] > 9 and at(found, 0.1)[0, 1] < 1
