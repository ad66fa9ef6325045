"""Withholding what comes after the cutoff changes no forecast."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine

from services.forecaster.tests.engine.frames import QUICK, planned, weekly

HORIZON = 5


def _at(history: pd.DataFrame, cutoff: pd.Timestamp, future: pd.DataFrame | None = None) -> engine.Forecasts:
    return engine.forecast(
        history, freq="W-FRI", horizon=HORIZON, future=future, cutoffs=[cutoff], seed=3, options=QUICK
    )


def _same(one: engine.Forecasts, two: engine.Forecasts) -> None:
    assert one.ids == two.ids
    np.testing.assert_array_equal(one.labels, two.labels)
    for name in ("mean", "quantiles", "sum_quantiles"):
        np.testing.assert_allclose(getattr(one, name), getattr(two, name), rtol=1e-6)


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    return weekly()


def test_later_rows_change_nothing(history: pd.DataFrame) -> None:
    cutoff = history["ds"].unique()[45]
    _same(_at(history, cutoff), _at(history[history["ds"] <= cutoff], cutoff))


def test_later_rows_change_nothing_when_a_plan_is_given(history: pd.DataFrame) -> None:
    cutoff = history["ds"].unique()[45]
    future = planned(history, HORIZON)
    end = cutoff + pd.Timedelta(weeks=HORIZON)
    _same(
        _at(history, cutoff, future),
        _at(history[history["ds"] <= cutoff], cutoff, future[future["ds"] <= end]),
    )


def test_a_column_known_ahead_is_read_after_the_cutoff_from_the_plan_only(history: pd.DataFrame) -> None:
    cutoff = history["ds"].unique()[45]
    future = planned(history, HORIZON)
    changed = history.copy()
    changed.loc[changed["ds"] > cutoff, ["promo", "price", "weather", "y"]] = 7.0
    _same(_at(history, cutoff, future), _at(changed, cutoff, future))


def test_the_plan_after_the_cutoff_does_change_the_forecast(history: pd.DataFrame) -> None:
    cutoff = history["ds"].unique()[45]
    future = planned(history, HORIZON)
    other = future.copy()
    other.loc[other["ds"] > cutoff, "promo"] = 1 - other.loc[other["ds"] > cutoff, "promo"]
    assert not np.allclose(_at(history, cutoff, future).mean, _at(history, cutoff, other).mean)


def test_series_that_begin_after_the_cutoff_and_texts_seen_later_change_nothing(history: pd.DataFrame) -> None:
    cutoff = history["ds"].unique()[45]
    later = history[history["unique_id"] == "sku003"].copy()
    later["unique_id"] = "aaa"
    later = later[later["ds"] > cutoff]
    both = pd.concat([later, history], ignore_index=True)
    both["event"] = np.where(both["ds"] > cutoff, "unheard of", np.where(both["ds"].dt.month == 3, "fair", "none"))
    seen = both[both["ds"] <= cutoff]
    future = both[["unique_id", "ds", "event"]]
    _same(_at(both, cutoff, future), _at(seen, cutoff, future))


def test_order_of_rows_and_columns_does_not_matter(history: pd.DataFrame) -> None:
    cutoff = history["ds"].max()
    mixed = history.sample(frac=1, random_state=1)[["weather", "y", "price", "unique_id", "promo", "ds"]]
    _same(_at(history, cutoff), _at(mixed, cutoff))


def test_several_cutoffs_at_once_are_the_same_as_one_by_one(history: pd.DataFrame) -> None:
    ends = list(history["ds"].unique()[[40, 50]])
    both = engine.forecast(history, freq="W-FRI", horizon=HORIZON, cutoffs=ends, seed=3, options=QUICK)
    apart = [_at(history, end) for end in ends]
    np.testing.assert_array_equal(both.mean, np.concatenate([part.mean for part in apart]))
