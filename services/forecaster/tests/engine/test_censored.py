"""A week out of stock for a part shows a part of its demand: planted demand, and weeks of which some are censored."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data.source import Source

from services.forecaster.tests.engine.frames import QUICK

SERIES, WEEKS, HORIZON = 24, 104, 6
LEVELS = np.geomspace(3, 60, SERIES)


def planted(share: float, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Weeks of which a share was in stock for a part, some not at all: HISTORY, and the demand (series, weeks)."""
    rng = np.random.default_rng(seed)
    stocked = np.where(rng.random((SERIES, WEEKS)) < share, np.maximum(rng.uniform(-0.2, 1, (SERIES, WEEKS)), 0), 1.0)
    stocked[:, 0] = 1.0
    demand = rng.poisson(LEVELS[:, None], (SERIES, WEEKS))
    sold = rng.binomial(demand, stocked).astype(float)
    labels = pd.date_range("2024-11-18", periods=WEEKS, freq="W-MON")
    history = pd.DataFrame({
        "unique_id": np.repeat([f"s{n:02d}" for n in range(SERIES)], WEEKS), "ds": np.tile(labels, SERIES),
        "y": sold.reshape(-1), "in_stock": stocked.reshape(-1),
    })  # fmt: skip
    return history, demand


def off(values: np.ndarray) -> float:
    """The bias of all series together, each by its level."""
    return float(np.nanmean(np.nanmean(values, axis=1) / LEVELS) - 1)


@pytest.mark.parametrize(("share", "left"), [(0.2, 0.2), (0.4, 1 / 3)])
def test_the_demand_of_censored_weeks_is_estimated_without_their_bias(share: float, left: float) -> None:
    history, demand = planted(share)
    source = Source(history, "W-MON", None, None)
    panel = source.panel(source.last(), HORIZON)
    sold = history["y"].to_numpy().reshape(SERIES, WEEKS)
    assert abs(off(panel.y)) <= left * abs(off(sold))
    known = ~np.isnan(panel.y)
    assert (panel.y[known] >= sold[known]).all()
    whole = history["in_stock"].to_numpy().reshape(SERIES, WEEKS) == 1
    np.testing.assert_array_equal(panel.y[whole & known], demand[whole & known])
    assert panel.whole.all()


@pytest.mark.parametrize(("share", "left"), [(0.2, 0.2), (0.4, 1 / 3)])
def test_the_forecast_is_of_demand_not_of_what_was_sold(share: float, left: float) -> None:
    history, demand = planted(share)
    bias = []
    for frame in (history, history.drop(columns="in_stock")):
        found = engine.forecast(frame, freq="W-MON", horizon=HORIZON, options=replace(QUICK, candidate_seconds=0))
        bias.append(off(found.mean))
    chance = off(demand)  # what of the truth's level the drawn demand itself is off
    assert abs(bias[0] - chance) <= left * abs(bias[1] - chance)


def test_a_week_wholly_without_stock_says_nothing_and_a_full_one_stays() -> None:
    labels = pd.date_range("2025-01-06", periods=30, freq="W-MON")
    stocked = np.where(np.arange(30) == 20, 0.0, np.where(np.arange(30) == 22, 0.5, 1.0))
    sold = np.where(stocked == 1, 10.0, np.where(stocked == 0.5, 7.0, 0.0))
    frame = pd.DataFrame({"unique_id": "a", "ds": labels, "y": sold, "in_stock": stocked})
    source = Source(frame, "W-MON", None, None)
    y = source.panel(source.last(), HORIZON).y[0]
    assert np.isnan(y[20])
    assert y[22] == pytest.approx(7 + 5, abs=0.2)  # what was sold, and half a week at ten a week
    assert (np.delete(y, [20, 22]) == 10).all()


def test_what_was_sold_and_what_was_wanted_are_both_given() -> None:
    history, _ = planted(0.2)
    found = engine.forecast(history, freq="W-MON", horizon=HORIZON, options=replace(QUICK, candidate_seconds=0))
    given = history[history["in_stock"] < 1].merge(found.demand, on=["unique_id", "ds"], suffixes=("", "_told"))
    assert len(given) == (history["in_stock"] < 1).sum() == len(found.demand)
    np.testing.assert_allclose(given["sold"], given["y"])
    assert (given["demand"] >= given["sold"]).all()
    assert given["demand"].sum() == pytest.approx(
        LEVELS[given["unique_id"].str[1:].astype(int)].sum(), rel=0.05
    )  # also of weeks that nothing is learned from


def test_the_band_is_wider_by_what_was_not_seen() -> None:
    """The same models, and the same demand: once it was all seen, once half of the latest weeks' was estimated."""
    history, _ = planted(0.0)
    models = engine.forecast(
        history.assign(in_stock=np.where(history["ds"] == history["ds"].min(), 0.9, 1.0)), freq="W-MON",
        horizon=HORIZON, options=replace(QUICK, candidate_seconds=0),
    ).fitted  # fmt: skip
    wide = {}
    for name, weeks in (("seen", 0), ("half", 4), ("none", 8)):
        late = history["ds"] > history["ds"].max() - pd.Timedelta(weeks=8)
        latest = history["ds"] > history["ds"].max() - pd.Timedelta(weeks=weeks)
        level = np.repeat(np.round(LEVELS), WEEKS)
        frame = history.assign(
            in_stock=np.where(latest, 0.5, np.where(history["ds"] == history["ds"].min(), 0.9, 1.0)),
            y=np.where(late, np.where(latest, level / 2, level), history["y"]),
        )
        found = engine.update(models, frame, freq="W-MON", horizon=HORIZON)
        wide[name] = float(
            ((found.quantile(0.9) - found.quantile(0.1)) / np.maximum(found.mean, 1)).mean()
        )
    assert wide["seen"] * 1.01 < wide["half"] < wide["none"] < wide["seen"] * 1.5
