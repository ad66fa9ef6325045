"""Spikes that nothing explains are damped and told; peaks that something explains are not: planted truth both ways."""

import itertools

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source

from services.forecaster.tests.engine.frames import QUICK

END = pd.Timestamp("2026-11-16")


def shop(
    levels: list[float], weeks: int, *, season: bool = False, noise: str = "counts", seed: int = 0
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    labels = pd.date_range(end=END, periods=weeks, freq="W-MON")
    wave = 1 + 0.8 * np.sin(2 * np.pi * labels.day_of_year / 365.25) * season
    parts = []
    for number, level in enumerate(levels):
        y = rng.poisson(level * wave) if noise == "counts" else level * wave * rng.lognormal(0, 0.35, weeks)
        parts.append(pd.DataFrame({"unique_id": f"P{number:02d}", "ds": labels, "y": y.astype(float)}))
    return pd.concat(parts, ignore_index=True)


def struck(history: pd.DataFrame, series: str, values: dict[int, float]) -> pd.DataFrame:
    """The same with what was sold in some of a series' weeks, counted from the end, replaced."""
    found = history.copy()
    rows = np.flatnonzero(found["unique_id"] == series)
    for ago, value in values.items():
        found.loc[rows[-ago], "y"] = value
    return found


def panel(history: pd.DataFrame, future: pd.DataFrame | None = None) -> Panel:
    source = Source(history, "W-MON", future, None)
    return source.panel(source.last(), 4)


LEVELS, WEEKS, TIMES, AGO = (2.0, 20.0, 400.0), (13, 30, 104, 200), (10, 1e3, 1e6), (1, 10)
MATRIX = list(itertools.product(LEVELS, WEEKS, (False, True), ("counts", "money"), TIMES, AGO))


@pytest.mark.parametrize(("level", "weeks", "season", "noise", "times", "ago"), MATRIX)
def test_a_lone_spike_counts_as_a_usual_large_sale_and_nothing_else_changes(
    level: float, weeks: int, season: bool, noise: str, times: float, ago: int
) -> None:
    history = shop([level, *np.geomspace(3, 60, 6)], weeks, season=season, noise=noise, seed=weeks)
    top = history.loc[history["unique_id"] == "P00", "y"].max()
    clean, found = panel(history), panel(struck(history, "P00", {ago: top * times}))
    assert found.y[0, -ago] <= top
    assert [(one.series, one.row) for one in found.told] == [("P00", weeks - ago + 1)]
    assert "damped" in found.told[0].done
    found.y[0, -ago] = clean.y[0, -ago]
    np.testing.assert_array_equal(found.y, clean.y)


@pytest.mark.parametrize("noise", ["counts", "money"])
@pytest.mark.parametrize("season", [False, True])
@pytest.mark.parametrize("weeks", [6, 13, 30, 104, 200])
def test_nothing_is_damped_where_nothing_was_planted(weeks: int, season: bool, noise: str) -> None:
    for seed in range(8):
        history = shop([0.1, 0.4, *np.geomspace(1, 500, 38)], weeks, season=season, noise=noise, seed=seed)
        assert panel(history).told == []


def _peaks(history: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """A history with real peaks of eight times the usual sale."""
    one = history["unique_id"] == "P00"
    iso = history["ds"].dt.isocalendar().week
    future = None
    if kind == "Christmas of one product":
        history.loc[one & (iso == 51), "y"] *= 8
    elif kind == "its own week each year":
        history.loc[one & (iso == 23), "y"] *= 8
    elif kind == "a week of all products":
        history.loc[history["ds"] == END - pd.Timedelta(weeks=5), "y"] *= 8
    elif kind == "a launch":
        history = history[~one | (history["ds"] > END - pd.Timedelta(weeks=20))].reset_index(drop=True)
        own = np.flatnonzero(history["unique_id"] == "P00")
        history.loc[own, "y"] *= 1 + 7 * np.exp(-np.arange(len(own)) / 2.5)
    elif kind == "a new level":
        history.loc[one & (history["ds"] > END - pd.Timedelta(weeks=3)), "y"] *= 8
    elif kind == "a promotion":
        history["promotion"] = (one & (history["ds"] == END - pd.Timedelta(weeks=7))).astype(int)
        history.loc[history["promotion"] == 1, "y"] *= 8
        future = history[["unique_id", "ds", "promotion"]]
    elif kind == "a price cut":
        history["price"] = np.where(one & (history["ds"] == END - pd.Timedelta(weeks=7)), 2.0, 4.0)
        history.loc[history["price"] == 2.0, "y"] *= 8
        future = history[["unique_id", "ds", "price"]]
    return history, future


@pytest.mark.parametrize("weeks", [60, 110, 160])
@pytest.mark.parametrize("level", [5.0, 40.0])
@pytest.mark.parametrize("kind", [
    "Christmas of one product", "its own week each year", "a week of all products", "a launch", "a new level",
    "a promotion", "a price cut",
])  # fmt: skip
def test_a_real_peak_is_not_damped(kind: str, level: float, weeks: int) -> None:
    if kind == "its own week each year" and weeks < 100:
        pytest.skip("a week cannot come back within a year")
    history, future = _peaks(shop([level, *np.geomspace(3, 60, 6)], weeks, seed=1), kind)
    assert panel(history, future).told == []


@pytest.mark.parametrize("kind", ["Christmas of one product", "a week of all products", "a promotion"])
def test_what_explains_a_peak_does_not_explain_a_barcode(kind: str) -> None:
    history, future = _peaks(shop([20.0, *np.geomspace(3, 60, 6)], 110, seed=1), kind)
    own = history[history["unique_id"] == "P00"].reset_index(drop=True)
    found = panel(struck(history, "P00", {len(own) - int(own["y"].idxmax()): 40_063_812.0}), future)
    assert [one.value for one in found.told] == ["40,063,812"]


def test_two_and_three_barcodes_in_one_product_are_damped_each() -> None:
    history = shop([20.0, *np.geomspace(3, 60, 6)], 110)
    for weeks in ({3: 4e7, 40: 5e6}, {3: 4e7, 20: 5e7, 40: 6e7}):
        assert panel(struck(history, "P00", weeks)).y[0].max() < 60


def test_a_product_whose_only_sale_is_a_barcode_is_not_believed() -> None:
    history = struck(shop([0.0, *np.geomspace(3, 60, 6)], 60), "P00", {2: 40_063_812.0})
    assert panel(history).y[0, -2] <= 90


def test_the_forecasts_are_those_of_the_history_without_the_spike() -> None:
    history = shop([20.0, *np.geomspace(5, 60, 14)], 104, season=True)
    options = engine.Options(rows=8000, rounds=40, bags=1, backtest_series=15, candidate_seconds=0)

    def forecast(frame: pd.DataFrame) -> engine.Forecasts:
        return engine.forecast(frame, freq="W-MON", horizon=8, options=options)

    clean = forecast(history)
    for value in (200.0, 40_063_812.0):
        found = forecast(struck(history, "P00", {5: value}))
        change = found.mean.sum(axis=1) / clean.mean.sum(axis=1)
        assert 0.75 < change[0] < 1.25
        assert (np.abs(change[1:] - 1) < 0.1).all()
        assert "damped" in found.reason[0]
    assert engine.forecast(history, freq="W-MON", horizon=2, options=QUICK).report["told"] == []


def test_where_bulk_orders_are_part_of_the_business_only_the_furthest_out_are_damped() -> None:
    rng = np.random.default_rng(4)
    history = shop([6.0] * 60, 60)
    bulk = rng.random(len(history)) < 0.01
    history.loc[bulk, "y"] = rng.uniform(100, 300, int(bulk.sum()))
    assert len(panel(history).told) <= 5
    assert 40_063_812.0 not in panel(struck(history, "P07", {9: 40_063_812.0})).y
