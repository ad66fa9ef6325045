"""A product that pauses each year comes back as it was, is nothing until then, and says so."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source

from services.forecaster.tests.engine.frames import QUICK

HORIZON, RATE = 13, 20
EVER = pd.date_range("2022-01-03", "2026-11-16", freq="W-MON")
WINTER = (11, 12, 1, 2, 3)


def sold(
    until: str, months: tuple[int, ...] = WINTER, years: int = 3, rate: float = RATE, seed: int = 1, strays: float = 0
) -> pd.Series:
    """Poisson sales by week, none in some months, or few."""
    weeks = EVER[until >= EVER][-52 * years :]
    random = np.random.default_rng(seed)
    off, stray = np.isin(weeks.month, months), random.random(len(weeks)) < strays
    return pd.Series(np.where(off, stray, random.poisson(rate, len(weeks))), weeks, dtype=float)


def frame(**products: pd.Series) -> pd.DataFrame:
    return pd.concat(
        [pd.DataFrame({"unique_id": name, "ds": y.index, "y": y.to_numpy()}) for name, y in products.items()],
        ignore_index=True,
    )


def panel(y: pd.Series) -> Panel:
    source = Source(frame(a=y, b=sold(str(y.index[-1].date()), ())), "W-MON", None, None)
    return source.panel(source.last(), HORIZON)


def ahead(y: pd.Series) -> list[float]:
    """What the periods ahead are of usual ones, of the first of two series; the second never pauses."""
    found = panel(y).in_season
    if found is None:
        return [1.0] * HORIZON
    assert (found[1] == 1).all()
    return [float(one) for one in found[0]]


@pytest.mark.parametrize("strays", [0, 0.05])
@pytest.mark.parametrize("until", ["2026-01-05", "2026-02-23", "2026-03-23"])
def test_before_its_season_a_product_is_expected_as_in_season_from_its_begin_on(until: str, strays: float) -> None:
    others = {f"s{n:02d}": sold(until, (), rate=5.0 + 2 * n, seed=n) for n in range(20)}
    history = frame(ice=sold(until, strays=strays), **others)
    found = engine.forecast(history, freq="W-MON", horizon=HORIZON, options=QUICK).frame()
    own = found[found["unique_id"] == "ice"].set_index("ds")
    back, off = own[own.index >= "2026-04-06"], own[own.index < "2026-03-23"]
    assert own["reason"].str.contains("off season until 2026-03-30").all() or until == "2026-03-23"
    assert back["mean"].mean() == pytest.approx(RATE, rel=0.2)
    assert (back["q0.1"] > 0.4 * RATE).all() and (back["q0.9"] < 1.8 * RATE).all()
    assert (off["mean"] < 0.02 * RATE).all()


@pytest.mark.parametrize(
    ("y", "wanted"),
    [
        (sold("2026-09-28"), [1, 1, 1, 1, 1 / 3, *8 * [0]]),  # of one week the years before say two things
        (sold("2026-06-29"), 13 * [1]),  # in season, all that is ahead too
        (sold("2026-01-05"), [*11 * [0], 0.5, 1]),
        (sold("2026-01-05", months=(1, 2)), [*7 * [0], *6 * [1]]),  # nine weeks are a pause
        (sold("2026-01-05", years=1), 13 * [1]),  # it paused once: who knows
        (sold("2026-06-15")[lambda y: (y > 0) | (y.index < "2026-01-01")], 13 * [1]),
        (sold("2026-01-05", rate=0.2), 13 * [1]),  # so seldom sold that a winter without a sale is chance
    ],
)  # fmt: skip
def test_a_period_ahead_counts_as_its_counterparts_in_the_years_before(y: pd.Series, wanted: list[float]) -> None:
    assert ahead(y) == pytest.approx(wanted, abs=0.01)


def test_what_does_not_come_back_when_it_should_or_goes_on_selling_no_longer_pauses_each_year() -> None:
    missed, stayed = sold("2026-06-29"), sold("2026-02-23")
    missed["2026-01-01":] = 0
    stayed["2025-11-01":] = RATE
    assert ahead(missed) == ahead(stayed) == [1.0] * HORIZON
    assert (panel(missed).y[0, -20:] == 0).all()  # so that it fades, and has ended some day


def test_two_long_silences_at_other_times_of_the_year_are_no_season() -> None:
    y = sold("2026-01-05", ())
    y["2024-02-01":"2024-06-01"] = 0
    y["2025-05-15":"2025-09-15"] = 0
    assert ahead(y) == [1.0] * HORIZON


@pytest.mark.parametrize("share", [0.03, 0.1, 0.3, 0.6])
def test_who_sells_at_random_is_not_taken_for_one_who_pauses(share: float) -> None:
    random = np.random.default_rng(5)
    weeks = EVER[-156:]
    rows = {f"r{n}": pd.Series(2.0 * (random.random(len(weeks)) < share), weeks) for n in range(1000)}
    source = Source(frame(**rows, b=pd.Series(3.0, weeks)), "W-MON", None, None)
    found = source.panel(source.last(), HORIZON)
    assert not (np.isnan(found.y) & (np.arange(found.size) >= found.first[:, None])).any()


def test_where_most_long_silences_are_no_season_two_a_year_apart_are_luck_and_three_are_not() -> None:
    rows = {f"o{n}": sold("2026-01-05", (), years=4, seed=n) for n in range(12)}
    for n, y in enumerate(rows.values()):  # each was out for ten weeks twice, a year apart in three of twelve
        for begin in (30, 30 + (52 if n < 3 else 75 + n)):
            y.iloc[begin : begin + 10] = 0
    source = Source(frame(ice=sold("2026-01-05", years=4), **rows), "W-MON", None, None)
    found = source.panel(source.last(), HORIZON)
    unknown = (np.isnan(found.y) & (np.arange(found.size) >= found.first[:, None])).any(axis=1)
    assert [name for name, one in zip(found.ids, unknown, strict=True) if one] == ["ice"]


def test_contributions_name_the_season_and_add_up() -> None:
    history = frame(ice=sold("2026-02-23"), **{f"s{n}": sold("2026-02-23", (), seed=n) for n in range(8)})
    found = engine.forecast(history, freq="W-MON", horizon=HORIZON, options=QUICK)
    row = list(found.ids).index("ice")
    for step in (5, 6, HORIZON):
        told = engine.explain(found.fitted, found.working, "ice", step)
        assert told.contributions.total == pytest.approx(float(found.mean[row, step - 1]), rel=1e-3)
    half = engine.explain(found.fitted, found.working, "ice", 5).contributions
    assert half.parts["season", "off season"] < 0
