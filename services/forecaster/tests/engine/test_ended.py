"""What has ended is forecast as nothing, with a reason; what pauses as it always did has not ended."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data import ended
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.silence import Silences
from forecaster.engine.data.source import Source
from forecaster.engine.quantiles import at
from forecaster.engine.uncertainty.fading import faded

from services.forecaster.tests.engine.frames import QUICK

WEEKS = pd.date_range(end="2026-11-16", periods=156, freq="W-MON")
NUMBER = np.arange(len(WEEKS))


def history(**sold: np.ndarray) -> pd.DataFrame:
    return pd.concat(
        [pd.DataFrame({"unique_id": name, "ds": WEEKS, "y": y.astype(float)}) for name, y in sold.items()],
        ignore_index=True,
    )


def panel(frame: pd.DataFrame) -> Panel:
    source = Source(frame, "W-MON", None, None)
    return source.panel(source.last(), 13)


def steady(rate: float = 8.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(rate, len(WEEKS)) + 1.0


def every(gap: int, until: int) -> np.ndarray:
    """A sale every `gap` weeks, the last one `until` weeks ago."""
    return np.where((NUMBER[::-1] - until) % gap == 0, 3.0, 0.0) * (NUMBER[::-1] >= until)


def summer(years_ago: int) -> np.ndarray:
    """Sold from May to September each year up to some years ago."""
    on = (WEEKS.month >= 5) & (WEEKS.month <= 9) & (WEEKS.year <= 2026 - years_ago)
    return np.where(on, steady(), 0.0)


def stopped(y: np.ndarray, ago: int) -> np.ndarray:
    return np.where(NUMBER[::-1] < ago, 0.0, y)


def paused(y: np.ndarray, begin: int, weeks: int) -> np.ndarray:
    return np.where((NUMBER[::-1] <= begin) & (NUMBER[::-1] > begin - weeks), 0.0, y)


@pytest.mark.parametrize(
    ("y", "gone"),
    [
        (steady(), False),
        (stopped(steady(), 10), False),
        (stopped(steady(), 25), False),
        (stopped(steady(), 26), True),
        (stopped(steady(), 90), True),
        (stopped(paused(steady(), 60, 6), 26), True),  # was out for six weeks once
        (stopped(paused(steady(), 100, 20), 28), True),  # and for 20, but a year ago it sold now
        (every(20, 26), False),  # every 20 weeks
        (every(20, 19), False),
        (every(20, 55), True),
        (every(4, 26), True),
        (every(12, 26), False),
        (summer(0), False),  # its yearly pause, week 7
        (summer(1), True),  # did not come back for its season
        (stopped(np.where(NUMBER % 50 == 0, 1.0, 0.0), 30), False),  # sold three times
        (np.where(NUMBER == 40, 5.0, 0.0), False),  # sold once: how it pauses nobody knows
    ],
)
def test_a_silence_is_judged_by_the_pauses_before_it(y: np.ndarray, gone: bool) -> None:
    assert (0 in ended.judged(panel(history(a=y, b=steady(5.0)))).gone) == gone


@pytest.mark.parametrize("share", [0.03, 0.05, 0.1, 0.3, 0.6])
def test_a_product_that_sells_at_random_is_not_said_to_have_ended(share: float) -> None:
    """Each judged by itself beside a steady one, so that no other tells that silences end."""
    rng = np.random.default_rng(3)
    random = ((rng.random((2000, len(WEEKS))) < share) * 2.0).astype(np.float32)
    seen = Silences.of(np.where(np.cumsum(random, axis=1) > 0, random, np.nan), len(WEEKS), 3)
    over = (seen.since >= 26) & (seen.since >= ended.PAUSES * seen.pause) & (seen.by_chance() < ended.CHANCE)
    assert (over & (seen.sales >= ended.FEWEST)).mean() <= 0.007
    frame = history(**{f"s{n:03d}": row for n, row in enumerate(random[:400])})
    fates = ended.judged(panel(frame))
    assert len(fates.gone) <= 400 * 0.007
    assert fates.left.mean() > 0.97


def left(*silent: int, others: dict[str, np.ndarray] | None = None) -> np.ndarray:
    """What is left of weekly sellers that have been silent for so many weeks, each in a panel with steady ones."""
    found = []
    for weeks in silent:
        frame = history(a=stopped(steady(), weeks), b=steady(5.0), **(others or {}))
        found.append(ended.judged(panel(frame)).left[0])
    return np.array(found)


def test_a_weekly_seller_fades_the_longer_it_is_silent_and_falls_off_nowhere() -> None:
    found = left(*range(30))
    assert (found[:7] == 1).all()
    assert (np.diff(found) <= 0).all()
    assert found[13] < 0.3 and found[25] < 0.04 and found[26] == 0
    assert (found[1:26] / found[:25] > 0.6).all()


def test_where_products_came_back_from_such_silences_less_is_taken_off_and_none_has_ended() -> None:
    """Ten others were silent for 30 weeks once, and sell again."""
    back = {f"c{n}": paused(steady(seed=n), 60 + 3 * n, 30) for n in range(10)}
    alone, among = left(13, 25, 26), left(13, 25, 26, others=back)
    assert (among > 0.6).all() and (alone < 0.3).all()


def test_a_pause_no_longer_than_those_before_fades_nothing() -> None:
    frame = history(a=stopped(paused(steady(), 100, 20), 19), b=summer(0), c=every(20, 19), d=steady(5.0))
    assert (ended.judged(panel(frame)).left == 1).all()


def test_what_fades_is_the_chance_of_any_sale_in_mean_quantiles_and_sums() -> None:
    """Half of the chance is left: quantiles above a half are those of twice as rare, the others are nothing."""
    band = np.arange(1, 12, dtype=np.float32)[None, None, :] * np.ones((2, 3, 1), dtype=np.float32)
    found = faded(band, np.array([1.0, 0.5], dtype=np.float32))
    np.testing.assert_array_equal(found[0], band[0])
    assert (at(found, 0.5)[1] == 0).all()
    assert at(found, 0.75)[1] == pytest.approx(np.full(3, 6.0))  # the median of what still sells
    sellers = {f"s{n}": steady(5.0 + 4 * n, n) for n in range(8)}
    told = engine.forecast(history(**sellers, quiet=stopped(steady(), 13)), freq="W-MON", horizon=13, options=QUICK)
    row = list(told.ids).index("quiet")
    assert told.mean[row].max() < 0.3 * 9
    assert told.quantile(0.75)[row].max() == 0
    assert (np.diff(told.sum_quantiles[row], axis=0) >= 0).all()
    assert "may have ended" in told.reason[row] and "none of the 13 since" in told.reason[row]
    assert sum("may have ended" in reason for reason in told.reason) == 1


def test_weeks_without_stock_are_no_silence() -> None:
    frame = history(a=stopped(steady(), 30), b=steady(5.0))
    frame["in_stock"] = np.where((frame["unique_id"] == "a") & (frame["y"] == 0), 0.0, 1.0)
    fates = ended.judged(panel(frame))
    assert fates.gone == {} and (fates.left == 1).all()


def test_a_month_is_as_good_as_its_weeks() -> None:
    labels = pd.date_range(end="2026-10-01", periods=40, freq="MS")
    y = np.where(np.arange(40) < 34, 20.0, 0.0)
    source = Source(pd.DataFrame({"unique_id": "a", "ds": labels, "y": y}), "MS", None, None)
    assert 0 in ended.judged(source.panel(source.last(), 3)).gone


def test_an_ended_product_is_forecast_as_nothing_with_a_reason_and_sells_again_when_it_sells_again() -> None:
    sellers = {f"s{n}": steady(5.0 + 4 * n, n) for n in range(8)}
    gone, back = stopped(steady(), 30), stopped(steady(), 30)
    back[-1] = 9.0
    found = engine.forecast(history(**sellers, gone=gone, back=back, winter=summer(0)), freq="W-MON", horizon=13,
                            options=QUICK)  # fmt: skip
    rows = {name: number for number, name in enumerate(found.ids)}
    assert found.mean[rows["gone"]].sum() == found.quantiles[rows["gone"]].sum() == 0
    assert found.sum_quantiles[rows["gone"]].sum() == 0
    assert found.method[rows["gone"]] == "ended"
    assert "none of the 30 since; its longest pause before was 0" in found.reason[rows["gone"]]
    assert found.mean[rows["back"]].sum() > 0
    assert found.method[rows["winter"]] != "ended"
