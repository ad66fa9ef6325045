"""Quantiles learned directly: what they see that a band around the forecast does not, and their part of the bands."""

import numpy as np
import pandas as pd
from forecaster import engine
from forecaster.engine import intervals, quantile_model
from forecaster.engine.features import Features, Rows
from forecaster.engine.panel import Source
from forecaster.engine.types import QUANTILES
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecaster.tests.engine.frames import QUICK, weekly

MEDIAN, HIGH = QUANTILES.index(0.5), QUANTILES.index(0.9)


def learned(history: pd.DataFrame, options: engine.Options) -> tuple[Features, quantile_model.QuantileModel]:
    """The features of a history at its end, three weeks ahead, and the model that they taught."""
    source = Source(history, "W-FRI", None, None)
    features = Features(source.panel(source.last(), 3))
    model = quantile_model.train(features, features.panel.y.shape[1] - 1, options, 0, lambda: None)
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
    told = model.of(features, features.build(Rows(np.arange(60), np.full(60, 59), np.ones(60, dtype=np.int64))))
    assert abs(np.median(told[:30, MEDIAN]) - 20) < 2
    assert abs(np.median(told[30:, MEDIAN]) - 10) < 3
    assert np.median(told[:30, -2]) < 25, "97.5 % of steady demand"
    assert np.median(told[30:, -2]) > 80, "97.5 % of bursty demand"


def test_learned_quantiles_are_never_negative_and_never_cross() -> None:
    features, model = learned(weekly(12, 60), QUICK)
    rows = Rows(np.arange(12).repeat(3), np.full(36, 59), np.tile([1, 2, 3], 12))
    told = model.of(features, features.build(rows))
    assert told.shape == (36, len(QUANTILES))
    assert (told >= 0).all()
    assert (np.diff(told, axis=1) >= 0).all()


def test_too_few_rows_teach_no_tail() -> None:
    source = Source(weekly(2, 12), "W-FRI", None, None)
    features = Features(source.panel(source.last(), 3))
    assert quantile_model.train(features, 11, QUICK, 0, lambda: None) is None


def test_the_fewer_series_taught_it_the_smaller_its_part() -> None:
    shares = [quantile_model.QuantileModel([], series).share for series in (1, 20, 5000)]
    assert shares == sorted(shares)
    assert shares[1] == quantile_model.MOST / 2
    assert shares[2] < quantile_model.MOST


@given(st.lists(st.floats(0, 1000, width=32), min_size=11, max_size=11), st.floats(0, 1, width=32))
@settings(max_examples=60, deadline=None)
def test_bands_lie_between_both_parts_and_never_cross(values: list[float], share: float) -> None:
    told = np.sort(np.array([values], dtype=np.float32), axis=1)
    one = np.ones(1, dtype=np.float32)
    relative = np.linspace(-2, 2, 11, dtype=np.float32)[None, :]

    def bands(part: float) -> np.ndarray:
        return intervals.quantiles(50 * one, 10 * one, one, one, relative, told, np.float32(part) * one, False)

    alone, mixed = bands(0.0), bands(share)
    wider = 50 + (alone - 50) * (1 + intervals.BESIDE_LEARNED * share)
    low, high = np.minimum(np.maximum(wider, 0), told), np.maximum(wider, told)
    assert (mixed >= low - 1e-2).all()
    assert (mixed <= high + 1e-2).all()
    assert (np.diff(mixed, axis=1) >= 0).all()
    np.testing.assert_allclose(alone, np.maximum(50 + 10 * relative, 0), rtol=1e-5)
