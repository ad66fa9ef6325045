"""Lifts of planted promotions and feasts where they are hard to see: bursty and single products, the year's end."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source
from forecaster.engine.quantiles import at
from scipy import stats

from services.forecaster.tests.engine.test_uplift import frame

WEEKS, HORIZON, SERIES = 104, 8, 60
EFFORT = engine.Options(
    rows=30_000, work=60_000, bags=1, rounds=60, candidate_seconds=0.0, threads=2, sums=False, backtest_series=200
)


class Shop:
    """Two years of weeks of sixty products. Promotions come by chance, and lift each product's sales by a factor of its
    own. `burst`: the shape of a gamma variable that the rate of each week is multiplied by."""

    def __init__(
        self, lift: np.ndarray, share: float, seed: int, burst: float = 100.0, christmas: float = 1.0,
        end: str = "2025-12-22",
    ) -> None:  # fmt: skip
        rng = np.random.default_rng([seed, 5])
        last = pd.Timestamp(end) + pd.Timedelta(weeks=HORIZON)
        every = pd.date_range(end=last, periods=WEEKS + HORIZON, freq="W-MON")
        self.on = rng.random((SERIES, len(every))) < share
        festive = np.isin(every.isocalendar().week, [51, 52])
        level = rng.uniform(10, 120, (SERIES, 1)) * np.where(self.on, lift[:, None], 1.0)
        self.true = level * np.where(festive, christmas, 1.0)
        self.law = stats.nbinom(burst, burst / (burst + self.true))
        sold = self.law.rvs(random_state=rng).astype(float)
        self.history = frame(every[:WEEKS], sold[:, :WEEKS], promotion=self.on[:, :WEEKS].astype(float))
        self.future = frame(every, sold, promotion=self.on.astype(float)).drop(columns="y")

    def panel(self) -> Panel:
        """As the engine reads it."""
        source = Source(self.history, "W-MON", self.future, None)
        return source.panel(source.last(), HORIZON)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("lift", "share"), [(2.0, 0.4), (3.0, 0.2)])
def test_bursty_products_have_their_promotions_lift(lift: float, share: float, seed: int) -> None:
    """What varies by chance varies by as much more as the lift makes of it: that is nothing odd."""
    made = Shop(np.full(SERIES, lift), share, seed, burst=2.0)
    found = made.panel()
    assert found.exposure is not None
    assert np.median(found.exposure[made.on[:, WEEKS:]]) == pytest.approx(lift, rel=0.1)
    assert (found.exposure[~made.on[:, WEEKS:]] == 1).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_promotion_lowers_no_products_forecast_by_chance(seed: int) -> None:
    """Most sell more, some as ever, and three sell less, as their promotions told."""
    lift = np.random.default_rng(seed).choice([1.0, 1.2, 1.5], SERIES)
    lift[:3] = 0.4
    made = Shop(lift, 0.3, seed, burst=8.0)
    found = made.panel()
    assert found.exposure is not None
    ahead = np.where(made.on[:, WEEKS:], found.exposure, np.nan)
    assert np.nanmin(ahead[3:]) >= 1
    assert np.nanmean(ahead[:3]) == pytest.approx(0.4, abs=0.2)


@pytest.mark.parametrize("end", ["2025-12-22", "2026-02-02"])
def test_christmas_is_taken_out_of_its_weeks_however_short_ago(end: str) -> None:
    made = Shop(np.full(SERIES, 2.0), 0.3, 1, christmas=1.8, end=end)
    found = made.panel()
    assert {"the week of Christmas", "1 week before Christmas"} <= {one.name for one in found.uplifts}
    usual = made.true[:, :WEEKS] / np.where(made.on[:, :WEEKS], 2.0, 1.0)
    festive = np.flatnonzero(usual[0] > 1.5 * usual[0].min())
    ratio = found.y[:, festive].sum(axis=0) / usual.min(axis=1).sum()
    assert ratio == pytest.approx(np.ones(len(festive)), abs=0.08)
    assert found.exposure is not None
    assert (found.exposure[~made.on[:, WEEKS:]] == 1).all()


def test_after_christmas_bands_are_as_wide_as_chance_asks_for() -> None:
    """Its weeks are no sign of how much a product varies in others."""
    made = Shop(np.full(SERIES, 2.0), 0.3, 3, christmas=1.8)
    found = engine.forecast(made.history, freq="W-MON", horizon=HORIZON, future=made.future, options=EFFORT)
    place = pd.Index(found.ids).get_indexer(made.history["unique_id"].unique())
    bands, on = found.quantiles[place].astype(float), made.on[:, WEEKS:]
    low, high = at(bands, 0.1), at(bands, 0.9)
    true = [made.law.ppf(level)[:, WEEKS:] for level in (0.1, 0.9)]
    held = _chance(made, high) - _chance(made, low)
    for weeks in (on, ~on):
        assert 0.75 < held[weeks].mean() < 0.85
        assert (high - low)[weeks].mean() / (true[1] - true[0])[weeks].mean() < 1.2


def _chance(made: Shop, value: np.ndarray) -> np.ndarray:
    """That no more is sold ahead: half of what lies on the value itself."""
    law = stats.nbinom(100.0, 100.0 / (100.0 + made.true[:, WEEKS:]))
    found: np.ndarray = (law.cdf(value) + law.cdf(value - 1)) / 2
    return found
