"""Weather as it was issued: its effect is found, put back as far as it is told, beyond that in doubt; no peeking."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source
from forecaster.engine.effects import measured
from forecaster.engine.quantiles import AS_ARRAY

from services.forecaster.tests.engine.test_uplift import EFFORT, frame

WEEKS, HORIZON, REACH = 130, 8, 2
SERIES, PLACES = 36, 3
SLOPE = 0.05  # of the logarithm of sales, a degree
LABELS = pd.date_range("2024-01-01", periods=WEEKS + HORIZON, freq="W-MON")
STATIC = pd.DataFrame({
    "unique_id": [f"s{n:02d}" for n in range(SERIES)], "location": [f"p{n % PLACES}" for n in range(SERIES)],
    "category": [("warm", "cold")[n // PLACES % 2] for n in range(SERIES)],
})  # fmt: skip


class Weather:
    """Temperatures of three places: a yearly wave, and weeks off it; forecasts one and two weeks ahead; what came."""

    def __init__(self, seed: int = 0, missed: float = 0.5) -> None:
        rng = np.random.default_rng(seed)
        every = np.arange(WEEKS + HORIZON)
        self.usual = 12 + 9 * np.sin((every - 15) / 52.18 * 2 * np.pi)
        self.off = rng.normal(0, 3, (PLACES, len(every)))
        self.came = self.usual + self.off
        self.said = {step: self.came + rng.normal(0, missed * step, self.came.shape) for step in (1, 2)}

    def issued(self, until: int = WEEKS, reach: int = REACH, since: int = 0) -> pd.DataFrame:
        """Rows up to what was known when the week before `until` had ended; forecasts from week `since` on."""
        rows = []
        for place in range(PLACES):
            for week in range(until):
                rows.append((f"p{place}", LABELS[week], LABELS[week], self.came[place, week]))
            for step in range(1, reach + 1):
                for week in range(max(step, since), until + step):
                    rows.append((f"p{place}", LABELS[week], LABELS[week - step], self.said[step][place, week]))
        return pd.DataFrame(rows, columns=["location", "ds", "known", "temperature"])


def history(weather: Weather, slopes: np.ndarray, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    level = np.geomspace(20, 200, SERIES)[:, None] * np.ones(WEEKS)
    off = weather.off[np.arange(SERIES) % PLACES, :WEEKS]
    return frame(LABELS[:WEEKS], rng.poisson(level * np.exp(slopes[:, None] * off)).astype(float))


def panel(sales: pd.DataFrame, issued: pd.DataFrame | None, cutoff: int = WEEKS - 1) -> Panel:
    source = Source(sales, "W-MON", None, STATIC, issued)
    return source.panel(source.cutoff(LABELS[cutoff]), HORIZON)


def forecast(sales: pd.DataFrame, issued: pd.DataFrame | None, cutoff: int = WEEKS - 1) -> engine.Forecasts:
    return engine.forecast(sales, freq="W-MON", horizon=HORIZON, static=STATIC, issued=issued, options=EFFORT, seed=2,
                           cutoffs=[LABELS[cutoff]])  # fmt: skip


ALIKE = np.full(SERIES, SLOPE)


@cache
def planted() -> tuple[Weather, pd.DataFrame]:
    weather = Weather()
    return weather, history(weather, ALIKE)


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_effect_is_recovered_within_a_tenth(seed: int) -> None:
    weather = Weather(seed)
    (found,) = panel(history(weather, ALIKE, seed + 10), weather.issued()).uplifts
    assert found.name == "temperature"
    assert found.slopes[0] == pytest.approx(SLOPE, rel=0.1)


def test_each_category_has_its_own_effect_and_one_may_have_none() -> None:
    weather = Weather(3)
    warm = (STATIC["category"] == "warm").to_numpy()
    (found,) = panel(history(weather, np.where(warm, 0.06, 0.0)), weather.issued()).uplifts
    assert found.slopes[0][warm] == pytest.approx(0.06, rel=0.12)
    assert np.abs(found.slopes[0][~warm]).max() < 0.006


@pytest.mark.parametrize("seed", range(6))
def test_weather_that_does_nothing_changes_no_forecast(seed: int) -> None:
    weather = Weather(seed + 20)
    assert not panel(history(weather, np.zeros(SERIES), seed), weather.issued()).uplifts


def test_without_weather_forecasts_are_equal_to_the_last_bit() -> None:
    _, sales = planted()
    nothing = pd.DataFrame(columns=["location", "ds", "known", "temperature"])
    one, two = forecast(sales, None), forecast(sales, nothing)
    np.testing.assert_array_equal(one.mean, two.mean)
    np.testing.assert_array_equal(one.quantiles, two.quantiles)


def test_the_weeks_that_are_told_follow_what_is_told_and_the_others_are_as_usual() -> None:
    weather, sales = planted()
    own, none = forecast(sales, weather.issued()), forecast(sales, None)
    off = weather.said[1][:, WEEKS] - weather.usual[WEEKS]
    true = np.geomspace(20, 200, SERIES) * np.exp(SLOPE * off[np.arange(SERIES) % PLACES])
    assert np.abs(own.mean[:, 0] / true - 1).mean() < 0.07
    assert np.abs(own.mean[:, 0] / true - 1).mean() < 0.7 * np.abs(none.mean[:, 0] / true - 1).mean()
    assert np.abs(own.mean[:, REACH:] / np.geomspace(20, 200, SERIES)[:, None] - 1).mean() < 0.07


def test_past_what_is_told_the_band_is_wider_and_the_reason_says_until_when_it_is() -> None:
    weather, sales = planted()
    found = forecast(sales, weather.issued())
    low, high = (int(np.argmin(np.abs(AS_ARRAY - level))) for level in (0.1, 0.9))
    width = (found.quantiles[:, :, high] - found.quantiles[:, :, low]) / found.mean
    large = np.geomspace(20, 200, SERIES) > 100  # where weather varies more than single sales do
    assert width[large, REACH:].mean() > 1.25 * width[large, :REACH].mean()
    assert all(f"temperature is told up to {LABELS[WEEKS + REACH - 1].date()}" in reason for reason in found.reason)
    assert all("then as usual at the time of the year, with a wider band" in reason for reason in found.reason)


def test_the_band_past_what_is_told_holds_what_comes() -> None:
    """Of the factor alone: what weather comes lies in the doubt that the panel has of it."""
    inside = []
    for seed in range(8):
        weather = Weather(seed + 40)
        found = panel(history(weather, ALIKE, seed), weather.issued())
        assert found.exposure is not None and found.doubt is not None
        off = np.log(np.exp(SLOPE * weather.off[np.arange(SERIES) % PLACES, WEEKS:]) / found.exposure)
        inside.append((np.abs(off) < 1.2816 * np.sqrt(found.doubt))[:, REACH:].mean())
    assert 0.7 < np.mean(inside) < 0.9


def test_a_backtest_does_not_peek() -> None:
    """What came, and what was said later, differ from what was said by the cutoff: the forecast is the same."""
    weather, sales = planted()
    cutoff, every = WEEKS - 20, weather.issued()
    known = every["known"] <= LABELS[cutoff]
    later = every.copy()
    later.loc[~known, "temperature"] = 40.0
    one, two = forecast(sales, every, cutoff), forecast(sales, later, cutoff)
    np.testing.assert_array_equal(one.mean, two.mean)
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
    other = every.copy()
    other.loc[known & (other["ds"] > LABELS[cutoff]), "temperature"] += 5
    assert not np.allclose(one.mean, forecast(sales, other, cutoff).mean)


def test_the_model_does_not_profit_from_weather_that_was_not_foreseen() -> None:
    """Forecasts of the weather that miss it as much as it varies are worth nothing, and are not believed."""
    weather = Weather(5)
    rng = np.random.default_rng(6)
    weather.said = {step: weather.usual + rng.normal(0, 3, weather.came.shape) for step in (1, 2)}
    found = panel(history(weather, ALIKE), weather.issued())
    assert found.exposure is not None
    assert np.abs(np.log(found.exposure[:, :REACH])).max() < 0.06  # believed, it would be up to 0.3
    (uplift,) = found.uplifts
    assert uplift.slopes[0] == pytest.approx(SLOPE, rel=0.1)


def test_what_is_told_of_a_part_of_a_week_counts_for_that_part() -> None:
    weather, sales = planted()
    issued = weather.issued()
    whole = panel(sales, issued)
    issued["share"] = np.where(issued["ds"] == LABELS[WEEKS], 2 / 7, 1.0)
    part = panel(sales, issued)
    assert whole.exposure is not None and part.exposure is not None and whole.doubt is not None
    assert np.abs(np.log(part.exposure[:, 0])).mean() < 0.5 * np.abs(np.log(whole.exposure[:, 0])).mean()
    assert part.doubt is not None and (part.doubt[:, 0] > whole.doubt[:, 0]).all()


def test_less_than_a_year_of_weather_is_not_used_and_places_without_any_have_none() -> None:
    weather, sales = planted()
    issued = weather.issued()
    assert not panel(sales, issued[issued["ds"] >= LABELS[WEEKS - 40]]).uplifts
    alone = panel(sales, issued[issued["location"] != "p1"])
    without = np.arange(SERIES) % PLACES == 1
    assert alone.exposure is not None
    assert (alone.exposure[without] == 1).all() and (alone.exposure[~without] != 1).any()


def test_what_weather_does_is_an_effect_and_a_contribution() -> None:
    weather, sales = planted()
    found = forecast(sales, weather.issued())
    assert found.working is not None
    (effect,) = measured(found.working, {"": np.arange(SERIES)})
    deviation = float(np.std(weather.off[:, :WEEKS]))
    assert effect.driver == "weather" and effect.name.startswith("temperature, ")
    assert effect.change == pytest.approx(np.expm1(SLOPE * deviation), rel=0.15)
    assert effect.low < effect.change < effect.high
    factor = np.array(found.working.arrays["uplifts"][0])
    assert np.abs(np.log(factor[:, :REACH])).max() > 0.05
    assert found.report["uplifts"][0]["name"] == "temperature"


def test_weather_without_a_date_is_refused() -> None:
    _, sales = planted()
    with pytest.raises(engine.Malformed, match="issued: column known"):
        forecast(sales, pd.DataFrame({"ds": LABELS, "temperature": 1.0}))
