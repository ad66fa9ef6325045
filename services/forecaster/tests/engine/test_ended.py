"""What has ended is forecast as nothing, with a reason; what pauses as it always did has not ended."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data import ended
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source

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
    assert (0 in ended.ended(panel(history(a=y, b=steady(5.0))))) == gone


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_a_product_that_sells_at_random_is_not_said_to_have_ended(share: float) -> None:
    rng = np.random.default_rng(3)
    frame = history(**{f"s{n:03d}": (rng.random(len(WEEKS)) < share) * 2.0 for n in range(400)})
    assert len(ended.ended(panel(frame))) <= 400 * 0.015


def test_weeks_without_stock_are_no_silence() -> None:
    frame = history(a=stopped(steady(), 30), b=steady(5.0))
    frame["in_stock"] = np.where((frame["unique_id"] == "a") & (frame["y"] == 0), 0.0, 1.0)
    assert ended.ended(panel(frame)) == {}


def test_a_month_is_as_good_as_its_weeks() -> None:
    labels = pd.date_range(end="2026-10-01", periods=40, freq="MS")
    y = np.where(np.arange(40) < 34, 20.0, 0.0)
    source = Source(pd.DataFrame({"unique_id": "a", "ds": labels, "y": y}), "MS", None, None)
    assert 0 in ended.ended(source.panel(source.last(), 3))


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
