"""A price that is off by a factor is told and counts as the one before it; prices that really move do not."""

import numpy as np
import pandas as pd
import pytest
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source

WEEKS = pd.date_range(end="2026-11-16", periods=104, freq="W-MON")
AHEAD = pd.date_range(WEEKS[-1], periods=5, freq="W-MON")[1:]


def shop(kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """History and plan of ten products with a price (constant, with cuts of half, or a raise) and a temperature."""
    rng = np.random.default_rng(3)
    labels = WEEKS.append(AHEAD)
    heat = np.round(10 + 9 * np.sin(2 * np.pi * labels.day_of_year / 365.25) + rng.normal(0, 2, len(labels)), 1)
    parts = []
    for number in range(10):
        price = np.full(len(labels), 1.5 + number)
        if kind == "cuts":
            price[rng.random(len(labels)) < 0.1] *= 0.5
        elif kind == "raise":
            price[60:] *= 1.4
        elif kind == "lognormal":
            price = price * rng.lognormal(0, 0.9, len(labels))
        parts.append(pd.DataFrame({"unique_id": f"P{number}", "ds": labels, "price": price, "heat": heat}))
    frame = pd.concat(parts, ignore_index=True)
    frame["y"] = rng.poisson(20, len(frame)).astype(float)
    past = frame["ds"] <= WEEKS[-1]
    return frame[past].reset_index(drop=True), frame.drop(columns="y")


def panel(history: pd.DataFrame, future: pd.DataFrame) -> Panel:
    source = Source(history, "W-MON", future, None)
    return source.panel(source.last(), 4)


def prices(found: Panel, column: str = "price") -> np.ndarray:
    return next(one.values for one in found.regressors if one.name == column)


@pytest.mark.parametrize("kind", ["constant", "cuts", "raise", "lognormal"])
def test_prices_that_really_move_are_taken_as_they_are(kind: str) -> None:
    history, future = shop(kind)
    found = panel(history, future)
    assert found.told == []
    np.testing.assert_allclose(prices(found)[0], future.loc[future["unique_id"] == "P0", "price"], rtol=1e-6)


@pytest.mark.parametrize("value", [0.001, 0.15, 15.0, 1e6])
@pytest.mark.parametrize("week", [40, 103, 105])
@pytest.mark.parametrize("kind", ["constant", "cuts"])
def test_a_price_off_by_a_factor_is_told_and_counts_as_the_one_before(kind: str, week: int, value: float) -> None:
    history, future = shop(kind)
    clean = prices(panel(history, future))
    for frame in (history, future):
        frame.loc[(frame["unique_id"] == "P0") & (frame["ds"] == WEEKS.append(AHEAD)[week]), "price"] = value
    found = panel(history, future)
    assert [(one.series, one.column) for one in found.told] == [("P0", "price")]
    assert found.told[0].where == ("history" if week < 104 else "future")
    struck = prices(found)
    assert struck[0, week] in {clean[0, week - 1], clean[0, week]}
    struck[0, week] = clean[0, week]
    np.testing.assert_array_equal(struck, clean)


def test_a_temperature_of_a_thousand_is_told() -> None:
    history, future = shop("constant")
    history.loc[50, "heat"] = future.loc[50, "heat"] = 999.0
    found = panel(history, future)
    assert [(one.row, one.column) for one in found.told] == [(51, "heat")]


def test_a_word_among_prices_does_not_make_words_of_them_all() -> None:
    history, future = shop("cuts")
    history["price"] = history["price"].astype(object)
    history.loc[7, "price"] = "n/a"
    found = panel(history, future)
    assert [(one.row, one.column, one.value) for one in found.told] == [(8, "price", "n/a")]
    assert 0.5 < np.nanmin(prices(found)) < np.nanmax(prices(found)) < 11
