"""Planned openings: closed periods are no missing demand, and their forecast is zero."""

import numpy as np
import pandas as pd
from forecaster import engine

from services.forecaster.tests.engine.frames import QUICK


def _daily(stores: int = 12, days: int = 140) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(0)
    labels = pd.date_range("2024-01-01", periods=days + 14)
    frame = pd.DataFrame({"unique_id": np.repeat([f"s{n}" for n in range(stores)], len(labels)),
                          "ds": np.tile(labels.to_numpy(), stores)})  # fmt: skip
    frame["open"] = (frame["ds"].dt.day_of_week < 6).astype(int)
    long_closed = (frame["unique_id"] == "s0") & (frame["ds"] >= labels[60]) & (frame["ds"] < labels[days])
    frame.loc[long_closed, "open"] = 0
    frame["y"] = frame["open"] * rng.normal(500, 20, len(frame))
    past = frame["ds"] <= labels[days - 1]
    return frame[past & (frame["open"] == 1)], frame.drop(columns="y")


def test_closed_days_are_zero_and_a_reopening_shop_sells_as_before_it_closed() -> None:
    history, future = _daily()
    found = engine.forecast(history, freq="D", horizon=14, future=future, options=QUICK)
    weekday = pd.DatetimeIndex(found.labels[0]).dayofweek
    assert (found.mean[:, weekday == 6] == 0).all()
    assert (found.quantiles[:, weekday == 6] == 0).all()
    reopened = found.mean[found.ids.index("s0"), weekday < 6]
    assert ((reopened > 350) & (reopened < 650)).all()


def test_a_place_that_closes_for_the_first_time_sells_nothing_then() -> None:
    labels = pd.date_range("2024-01-01", periods=80, freq="W-MON")
    history = pd.concat([
        pd.DataFrame({"unique_id": f"p{n}", "ds": labels, "y": np.random.default_rng(n).poisson(30.0, 80)})
        for n in range(6)
    ])  # fmt: skip
    found, usual = (
        engine.forecast(history, freq="W-MON", horizon=4, options=QUICK, openings=openings)
        for openings in ({"p2": [1.0, 0.0, 3 / 7, 1.0]}, None)
    )
    assert found.mean[2, 1] == 0
    assert (found.quantiles[2, 1] == 0).all()
    np.testing.assert_allclose(found.mean[2, [0, 2, 3]], usual.mean[2, [0, 2, 3]] * [1, 3 / 7, 1], rtol=0.02)
    np.testing.assert_array_equal(found.mean[3], usual.mean[3])
    parts = engine.explain(found.fitted, found.working, "p2", 2).contributions
    assert abs(parts.total) < 1e-6
    assert parts.parts["closings", "opening"] < -25
