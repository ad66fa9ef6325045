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
