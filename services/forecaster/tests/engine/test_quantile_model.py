"""Quantiles learned directly: what they see that a band around the forecast does not, and their part of the bands."""

import numpy as np
import pandas as pd
from forecaster import engine
from forecaster.engine.data.source import Source
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Instances
from forecaster.engine.methods.pooled import quantile_model
from forecaster.engine.quantiles import LEVELS, MEDIAN, at
from forecaster.engine.uncertainty import stretch as stretching
from forecaster.engine.uncertainty.conformal import conformal
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from services.forecaster.tests.engine.frames import QUICK, weekly


def learned(history: pd.DataFrame, options: engine.Options) -> tuple[Features, quantile_model.QuantileModel]:
    """The features of a history at its end, three weeks ahead, and the model that they taught."""
    source = Source(history, "W-FRI", None, None)
    features = Features.of(source.panel(source.last(), 3))
    model = quantile_model.train(features, features.last, options, 0, lambda: None)
    assert model is not None
    return features, model


def test_lopsided_demand_gets_lopsided_bands() -> None:
    """Half of the products sell 20 a week; the others as much in the mean, as 10 and now and then 110."""
    rng = np.random.default_rng(0)
    steady = rng.normal(20, 1, (30, 60))
    bursty = np.where(rng.random((30, 60)) < 0.1, 110.0, 10.0) + rng.normal(0, 0.5, (30, 60))
    labels = pd.date_range("2024-01-05", periods=60, freq="W-FRI")
    history = pd.DataFrame({
        "unique_id": np.repeat([f"p{n:02d}" for n in range(60)], 60), "ds": np.tile(labels, 60),
        "y": np.concatenate([steady, bursty]).ravel(),
    })  # fmt: skip
    features, model = learned(history, engine.Options(rows=8000, rounds=60))
    told = model.predict(
        features, features.design(Instances(np.arange(60), np.full(60, 59), np.ones(60, dtype=np.int64)))
    )
    assert abs(np.median(at(told, 0.5)[:30]) - 20) < 2
    assert abs(np.median(at(told, 0.5)[30:]) - 10) < 3
    assert np.median(at(told, 0.975)[:30]) < 25, "97.5 % of steady demand"
    assert np.median(at(told, 0.975)[30:]) > 80, "97.5 % of bursty demand"


def test_learned_quantiles_are_never_negative_and_never_cross() -> None:
    features, model = learned(weekly(12, 60), QUICK)
    rows = Instances.ahead(np.arange(12), np.full(12, 59), 3)
    told = model.predict(features, features.design(rows))
    assert told.shape == (36, len(LEVELS))
    assert (told >= 0).all()
    assert (np.diff(told, axis=1) >= 0).all()


def test_too_few_rows_teach_no_tail() -> None:
    source = Source(weekly(2, 12), "W-FRI", None, None)
    features = Features.of(source.panel(source.last(), 3))
    assert quantile_model.train(features, 11, QUICK, 0, lambda: None) is None


def test_the_fewer_series_taught_it_the_smaller_its_part() -> None:
    shares = [quantile_model.QuantileModel([], series).share for series in (1, 20, 5000)]
    assert shares == sorted(shares)
    assert shares[1] == quantile_model.MOST / 2
    assert shares[2] < quantile_model.MOST


@given(
    st.lists(st.floats(0, 1000, width=32), min_size=11, max_size=11), st.floats(0, 1, width=32),
    st.floats(0, 1, width=32),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_bands_lie_between_both_parts_or_beyond_by_the_stretch_and_never_cross(
    values: list[float], share: float, stretch: float
) -> None:  # fmt: skip
    told = np.sort(np.array([values], dtype=np.float32), axis=1)
    one = np.ones(1, dtype=np.float32)
    alone = conformal(50 * one, 10 * one, one, one, np.linspace(-2, 2, 11, dtype=np.float32)[None, :])

    def bands(part: float, wider: float) -> np.ndarray:
        further = np.full(11, wider, dtype=np.float32)
        return stretching.mixed(50 * one, alone, told, np.float32(part) * one, further)

    mixed = bands(share, 0.0)
    assert (mixed >= np.minimum(alone, told) - 1e-2).all()
    assert (mixed <= np.maximum(alone, told) + 1e-2).all()
    wider = bands(share, stretch)
    np.testing.assert_allclose(wider, np.maximum(50 + (mixed - 50) * (1 + share * stretch), 0), rtol=1e-4, atol=1e-3)
    assert (np.diff(wider, axis=1) >= 0).all()
    np.testing.assert_allclose(bands(0.0, stretch), alone, rtol=1e-5)


def outside(y: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """How often y lies beyond each quantile, as seen from the median."""
    return np.array([(y < bands[:, k]).mean() if k < MEDIAN else (y > bands[:, k]).mean() for k in range(11)])


@given(st.floats(0.3, 1.2), st.floats(0.2, 1.0), st.integers(0, 9))
@settings(max_examples=30, deadline=None)
def test_bands_are_stretched_until_they_are_left_little_more_often_than_the_conformal_ones(
    narrow: float, part: float, seed: int
) -> None:
    """`narrow`: how wide the learned quantiles are, as a share of the right width."""
    rng = np.random.default_rng(seed)
    f = np.full(4000, 100, dtype=np.float32)
    y = (100 + 10 * rng.standard_normal(4000)).astype(np.float32)
    normal = norm.ppf(LEVELS).astype(np.float32)
    alone = np.broadcast_to(100 + 10 * normal, (4000, 11)).astype(np.float32)
    told = np.broadcast_to(100 + 10 * narrow * normal, (4000, 11)).astype(np.float32)
    share = np.full(4000, part, dtype=np.float32)
    scale = np.ones(4000, dtype=np.float32)  # one volume: all of it is one bucket
    stretch = stretching.stretched(y, f, alone, told, share, scale).of(scale)
    found = stretching.mixed(f, alone, told, share, stretch)
    tails = np.arange(11) != MEDIAN
    allowed = stretching.MORE_OFTEN * outside(y, alone) + 1 / 400
    reached = stretch[0] >= stretching.MOST_STRETCH - 1e-3
    assert ((outside(y, found) <= allowed) | reached)[tails].all()
    if narrow >= 1:
        assert not stretch.any(), "bands that are wide enough stay as they are"


def test_a_training_measures_the_stretch_that_its_learned_quantiles_need() -> None:
    found = engine.forecast(weekly(40, 90), freq="W-FRI", horizon=3, options=engine.Options(rows=4000, rounds=30))
    stretch = found.fitted.stretch.values
    assert stretch.shape == (5, 11)
    assert ((stretch >= 0) & (stretch <= stretching.MOST_STRETCH)).all()
    assert not (stretch == stretching.UNTESTED).all(), "it is not the one of bands that no backtest judged"
