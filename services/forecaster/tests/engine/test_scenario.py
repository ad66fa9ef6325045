"""Forecasts of changed plans: as planted, in their weeks alone, as an update would say, and else as they were."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from forecaster import engine

from services.forecaster.tests.engine import test_conditions
from services.forecaster.tests.engine.frames import QUICK

WEEKS, AHEAD, SERIES, LIFT = 160, 8, 24, 2.0
START = pd.Timestamp("2022-01-03")
IDS = [f"p{number:02d}" for number in range(SERIES)]
STEPS = (2, 3)  # promoted, from 0
NONE = np.full((SERIES, AHEAD), np.nan, dtype=np.float32)


def frames(promoted: np.ndarray, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """History and plans, of promotions (series, weeks and ahead) that doubled sales, at prices with an elasticity."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(20, 60, SERIES)[:, None]
    price = np.where(rng.random((SERIES, WEEKS // 8)) < 0.3, 4.0, 5.0).repeat(8, axis=1)
    demand = rng.poisson(level * np.where(promoted[:, :WEEKS] > 0, LIFT, 1.0) * (price / 5.0) ** -1.5)
    prices = np.concatenate([price, np.full((SERIES, AHEAD), 5.0)], axis=1)
    prices[:, WEEKS:] = price[:, -1:]
    labels = pd.date_range(START, periods=WEEKS + AHEAD, freq="W-MON")
    plans = pd.DataFrame({
        "unique_id": np.repeat(IDS, WEEKS + AHEAD), "ds": np.tile(labels, SERIES),
        "promotion": promoted.reshape(-1).astype(float), "price": prices.reshape(-1),
    })  # fmt: skip
    history = plans[plans["ds"] < labels[WEEKS]].assign(y=demand.reshape(-1).astype(float))
    return history, plans


def promoted_weeks(ahead: bool) -> np.ndarray:
    promoted = np.random.default_rng(8).random((SERIES, WEEKS + AHEAD)) < 0.12
    promoted[:, WEEKS:] = False
    if ahead:
        promoted[: SERIES // 2, [WEEKS + step for step in STEPS]] = True
    return promoted


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[engine.Forecasts, Any, Any]:
    folder = tmp_path_factory.mktemp("made")
    history, plans = frames(promoted_weeks(ahead=False))
    groups = pd.DataFrame({"unique_id": IDS, "kind": [f"kind {n % 2}" for n in range(SERIES)]})
    found = engine.forecast(history, freq="W-MON", horizon=AHEAD, options=QUICK, future=plans, static=groups)
    engine.save(found.fitted, folder / "models")
    found.working.save(folder / "working")
    return found, engine.load(folder / "models"), engine.Working.load(folder / "working")


def of_a_half(column: str, value: float) -> dict[str, np.ndarray]:
    values = NONE.copy()
    values[: SERIES // 2, list(STEPS)] = value
    return {column: values}


def test_a_planned_promotion_raises_its_weeks_by_the_planted_lift_and_no_other(made: Any) -> None:
    found, fitted, working = made
    ratio = engine.scenario(fitted, working, IDS, of_a_half("promotion", 1.0)) / found.mean
    its = ratio[: SERIES // 2, list(STEPS)]
    assert its.mean() == pytest.approx(LIFT, rel=0.1)
    others = np.delete(ratio[: SERIES // 2], STEPS, axis=1)
    assert np.abs(others - 1).mean() < 0.03
    assert (ratio[SERIES // 2 :] == 1).all(), "who is not promoted keeps his forecast to the last bit"


def test_it_says_what_an_update_says_once_the_plans_are_so(made: Any) -> None:
    _, fitted, working = made
    history, _ = frames(promoted_weeks(ahead=False))
    _, plans = frames(promoted_weeks(ahead=True))
    groups = pd.DataFrame({"unique_id": IDS, "kind": [f"kind {n % 2}" for n in range(SERIES)]})
    updated = engine.update(fitted, history, freq="W-MON", horizon=AHEAD, options=QUICK, future=plans, static=groups)
    told = engine.scenario(fitted, working, IDS, of_a_half("promotion", 1.0))
    assert np.abs(told / updated.mean - 1).max() < 0.01


def test_a_lower_price_sells_more_as_it_did_before(made: Any) -> None:
    found, fitted, working = made
    rows = np.flatnonzero(working.arrays["standing"][: SERIES // 2] == 5.0)
    ratio = engine.scenario(fitted, working, IDS, of_a_half("price", 4.0)) / found.mean
    assert ratio[rows][:, list(STEPS)].mean() == pytest.approx(0.8**-1.5, rel=0.1)
    assert (np.delete(ratio[: SERIES // 2], STEPS, axis=1) == 1).all()


def test_plans_as_they_were_are_the_forecast_as_it_was(made: Any) -> None:
    found, fitted, working = made
    assert (engine.scenario(fitted, working, IDS[::-1], {"price": NONE}) == found.mean[::-1]).all()
    same = np.repeat(np.array(working.arrays["standing"])[:, None], AHEAD, axis=1)
    assert engine.scenario(fitted, working, IDS, {"price": same}) == pytest.approx(found.mean, rel=1e-6)


def test_a_column_that_nothing_was_learned_of_is_refused(made: Any) -> None:
    _, fitted, working = made
    with pytest.raises(engine.Malformed, match="weather"):
        engine.scenario(fitted, working, IDS, {"weather": NONE})
    with pytest.raises(KeyError):
        engine.scenario(fitted, working, ["never sold"], {})


def test_what_all_series_share_may_be_changed_for_some(tmp_path: Path) -> None:
    """A promotion that always was everywhere, planned for a half now."""
    everywhere = np.tile(promoted_weeks(ahead=False)[:1], (SERIES, 1))
    history, plans = frames(everywhere)
    found = engine.forecast(history, freq="W-MON", horizon=AHEAD, options=QUICK, future=plans)
    found.working.save(tmp_path)
    working = engine.Working.load(tmp_path)
    assert working.known.index("promotion") >= working.by_series
    ratio = engine.scenario(found.fitted, working, IDS, of_a_half("promotion", 1.0)) / found.mean
    assert ratio[: SERIES // 2, list(STEPS)].mean() == pytest.approx(LIFT, rel=0.1)
    assert (ratio[SERIES // 2 :] == 1).all()


def test_warmer_weeks_sell_what_a_degree_was_measured_to_do_and_others_what_they_did() -> None:
    weather, sales = test_conditions.planted()
    found = test_conditions.forecast(sales, weather.issued())
    names = list(test_conditions.STATIC["unique_id"])
    warmer = np.full(found.mean.shape, np.nan, dtype=np.float32)
    warmer[::2, 3:5] = 4.0
    assert list(engine.conditions(found.working)) == ["temperature"]
    ratio = engine.scenario(found.fitted, found.working, names, {}, {"temperature": warmer}) / found.mean
    assert np.log(ratio[::2, 3:5]) / 4.0 == pytest.approx(test_conditions.SLOPE, rel=0.1)
    assert (ratio[1::2] == 1).all() and ratio[::2, :3] == pytest.approx(1, abs=1e-3)
    with pytest.raises(engine.Malformed, match="precipitation"):
        engine.scenario(found.fitted, found.working, names, {}, {"precipitation": warmer})
