"""What is forecast of products that begin: as their peers and earlier launches say, held back, blended, honest."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine import launches

from services.forecaster.tests.engine.frames import QUICK

WEEKS = pd.date_range(end="2026-11-16", periods=104, freq="W-MON")
CURVE = np.array([2.0, 1.6, 1.3, 1.1])


def shop(seed: int = 1, fresh: int = 0, level: float = 45.0) -> pd.DataFrame:
    """Ten old products at 30 a week and eight launched in these years, high at first. `fresh`: weeks that a ninth,
    which sells at `level`, has had."""
    rng = np.random.default_rng(seed)
    parts = [pd.DataFrame({"unique_id": f"old{n}", "ds": WEEKS, "y": rng.poisson(30, 104)}) for n in range(10)]
    lives = [(f"launch{n}", 20 + 6 * n, 30.0) for n in range(8)] + ([("new", 104 - fresh, level)] if fresh else [])
    for name, begin, usual in lives:
        rate = np.full(104 - begin, float(usual))
        rate[:4] *= CURVE[: len(rate)]
        parts.append(pd.DataFrame({"unique_id": name, "ds": WEEKS[begin:], "y": rng.poisson(rate)}))
    return pd.concat(parts, ignore_index=True)


def told(begins: pd.Timestamp, times: float = 1.5, **more: object) -> pd.DataFrame:
    row = {"unique_id": "new", "peer": "old0", "weight": 1.0, "level": 30.0, "times": times, "begins": begins,
           "why": "as the chosen old0 sells"}  # fmt: skip
    return pd.DataFrame([row | more])


def run(history: pd.DataFrame, frame: pd.DataFrame | None, horizon: int = 8, **more: object) -> engine.Forecasts:
    return engine.forecast(history, freq="W-MON", horizon=horizon, launches=frame, options=QUICK, **more)  # type: ignore[arg-type]


def test_before_its_first_sale_it_sells_as_its_like_item_times_the_launch_curve() -> None:
    found = run(shop(), told(WEEKS[-1] + pd.Timedelta(weeks=1)))
    assert found.ids[-1] == "new"
    settled = 45.0
    np.testing.assert_allclose(found.mean[-1, 4:], settled, rtol=0.15)
    np.testing.assert_allclose(found.mean[-1, :4] / found.mean[-1, 4:].mean(), CURVE, rtol=0.25)
    assert found.method[-1] == launches.ALIKE
    assert "as the chosen old0 sells" in found.reason[-1]
    assert (np.diff(found.quantiles[-1], axis=-1) >= 0).all()
    wide = found.quantile(0.9)[-1, 7] - found.quantile(0.1)[-1, 7]
    assert wide > 2 * (found.quantile(0.9)[0, 7] - found.quantile(0.1)[0, 7])


def test_nothing_is_forecast_before_its_first_day_and_a_part_of_the_week_it_lies_in() -> None:
    found = run(shop(), told(WEEKS[-1] + pd.Timedelta(weeks=3, days=5)))
    assert found.mean[-1, :2].tolist() == [0, 0]
    assert (found.quantiles[-1, :2] == 0).all()
    assert found.sum_quantiles[-1, 1].tolist() == [0] * 11
    np.testing.assert_allclose(found.mean[-1, 2], 2 / 7 * 2 * 45, rtol=0.25)


@pytest.mark.parametrize("like", ["old0", "gone"])
def test_its_own_sales_take_over(like: str) -> None:
    """The like-item sells 30; the product really sells 90. What is forecast comes to that, week by week."""
    off = []
    for weeks in (0, 3, 8, 16):
        begins = WEEKS[-1] + pd.Timedelta(weeks=1 - weeks)
        found = run(shop(fresh=weeks, level=90), told(begins, times=1.0, peer=like))
        off.append(abs(found.mean[found.ids.index("new"), 5] - 90) / 90)
    assert off[0] > 0.5
    assert off[1] < 0.35
    assert max(off[2:]) < 0.2


def test_weeks_on_sale_without_a_sale_bring_it_down() -> None:
    fresh, silent = (run(shop(), told(WEEKS[-1] + pd.Timedelta(weeks=1 - weeks))).mean[-1, 5] for weeks in (0, 5))
    assert silent < 0.3 * fresh


def test_weeks_in_which_it_could_not_be_bought_say_nothing_of_it() -> None:
    """It sold 90 in its first two weeks, where its like-item sells 30, and was out of stock since."""
    history = shop(fresh=5, level=90).assign(in_stock=1.0)
    history.loc[(history["unique_id"] == "new") & (history["ds"] > WEEKS[-4]), ["y", "in_stock"]] = 0.0
    found = run(history, told(WEEKS[-5], times=1.0))
    assert found.mean[found.ids.index("new"), 5] > 60


def test_the_band_holds_what_launches_really_sold() -> None:
    """Products that sell a factor of their like-item which nobody knows, as far off as guesses are beforehand: 80 % lie
    in the 80 % band, within 6 points, and the true one is not much narrower."""
    rng, inside, every = np.random.default_rng(5), [], []
    found = run(shop(), told(WEEKS[-1] + pd.Timedelta(weeks=1), times=1.0))
    low, high = found.quantile(0.1)[-1], found.quantile(0.9)[-1]
    for _ in range(400):
        actual = rng.poisson(found.mean[-1] * rng.gamma(1 / launches.DOUBT, launches.DOUBT))
        inside += [*((actual >= low) & (actual <= high))]
        every.append(actual)
    assert 0.74 < np.mean(inside) < 0.86
    true_low, true_high = np.quantile(every, (0.1, 0.9), axis=0)
    assert ((high - low) < 1.3 * (true_high - true_low)).all()


def test_a_series_is_held_back_until_its_first_day() -> None:
    day = (WEEKS[-1] + pd.Timedelta(weeks=3, days=5)).date()
    held, free = run(shop(), None, starts={"old0": day}), run(shop(), None)
    own = free.ids.index("old0")
    assert held.mean[own, :2].tolist() == [0, 0]
    np.testing.assert_allclose(held.mean[own, 2], free.mean[own, 2] * 2 / 7, rtol=0.1)
    np.testing.assert_allclose(held.mean[own, 3:], free.mean[own, 3:], rtol=0.05)
    assert held.sum_quantiles[own, 1].tolist() == [0] * 11


def test_how_earlier_launches_went_is_how_the_next_is_expected_to_go() -> None:
    """Eight launches settled at 30 where such peers sell 60: the ninth, told of the same way, is to settle at half."""
    earlier = [
        told(WEEKS[20 + 6 * n], times=1.0, unique_id=f"launch{n}", peer="gone", level=60.0, earlier=True)
        for n in range(8)
    ]  # fmt: skip
    begins = WEEKS[-1] + pd.Timedelta(weeks=1)
    new = told(begins, times=1.0, peer="gone", level=60.0, earlier=False)
    alone, taught = run(shop(), new), run(shop(), pd.concat([*earlier, new]))
    assert taught.ids == alone.ids
    np.testing.assert_allclose(alone.mean[-1, 4:], 60, rtol=0.15)
    np.testing.assert_allclose(taught.mean[-1, 4:], 30, rtol=0.2)
    assert "8 earlier ones came to 0.5" in taught.reason[-1]
    held = [found.quantile(0.9)[-1, 5] - found.quantile(0.1)[-1, 5] for found in (alone, taught)]
    assert held[1] < held[0] / 2
