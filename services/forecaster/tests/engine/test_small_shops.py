"""A shop with a handful of products and not two years yet: nothing to pool, but last year tells what comes."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.arrays import Floats
from forecaster.engine.methods import registry
from forecaster.engine.methods.histories import Histories

from services.forecaster.tests.engine.frames import QUICK

GROWTH = 1.21
WEEKS = 90


def season(weeks: np.ndarray) -> np.ndarray:
    """A gentle wave, and three weeks of four times the sales that come once a year."""
    return 100 * (1 + 0.2 * np.sin(weeks / 52 * 6.28)) * np.where(np.isin(weeks % 52, (43, 44, 45)), 4.0, 1.0)


def told(y: Floats, name: str, horizon: int, recent: int = 4) -> Floats:
    """One compiled method's forecast of one series at its end."""
    values = y[None, :].astype(np.float64)
    histories = Histories(values, np.array([len(y)]), horizon, 52, 52, growth_window=recent, level_window=26)
    return registry.forecast_all(histories)[name][0]


@pytest.mark.parametrize(("name", "power"), [("last year with growth", 1.0), ("last year with half its growth", 0.5)])
def test_last_year_is_repeated_with_the_growth_since(name: str, power: float) -> None:
    year = season(np.arange(52)).astype(np.float32)
    y = np.concatenate([year, year[:30] * np.float32(GROWTH)])
    np.testing.assert_allclose(told(y, name, 13), year[30:43] * GROWTH**power, rtol=1e-4)


def test_without_a_year_and_its_growth_there_is_no_last_year() -> None:
    y = season(np.arange(55)).astype(np.float32)
    assert np.ptp(told(y, "last year with growth", 13)) == 0


@pytest.mark.parametrize("products", [1, 6])
def test_a_peak_seen_once_is_expected_again(products: int) -> None:
    weeks = np.arange(WEEKS)
    rng = np.random.default_rng(1)
    labels = pd.date_range("2023-01-06", periods=WEEKS, freq="W-FRI")
    history = pd.concat([
        pd.DataFrame({"unique_id": f"p{number}", "ds": labels, "y": rng.poisson((number + 1) * season(weeks))})
        for number in range(products)
    ])  # fmt: skip
    found = engine.forecast(history, freq="W-FRI", horizon=13, options=QUICK)
    peak = np.isin(np.arange(WEEKS, WEEKS + 13) % 52, (43, 44, 45))
    assert peak.any()
    assert (found.mean[:, peak].mean(axis=1) > 1.5 * found.mean[:, ~peak].mean(axis=1)).all()
