"""What a moving feast or a plan does to sales stays with it: not on last year's date, and in full where it comes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from dateutil.easter import easter
from forecaster import engine
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source

from services.forecaster.tests.engine.frames import QUICK

LEVELS = np.geomspace(60, 300, 12)
HORIZON = 8
EFFORT = replace(QUICK, candidate_seconds=0)


def frame(labels: pd.DatetimeIndex, y: np.ndarray, **columns: np.ndarray) -> pd.DataFrame:
    return pd.concat(
        [
            pd.DataFrame({"unique_id": f"s{n:02d}", "ds": labels, "y": row} | {c: v[n] for c, v in columns.items()})
            for n, row in enumerate(y)
        ],
        ignore_index=True,
    )


def panel(history: pd.DataFrame, freq: str, future: pd.DataFrame | None = None, static: pd.DataFrame | None = None,
          horizon: int = HORIZON) -> Panel:  # fmt: skip
    source = Source(history, freq, future, static)
    return source.panel(source.last(), horizon)


def poisson(level: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).poisson(level).astype(float)


class EasterWeeks:
    """Three years of weeks before an Easter that is two weeks earlier than the last; columns of both."""

    def __init__(self, affected: np.ndarray, lift: float = 2.5, freq: str = "W-MON", seed: int = 0) -> None:
        every = pd.date_range(end="2026-05-04", periods=156 + HORIZON, freq=freq)
        first = every - pd.Timedelta(days=0 if freq == "W-MON" else 6)
        feasts = [pd.Timestamp(easter(year)) for year in range(2022, 2027)]
        self.on = np.array([any(0 <= (feast - day).days < 7 for feast in feasts) for day in first])
        self.labels, self.freq = every[:156], freq
        self.true = LEVELS[:, None] * np.where(affected[:, None] & self.on[None, :], lift, 1.0)
        self.history = frame(self.labels, poisson(self.true[:, :156], seed))
        (self.ahead,) = np.flatnonzero(self.on[156:]).tolist()
        (ago,) = np.flatnonzero(self.on[104:156]).tolist()
        self.a_year_after = ago  # the step whose week lies a year after last year's Easter


ALL, SOME = np.ones(12, dtype=bool), np.arange(12) % 4 == 0
ALONE = np.arange(12) == 7


@pytest.mark.parametrize("freq", ["W-MON", "W-SUN"])
@pytest.mark.parametrize("lift", [2.5, 0.4])
@pytest.mark.parametrize("affected", [ALL, SOME, ALONE], ids=["all", "some", "one"])
def test_easter_is_taken_out_where_it_was_and_put_where_it_is(affected: np.ndarray, lift: float, freq: str) -> None:
    made = EasterWeeks(affected, lift, freq)
    found = panel(made.history, freq)
    past = found.y[:, made.on[:156]].mean(axis=1)
    assert past / LEVELS == pytest.approx(np.ones(12), abs=0.65)
    assert past.sum() == pytest.approx(LEVELS.sum(), rel=0.1)
    assert found.exposure is not None
    assert found.exposure[affected, made.ahead] == pytest.approx(np.full(affected.sum(), lift), rel=0.2, abs=0.15)
    assert found.exposure[~affected, made.ahead] == pytest.approx(np.ones((~affected).sum()), abs=0.3)
    others = np.arange(HORIZON) != made.ahead
    assert found.exposure[:, others] == pytest.approx(np.ones((12, HORIZON - 1)), abs=0.05)


def test_the_forecast_has_easter_in_its_week_and_a_usual_week_a_year_after_the_last() -> None:
    made = EasterWeeks(ALL)
    found = engine.forecast(made.history, freq="W-MON", horizon=HORIZON, options=EFFORT)
    ratio = found.mean / made.true[:, 156:]
    assert np.median(ratio[:, made.ahead]) == pytest.approx(1, abs=0.1)
    assert np.median(ratio[:, made.a_year_after]) == pytest.approx(1, abs=0.05)
    inside = made.true[:, 156:] < found.quantiles[:, :, -2]
    assert inside[:, made.ahead].all()
    assert "Easter" in found.reason[0]
    assert f"{str(found.labels[0, made.ahead])[:10]} counts 2." in found.reason[0]
    assert found.report["uplifts"][0]["name"] == "the week of Easter"


def daily(lifted: dict[int, float], seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Days up to three weeks before Easter 2026 with a weekly season, and the truth of all days; `lifted`: by days
    from Easter."""
    every = pd.date_range("2023-02-01", periods=1145 + 28, freq="D")
    week = np.array([0.8, 0.8, 0.9, 1.0, 1.4, 1.6, 0.5])[every.day_of_week]
    lift = np.ones(len(every))
    for year in range(2023, 2027):
        for offset, times in lifted.items():
            lift[every == pd.Timestamp(easter(year)) + pd.Timedelta(days=offset)] = times
    true = LEVELS[:, None] * (week * lift)[None, :]
    return frame(every[:-28], poisson(true[:, :-28], seed)), true


def test_days_around_easter_have_each_their_own_uplift() -> None:
    lifted = {-3: 1.6, -1: 2.5, 0: 0.3}
    history, true = daily(lifted)
    found = engine.forecast(history, freq="D", horizon=28, options=EFFORT)
    ratio = np.median(found.mean / true[:, -28:], axis=0)
    days = pd.DatetimeIndex(found.labels[0])
    moved = (days - pd.Timestamp("2026-04-05")).days.isin(list(lifted))
    assert ratio[moved] == pytest.approx(np.ones(3), abs=0.12)
    last = (days - pd.Timedelta(days=364) - pd.Timestamp("2025-04-20")).days.isin([-21, *lifted])
    assert ratio[last] == pytest.approx(np.ones(last.sum()), abs=0.08)


def promoted(
    ago: list[int], ahead: list[int], who: np.ndarray, kind: str, lift: float = 3.0, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """130 weeks; `ago`: steps whose week a year before was promoted; HISTORY, FUTURE and the truth."""
    every = pd.date_range(end="2026-11-09", periods=130 + HORIZON, freq="W-MON")
    dose = np.zeros((12, len(every)))
    for step in (*(78 + step for step in ago), *(130 + step for step in ahead)):
        dose[who, step] = 1.0
    true = LEVELS[:, None] * (1 + (lift - 1) * dose)
    named = np.where(dose > 0, "sale", "none").astype(object)
    column = {"flag": dose, "share": dose * 4 / 7, "text": named}[kind]
    history = frame(every[:130], poisson(true[:, :130], seed), promotion=column[:, :130])
    future = frame(every, true, promotion=column).drop(columns="y")
    return history, future, true


@pytest.mark.parametrize("kind", ["flag", "share", "text"])
@pytest.mark.parametrize("who", [ALL, ALONE], ids=["all", "one"])
def test_last_years_promotion_is_not_expected_again(who: np.ndarray, kind: str) -> None:
    history, future, _ = promoted([4], [], who, kind)
    found = panel(history, "W-MON", future)
    assert found.y[who, 82] / LEVELS[who] == pytest.approx(np.ones(who.sum()), abs=0.6)
    assert found.y[who, 82].sum() / LEVELS[who].sum() == pytest.approx(1, abs=0.15)
    assert found.exposure is None or (found.exposure == 1).all()


@pytest.mark.parametrize("kind", ["flag", "text"])
def test_a_planned_promotion_is_expected_in_its_own_week_alone(kind: str) -> None:
    history, future, true = promoted([4], [1, 6], ALL, kind)
    found = engine.forecast(history, freq="W-MON", horizon=HORIZON, future=future, options=EFFORT)
    ratio = np.median(found.mean / true[:, 130:], axis=0)
    assert ratio[[1, 6]] == pytest.approx(np.ones(2), abs=0.1)
    assert ratio[[0, 2, 3, 4, 5, 7]] == pytest.approx(np.ones(6), abs=0.07)
    assert "promotion" in found.reason[0]


def test_where_two_columns_tell_of_one_promotion_it_counts_once() -> None:
    history, future, _ = promoted([4, -20, -50], [3], ALL, "flag")
    for one in (history, future):
        one["discount"] = one["promotion"] * 0.2
    found = panel(history, "W-MON", future)
    assert found.exposure is not None
    assert np.median(found.exposure[:, 3]) == pytest.approx(3, rel=0.1)


def test_one_sale_of_a_slow_seller_on_a_planned_day_is_chance() -> None:
    rng = np.random.default_rng(3)
    days = pd.date_range("2025-01-01", periods=400 + HORIZON, freq="D")
    event = np.zeros((200, len(days)))
    event[:, [100, 200, 300, 403]] = 1
    y = rng.poisson(0.1, (200, 400)).astype(float)
    y[::20, 100] = 2
    future = frame(days, event, event=event).drop(columns="y")
    found = panel(frame(days[:400], y, event=event[:, :400]), "D", future)
    assert found.exposure is None or found.exposure.max() < 2


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["nothing", "season", "shocks", "bulk"])
def test_without_evidence_nothing_is_touched(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = EasterWeeks(ALL, lift=1.0, seed=seed)
    week = np.arange(156)
    times = np.ones((12, 156))
    if kind == "season":
        times = times * (1 + 0.6 * np.sin(week / 52.18 * 2 * np.pi + 1)) * np.where(week % 52 == 10, 3.0, 1.0)
    elif kind == "shocks":
        times = times * rng.lognormal(0, 0.3, 156)
    elif kind == "bulk":
        times = np.where(rng.random((12, 156)) < 0.05, rng.uniform(3, 8, (12, 156)), times)
    flag = (rng.random((12, 156 + HORIZON)) < 0.1).astype(float)
    y = poisson(LEVELS[:, None] * times, seed)
    labels = pd.date_range(made.labels[0], periods=156 + HORIZON, freq="W-MON")
    future = frame(labels, np.ones((12, 156 + HORIZON)), promotion=flag).drop(columns="y")
    found = panel(frame(made.labels, y, promotion=flag[:, :156]), "W-MON", future)
    assert found.uplifts == []
    assert found.exposure is None
    assert found.y[~np.isnan(found.y)].sum() == pytest.approx(y.sum(), rel=0.02)


def test_what_was_there_at_one_easter_only_is_no_custom() -> None:
    made = EasterWeeks(ALL, lift=1.0)
    once = np.flatnonzero(made.on[:156])[0]
    made.history.loc[made.history["ds"] == made.labels[once], "y"] *= 3
    assert panel(made.history, "W-MON").uplifts == []


def test_a_group_has_the_uplift_that_the_whole_shop_has_not() -> None:
    rng = np.random.default_rng(1)
    made = EasterWeeks(ALL, lift=1.0)
    sweets = np.arange(12) % 4 == 0
    y = made.history["y"].to_numpy().reshape(12, 156) * rng.lognormal(0, 0.05, 156)
    y[np.ix_(sweets, made.on[:156])] *= 2.2
    static = pd.DataFrame({"unique_id": [f"s{n:02d}" for n in range(12)], "category": np.where(sweets, "sweets", "x")})
    found = panel(frame(made.labels, np.rint(y)), "W-MON", static=static)
    assert found.exposure is not None
    assert found.exposure[sweets, made.ahead] == pytest.approx(np.full(3, 2.2), rel=0.2)
    assert found.exposure[~sweets, made.ahead] == pytest.approx(np.ones(9), abs=0.2)
