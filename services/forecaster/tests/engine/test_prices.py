"""A planned price does what prices did: in its periods alone, by its evidence, and never less for less money."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine import effects
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecaster.tests.engine.frames import QUICK

EFFORT = replace(QUICK, candidate_seconds=0)
SEEDS = (1, 2)


@dataclass(frozen=True)
class Shop:
    """Products with prices from 0.2 to 5,000, some of which change, for weeks or for good, by 5 to 40 %."""

    count: int = 60
    freq: str = "W-MON"
    elasticity: tuple[float, float] = (-3.0, -0.5)
    size: tuple[float, float] = (8, 60)  # sales of a week
    changes: int = 6  # of a product
    share: float = 1.0  # of products whose price ever changes
    lasting: float = 0.3  # of changes that are for good
    rises: float = 0.3
    counts: bool = True
    seasonal: bool = False  # prices are cut in the season, half of the time
    promoted: bool = False  # some promotions come with a lower price
    drift: float = 0.0  # of a product's level, from week to week
    follows: bool = False  # the price is cut for six weeks where four weeks sold little, and does nothing
    together: float = 0.0  # all prices rise by so much each year, on one day
    off: float = 0.2  # of the price that is planned

    @property
    def unit(self) -> int:
        """Periods of a week."""
        return 7 if self.freq == "D" else 1

    def made(self, seed: int) -> "Planted":
        """The same for the same seed."""
        rng, unit = np.random.default_rng(seed), self.unit
        size, ahead = (130, 8) if unit == 1 else (420, 42)
        power = rng.uniform(*self.elasticity, self.count)
        category, weeks = rng.integers(0, 4, self.count), np.arange(size + ahead) / unit
        level = np.ones((self.count, size + ahead)) * rng.uniform(*self.size, self.count)[:, None] / unit
        level *= np.exp(np.cumsum(rng.normal(0, self.drift, level.shape), axis=1))
        if self.seasonal:
            level *= 1 + 0.4 * np.outer(np.where(category % 2, -0.5, 1.0), np.sin(2 * np.pi * weeks / 52))
        if unit > 1:
            level *= np.array([0.8, 0.8, 0.9, 1, 1.3, 1.6, 0.6])[np.arange(size + ahead) % 7]
        promotion, logs = np.zeros_like(level), np.zeros_like(level)
        for row in np.flatnonzero(rng.random(self.count) < self.share).tolist():
            self._priced(rng, logs[row], promotion[row], size)
        logs += np.log1p(self.together) * np.floor(weeks / 52)
        logs[:, size:], promotion[:, size:] = logs[:, [size - 1]], 0
        if self.follows:
            sold, power = rng.poisson(level[:, :size]).astype(float), np.zeros(self.count)
            logs[:, :size] = _following(sold)
            logs[:, size:] = 0
        rate = level * np.exp(power[:, None] * logs) * (1 + 0.8 * promotion)
        if not self.follows:
            past = rate[:, :size]
            sold = rng.poisson(past).astype(float) if self.counts else past * np.exp(rng.normal(0, 0.15, past.shape))
        prices = np.exp(rng.uniform(np.log(0.2), np.log(5000), self.count))
        return Planted(self, sold, prices, logs, promotion, power, rate[:, size:], category)

    def _priced(self, rng: np.random.Generator, logs: np.ndarray, promotion: np.ndarray, size: int) -> None:
        unit = self.unit
        for _ in range(self.changes):
            begin, depth = int(rng.integers(10 * unit, size - 6 * unit)), rng.uniform(0.05, 0.4)
            step = np.log(1 + depth) if rng.random() < self.rises else np.log(1 - depth)
            lasts = rng.random() < self.lasting
            logs[begin : None if lasts else begin + int(rng.integers(1, 7)) * unit] += step / 2 if lasts else step
        for begin in range(20 * unit, size, 52 * unit) if self.seasonal else ():
            logs[begin : begin + 6 * unit] += np.log(0.85) * (rng.random() < 0.5)
        for begin in rng.integers(5, size - 5, 6).tolist() if self.promoted else ():
            promotion[begin : begin + 2 * unit] = 1
            logs[begin : begin + 2 * unit] += np.log(0.8) * (rng.random() < 0.5)


def _following(sold: np.ndarray) -> np.ndarray:
    logs, cut = np.zeros_like(sold), np.zeros(len(sold))
    for week in range(12, sold.shape[1] - 1):
        low = sold[:, week - 3 : week + 1].mean(axis=1) < 0.85 * sold[:, max(week - 25, 0) : week + 1].mean(axis=1)
        cut = np.where(low & (cut <= 1), 6, np.maximum(cut - 1, 0))
        logs[:, week + 1] = np.where(cut > 0, np.log(0.8), 0)
    return logs


@dataclass(frozen=True)
class Planted:
    """Sales (N, T), what prices are off the first one, and what sells ahead at prices as they stand (N, H)."""

    shop: Shop
    sold: np.ndarray
    prices: np.ndarray
    logs: np.ndarray
    promotion: np.ndarray
    elasticity: np.ndarray
    rate: np.ndarray
    category: np.ndarray

    @property
    def its(self) -> slice:
        """The steps that a price is planned in."""
        return slice(2 * self.shop.unit, 5 * self.shop.unit)

    @property
    def ids(self) -> list[str]:
        return [f"s{number:03d}" for number in range(len(self.sold))]

    def frames(self, off: float) -> dict[str, Any]:
        """What the engine is given; `off`: of the prices in the steps of the plan."""
        logs, periods = self.logs.copy(), self.logs.shape[1]
        logs[:, self.sold.shape[1] :][:, self.its] += np.log(1 - off)
        labels = pd.date_range("2023-01-02", periods=periods, freq=self.shop.freq)
        plans = pd.DataFrame({
            "unique_id": np.repeat(self.ids, periods), "ds": np.tile(labels, len(self.ids)),
            "price": (self.prices[:, None] * np.exp(logs)).reshape(-1),
        })  # fmt: skip
        if self.promotion.any():
            plans["promotion"] = self.promotion.reshape(-1)
        history = plans[plans["ds"] < labels[self.sold.shape[1]]].assign(y=self.sold.reshape(-1))
        static = pd.DataFrame({"unique_id": self.ids, "category": [f"c{code}" for code in self.category]})
        return {"history": history, "future": plans, "static": static}

    def panel(self, off: float | None = None) -> Panel:
        """As the engine learns from it."""
        given = self.frames(self.shop.off if off is None else off)
        source = Source(given["history"], self.shop.freq, given["future"], given["static"])
        return source.panel(source.last(), self.rate.shape[1])

    def forecast(self, off: float) -> engine.Forecasts:
        """By a small engine."""
        horizon = self.rate.shape[1]
        return engine.forecast(**self.frames(off), freq=self.shop.freq, horizon=horizon, options=EFFORT)

    @property
    def effect(self) -> np.ndarray:
        """(N,) what the planned price makes of sales."""
        return np.asarray((1 - self.shop.off) ** self.elasticity)


SHOPS = {
    "many changes": Shop(), "one change": Shop(changes=1), "few products change": Shop(share=0.25, count=120),
    "one elasticity": Shop(elasticity=(-1.5, -1.5)), "weighed": Shop(counts=False), "for good": Shop(lasting=1.0),
    "rises": Shop(rises=1.0), "in season": Shop(seasonal=True), "with promotions": Shop(promoted=True),
    "slow sellers": Shop(size=(0.5, 3)), "drifting": Shop(drift=0.03), "40 % off": Shop(off=0.4),
    "days": Shop(freq="D", count=30), "all rise at New Year": Shop(together=0.06, seasonal=True),
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SHOPS)
def test_a_planned_price_makes_of_its_periods_what_prices_did_and_of_no_other(name: str, seed: int) -> None:
    made = SHOPS[name].made(seed)
    exposure = made.panel().exposure
    assert exposure is not None
    assert np.median(exposure[:, made.its] / made.effect[:, None]) == pytest.approx(1, abs=0.1)
    assert (np.delete(exposure, np.r_[made.its], axis=1) == 1).all()


NOTHING = (0.0, 0.0)
MEANINGLESS = {
    "nothing": Shop(elasticity=NOTHING), "drifting": Shop(elasticity=NOTHING, drift=0.04),
    "for good, drifting": Shop(elasticity=NOTHING, lasting=1.0, drift=0.02),
    "in season": Shop(elasticity=NOTHING, seasonal=True),
    "all rise at New Year": Shop(elasticity=NOTHING, together=0.06, seasonal=True, changes=1, share=0.3),
    "follows sales": Shop(follows=True, changes=0),
    "follows drifting sales": Shop(follows=True, changes=0, drift=0.03),
    "follows slow sales": Shop(follows=True, changes=0, size=(2, 8)), "dearer sells more": Shop(elasticity=(0.5, 1.5)),
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MEANINGLESS)
def test_prices_that_mean_nothing_or_follow_the_sales_change_nothing(name: str, seed: int) -> None:
    panel = MEANINGLESS[name].made(seed).panel()
    assert all(one.factor == pytest.approx(1, abs=0.02) for one in panel.uplifts if one.name == "price")


def test_a_product_of_which_little_is_known_is_expected_to_do_what_others_do_in_more_doubt() -> None:
    made = Shop(count=80, share=0.5, changes=5).made(3)
    panel = made.panel()
    (found,) = (one for one in panel.uplifts if one.name == "price")
    standing = ~made.logs.any(axis=1)
    assert found.slopes[0, standing].mean() == pytest.approx(made.elasticity.mean(), abs=0.35)
    assert found.slopes[0, standing].std() < 0.5 * found.slopes[0, ~standing].std()
    assert found.variance[standing].min() > np.median(found.variance[~standing])
    assert np.corrcoef(found.slopes[0, ~standing], made.elasticity[~standing])[0, 1] > 0.7


def test_the_doubt_of_an_elasticity_is_in_the_band_where_another_price_is_planned_alone() -> None:
    made = Shop(changes=1).made(1)
    panel = made.panel()
    assert panel.doubt is not None
    assert (panel.doubt[:, made.its] > 0).mean() > 0.9
    assert (np.delete(panel.doubt, np.r_[made.its], axis=1) == 0).all()


def test_of_one_product_whose_price_changed_what_it_does_is_found() -> None:
    made = Shop(count=30, share=0.0, elasticity=(-1.8, -1.8)).made(4)
    for begin in range(15, 120, 15):
        made.logs[7, begin : begin + 5] = np.log(0.75)
    rate = made.sold[7].mean() * np.exp(-1.8 * made.logs[7, :130])
    made.sold[7] = np.random.default_rng(0).poisson(rate)
    exposure = made.panel().exposure
    assert exposure is not None
    assert exposure[7, made.its] == pytest.approx(made.effect[7], rel=0.1)


@given(seed=st.integers(0, 10_000), lower=st.floats(0.01, 0.95), promoted=st.booleans(), power=st.floats(-4.0, 2.0))
@settings(max_examples=25, deadline=None)
def test_no_panel_expects_less_at_a_lower_price(seed: int, lower: float, promoted: bool, power: float) -> None:
    shop = Shop(count=12, elasticity=(power - 0.5, power + 0.5), promoted=promoted, changes=3, drift=0.02)
    made = shop.made(seed)
    as_planned, less = made.panel(0.0).exposure, made.panel(lower).exposure
    if as_planned is not None and less is not None:
        assert (less >= as_planned).all()
        assert (np.delete(less / as_planned, np.r_[made.its], axis=1) == 1).all()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Planted, engine.Forecasts, engine.Working]:
    """A forecast at prices as they stand, with its working as it is read again."""
    made = Shop(promoted=True, count=40).made(5)
    found = made.forecast(0.0)
    folder = tmp_path_factory.mktemp("asked")
    found.working.save(folder)
    return made, found, engine.Working.load(folder)


def _prices(made: Planted, factors: np.ndarray) -> dict[str, np.ndarray]:
    """Prices ahead (N, H), so many times what they stand at."""
    standing = made.prices * np.exp(made.logs[:, made.sold.shape[1] - 1])
    return {"price": (standing[:, None] * factors).astype(np.float32)}


def test_the_forecast_has_the_planted_price_and_other_periods_stay_to_the_last_bit(asked: Any) -> None:
    made, without, _ = asked
    planned = made.forecast(made.shop.off)
    ratio = planned.mean / without.mean
    assert np.median(ratio[:, made.its] / made.effect[:, None]) == pytest.approx(1, abs=0.1)
    assert (np.delete(ratio, np.r_[made.its], axis=1) == 1).all()
    truth = made.rate[:, made.its] * made.effect[:, None]
    assert np.median(planned.mean[:, made.its] / truth) == pytest.approx(1, abs=0.1)


def test_what_if_the_effect_and_the_forecast_say_the_same_number_which_contributions_add_up_to(asked: Any) -> None:
    made, found, working = asked
    factors = np.ones_like(found.mean)
    factors[:, made.its] = 1 - made.shop.off
    told = engine.scenario(found.fitted, working, made.ids, _prices(made, factors))
    planned = made.forecast(made.shop.off)
    assert told == pytest.approx(planned.mean, rel=1e-3)
    for row in range(0, len(made.ids), 7):
        (one,) = (each for each in effects.measured(working, {"": np.array([row])}) if each.driver == "price")
        power = np.log(told[row, made.its] / found.mean[row, made.its]) / np.log(1 - made.shop.off)
        assert power == pytest.approx(one.change, abs=0.01)
        why = engine.explain(planned.fitted, planned.working, made.ids[row], made.its.start + 1)
        assert why.contributions.total == pytest.approx(float(planned.mean[row, made.its.start]), rel=1e-5)
        assert sum(units for (driver, _), units in why.contributions.parts.items() if driver == "price") > 0


def test_no_product_is_expected_to_sell_less_at_a_lower_price_whatever_is_asked(asked: Any) -> None:
    made, found, working = asked
    random = np.random.default_rng(1)
    for _ in range(10):
        high = random.uniform(0.3, 2.0, found.mean.shape)
        low = high * random.uniform(0.2, 1.0, high.shape)
        dear, cheap = (engine.scenario(found.fitted, working, made.ids, _prices(made, each)) for each in (high, low))
        assert (cheap >= dear * (1 - 1e-6)).all()


def test_a_rivals_price_and_a_price_of_nothing_are_no_prices_of_its_own() -> None:
    given = Shop(count=12).made(1).frames(0.0)
    history = given["history"].rename(columns={"price": "rival price"})
    source = Source(history, "W-MON", given["future"].rename(columns={"price": "rival price"}), given["static"])
    panel = source.panel(source.last(), 8)
    assert [(one.name, one.known) for one in panel.regressors] == [("rival price", True)]
    free = given["future"].copy()
    free.loc[free["ds"] == free["ds"].max(), "price"] = 0.0
    source = Source(given["history"], "W-MON", free, given["static"])
    exposure = source.panel(source.last(), 8).exposure
    assert exposure is None or (exposure[:, -1] == 1).all(), "a price of nothing is none: it is as usual"
