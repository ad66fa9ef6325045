"""Why a forecast is what it is: contributions that add up to it, of what really moved it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine import Options
from forecaster.engine.contributions import Contributions
from forecaster.engine.ensemble.candidates import Taken

from services.forecaster.tests.engine import test_launches
from services.forecaster.tests.engine.frames import QUICK, planned, weekly

HORIZON = 8
Made = tuple[engine.Forecasts, engine.Fitted, engine.Working]


def _made(history: pd.DataFrame, folder: Path, freq: str = "W-FRI", **more: object) -> Made:
    found = engine.forecast(history, freq=freq, horizon=HORIZON, options=QUICK, **more)  # type: ignore[arg-type]
    engine.save(found.fitted, folder / "models")
    found.working.save(folder / "working")
    return found, engine.load(folder / "models"), engine.Working.load(folder / "working")


def _out_of_stock(history: pd.DataFrame) -> pd.DataFrame:
    """A tenth of the periods in stock for a part."""
    rng = np.random.default_rng(5)
    share = np.where(rng.random(len(history)) < 0.1, rng.random(len(history)), 1.0)
    return history.assign(in_stock=share, y=np.floor(history["y"] * share))


def _feasts(history: pd.DataFrame) -> pd.DataFrame:
    """Easter at twice the usual, and closed for a part of some weeks."""
    week = history["ds"].dt.strftime("%G-%V")
    easter = {"2023-14", "2024-13", "2025-16", "2026-14"}
    return history.assign(y=history["y"] * np.where(week.isin(easter), 2, 1))


PANELS = {
    "three years, promoted, out of stock": (60, 170, True, True),
    "two years": (35, 110, False, False),
    "short, brought to the recent level of all sales": (30, 40, False, False),
}


@pytest.fixture(scope="module", params=PANELS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    series, periods, plans, stock = PANELS[request.param]
    history = weekly(series, periods, seed=series)
    if periods < 52:
        history["y"] *= np.where(history["ds"] > history["ds"].quantile(0.75), 2.0, 1.0)
    if stock:
        history = _feasts(_out_of_stock(history))
    future = planned(history, HORIZON) if plans else None
    if not plans:
        history = history.drop(columns=["promo", "price"])
    groups = pd.DataFrame({"unique_id": history["unique_id"].unique()})
    groups["kind"] = [f"kind {number % 3}" for number in range(series)]
    return _made(history, tmp_path_factory.mktemp("made"), future=future, static=groups)


def test_contributions_of_any_forecast_add_up_to_it(made: Made) -> None:
    found, fitted, working = made
    assert (working.total != 1) == (working.last < 52), "of short histories the recent level of all is in it as well"
    for row, name in enumerate(found.ids):
        for step in range(1, HORIZON + 1):
            one = engine.explain(fitted, working, name, step)
            mean = float(found.mean[row, step - 1])
            assert one.mean == mean
            assert one.contributions.total == pytest.approx(mean, rel=1e-3, abs=1e-6)


def test_the_forecast_made_again_is_the_one_that_was_given_without_a_remainder(made: Made) -> None:
    found, fitted, working = made
    bands = 0
    for row, name in enumerate(found.ids[3:], start=3):
        for step in range(1, HORIZON + 1):
            one = engine.explain(fitted, working, name, step)
            band = sum(units for (driver, _), units in one.contributions.parts.items() if driver == "band")
            bands += abs(band) > 1e-3 * float(found.mean[row, step - 1])
    assert bands <= 0.02 * len(found.ids) * HORIZON, "the mean of steady sellers lies in its band"


def test_of_another_number_nothing_is_explained(made: Made) -> None:
    _, fitted, working = made
    wrong = replace(working, arrays={**working.arrays, "blend": working.arrays["blend"] * 1.01})
    with pytest.raises(engine.Malformed, match="made again"):
        engine.explain(fitted, wrong, working.ids[-1], 1)


def test_what_a_promotion_a_feast_and_a_stock_out_did_has_their_name(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    weeks = pd.date_range("2022-01-03", periods=160, freq="W-MON")
    promoted = rng.random((24, 168)) < 0.15
    promoted[:, 160:] = False
    promoted[:, 162] = True
    level = rng.uniform(20, 60, 24)[:, None]
    demand = rng.poisson(level * np.where(promoted[:, :160], 2.0, 1.0))
    stock = np.where(rng.random((24, 160)) < 0.3, 0.5, 1.0)
    ids = [f"p{number:02d}" for number in range(24)]
    history = pd.DataFrame({
        "unique_id": np.repeat(ids, 160), "ds": np.tile(weeks, 24), "y": np.floor(demand * stock).reshape(-1),
        "promotion": promoted[:, :160].reshape(-1) * 1.0, "in_stock": stock.reshape(-1),
    })  # fmt: skip
    ahead = pd.DataFrame({
        "unique_id": np.repeat(ids, 8), "ds": np.tile(pd.date_range(weeks[-1], periods=9, freq="W-MON")[1:], 24),
        "promotion": promoted[:, 160:].reshape(-1) * 1.0,
    })  # fmt: skip
    known = history[["unique_id", "ds", "promotion"]]
    _, fitted, working = _made(history, tmp_path, "W-MON", future=pd.concat([known, ahead]))
    by_step = {
        step: _drivers([engine.explain(fitted, working, name, step).contributions for name in ids]) for step in (1, 3)
    }
    usual, sold = level.sum(), (level[:, 0] * 0.85).sum()
    assert by_step[3]["promotion"] - by_step[1].get("promotion", 0) == pytest.approx(usual, rel=0.15)
    assert by_step[1]["availability"] == pytest.approx(usual - sold, rel=0.3)
    assert abs(by_step[1].get("season", 0)) < 0.05 * usual


def _drivers(every: list[Contributions]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in every:
        for (driver, _), units in one.parts.items():
            found[driver] = found.get(driver, 0) + units
    return found


def test_what_a_candidate_adds_is_told_as_well(tmp_path: Path) -> None:
    history = weekly(12, 110)
    options = Options(**{**vars(QUICK), "candidate_seconds": 60.0})
    found = engine.forecast(history, freq="W-FRI", horizon=4, options=options)
    found.fitted.taken = [Taken("AutoETS", 0.3, 0.1)]
    again = engine.update(found.fitted, history, freq="W-FRI", horizon=4, options=options)
    assert any("AutoETS" in method for method in again.method)
    for row, name in enumerate(again.ids):
        one = engine.explain(found.fitted, again.working, name, 2)
        assert one.contributions.total == pytest.approx(float(again.mean[row, 1]), rel=1e-3, abs=1e-6)
        if "AutoETS" in again.method[row]:
            assert any(detail == "AutoETS" for _, detail in one.contributions.parts)


def test_what_peers_say_of_a_product_that_begins_and_its_first_day_are_told_as_well() -> None:
    history = test_launches.shop(fresh=4)
    begins = test_launches.WEEKS[-1] - pd.Timedelta(weeks=3)
    back = (test_launches.WEEKS[-1] + pd.Timedelta(days=17)).date()
    found = test_launches.run(history, test_launches.told(begins), starts={"old3": back})
    for name in ("new", "old3", "old4"):
        row, parts = found.ids.index(name), {}
        for step in range(1, 9):
            one = engine.explain(found.fitted, found.working, name, step)
            assert one.contributions.total == pytest.approx(float(found.mean[row, step - 1]), rel=1e-3, abs=1e-5)
            parts[step] = _drivers([one.contributions])
        assert (parts[5].get("like-item", 0) > 0.5 * found.mean[row, 4]) == (name == "new")
        assert (parts[1].get("on sale", 0) < -10) == (name == "old3")
        assert abs(parts[1].get("band", 0)) < 0.05


def test_factors_share_what_they_add_together_whatever_their_order() -> None:
    one, other = Contributions({("level", "x"): 10.0}), Contributions({("level", "x"): 10.0})
    factors = [("closings", "opening", 0.5), ("promotion", "promo", 3.0), ("events", "fair", 1.2)]
    one.multiply(factors)
    other.multiply(factors[::-1])
    assert one.total == pytest.approx(10 * 0.5 * 3 * 1.2)
    assert one.parts == pytest.approx(other.parts)
    closed = Contributions({("level", "x"): 10.0})
    closed.multiply([("closings", "opening", 0.0), ("promotion", "promo", 3.0)])
    assert closed.total == pytest.approx(0)


def test_the_most_similar_weeks_are_those_of_the_season_with_the_same_plan(tmp_path: Path) -> None:
    weeks = pd.date_range("2023-01-02", periods=110, freq="W-MON")
    promoted = np.zeros(118)
    promoted[[11, 62, 113]] = 1.0
    frames = [pd.DataFrame({"unique_id": f"p{number}", "ds": weeks, "y": 10.0 + number, "promo": promoted[:110]})
              for number in range(4)]  # fmt: skip
    history = pd.concat(frames)
    days = pd.date_range(weeks[0], periods=118, freq="W-MON")
    future = pd.concat([pd.DataFrame({"unique_id": f"p{n}", "ds": days, "promo": promoted}) for n in range(4)])
    _, _, working = _made(history, tmp_path, "W-MON", future=future)
    assert engine.similar(working, "p1", 4)[:2] == [str(weeks[62].date()), str(weeks[11].date())]
    plain = engine.similar(working, "p1", 6)
    assert {str(weeks[62].date()), str(weeks[11].date())}.isdisjoint(plain)
    assert plain[0] in {str(weeks[number].date()) for number in (60, 61, 63, 64, 65)}
