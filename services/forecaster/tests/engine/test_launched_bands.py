"""Bands of products that have not sold, on a made panel whose true distribution is known: launches come to a share of
what their peers sell, and each sells unevenly, as its peers do at their own level."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.quantiles import index

from services.forecaster.tests.engine.frames import QUICK
from tests.bench import measure

WEEKS, HORIZON, SHAPE = 104, 6, 9.0  # the gamma shape of how unevenly a week sells: a third more or less
LABELS = pd.date_range(end="2026-11-16", periods=WEEKS, freq="W-MON")
LEVELS = np.geomspace(20, 300, 20)  # of the peers
BEGUN, NEW = 80, 80
Row = np.ndarray


def factors(form: str, count: int, rng: np.random.Generator) -> Row:
    if form == "flops and hits":
        return np.where(rng.random(count) < 0.7, 0.05, 0.6) * rng.lognormal(0, 0.2, count)
    return np.asarray(rng.lognormal(np.log(0.1), 0.7, count))


def sold(rate: Row, rng: np.random.Generator) -> Row:
    return np.asarray(rng.poisson(rate * rng.gamma(SHAPE, 1 / SHAPE, rate.shape)), dtype=float)


def told(name: str, begins: pd.Timestamp, *, earlier: bool) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": name, "peer": [f"peer{n:02d}" for n in range(len(LEVELS))], "weight": 1.0,
                         "level": LEVELS, "times": 1.0, "begins": begins, "why": "as others sell",
                         "earlier": earlier})  # fmt: skip


@pytest.mark.parametrize("form", ["lognormal", "flops and hits"])
def test_bands_of_launches_hold_what_they_promise_and_are_no_wider_than_need_be(form: str) -> None:
    rng = np.random.default_rng(11)
    usual = LEVELS.mean()
    parts = [(f"peer{n:02d}", 0, level) for n, level in enumerate(LEVELS)]
    begins = rng.integers(60, 85, BEGUN).tolist()
    parts += [(f"was{n:02d}", begins[n], usual * own) for n, own in enumerate(factors(form, BEGUN, rng))]
    history = pd.concat([
        pd.DataFrame({"unique_id": name, "ds": LABELS[begin:], "y": sold(np.full(WEEKS - begin, level), rng)})
        for name, begin, level in parts
    ])  # fmt: skip
    first = LABELS[-1] + pd.Timedelta(weeks=1)
    frame = pd.concat([*(told(f"was{n:02d}", LABELS[begins[n]], earlier=True) for n in range(BEGUN)),
                       *(told(f"new{n:02d}", first, earlier=False) for n in range(NEW))])  # fmt: skip
    found = engine.forecast(history, freq="W-MON", horizon=HORIZON, launches=frame, options=QUICK)
    rows = [found.ids.index(f"new{n:02d}") for n in range(NEW)]
    bands = np.repeat(found.quantiles[rows].astype(float), 5, axis=0)  # each launched five times
    actual = sold(np.repeat(usual * factors(form, 5 * NEW, rng)[:, None], HORIZON, axis=1), rng)
    assert 0.74 < measure.held(actual.ravel(), bands.reshape(-1, bands.shape[-1])) < 0.86
    low, high = np.quantile(sold(usual * factors(form, 50_000, rng), rng), (0.1, 0.9))
    width = (bands[..., index(0.9)] - bands[..., index(0.1)]).mean()
    assert width < 1.3 * (high - low)
