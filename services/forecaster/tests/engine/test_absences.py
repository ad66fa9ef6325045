"""A series that was away comes back with a band that holds how far levels move in so long a time: planted walks."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data import absences
from forecaster.engine.data.source import Source

from tests.bench import measure

SERIES, WEEKS, HORIZON = 150, 120, 8
STEP, NOISE = 0.02, 0.05  # of the logarithm of a level, each week; of a week's sales
GAP = 30
EFFORT = {"rows": 10_000, "work": 20_000, "bags": 1, "rounds": 40, "candidate_seconds": 0.0, "threads": 2}


def planted(since: int, away: int = SERIES // 3, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Walking levels; of the first `away` series GAP weeks until `since` weeks before the end are shut. HISTORY,
    FUTURE, and what is sold ahead (series, HORIZON)."""
    rng = np.random.default_rng(seed)
    shape = (SERIES, WEEKS + HORIZON)
    walk = np.cumsum(STEP * rng.standard_normal(shape), axis=1)
    y = 500 * np.exp(walk + NOISE * rng.standard_normal(shape) + rng.standard_normal((SERIES, 1)))
    is_open = np.ones(shape)
    is_open[:away, WEEKS - since - GAP : WEEKS - since] = 0
    labels = pd.date_range("2024-01-01", periods=WEEKS + HORIZON, freq="W-MON")
    frame = pd.DataFrame({"unique_id": np.repeat([f"s{n:03d}" for n in range(SERIES)], shape[1]),
                          "ds": np.tile(labels, SERIES), "open": is_open.ravel(),
                          "y": (y * is_open).ravel()})  # fmt: skip
    return frame[frame["ds"] <= labels[WEEKS - 1]], frame.drop(columns="y"), y[:, WEEKS:]


def doubt(since: int, seed: int = 0) -> np.ndarray | None:
    history, future, _ = planted(since, seed=seed)
    source = Source(history, "W-MON", future, None)
    return absences.doubt(source.panel(source.last(), HORIZON))


def test_the_doubt_is_what_levels_move_by_in_so_long_a_time() -> None:
    told = []
    for seed in range(6):
        found = doubt(0, seed)
        assert found is not None
        assert (found[SERIES // 3 :] == 0).all()
        told.append(found[: SERIES // 3].mean())
    assert np.mean(told) == pytest.approx(GAP * STEP**2, rel=0.25)


def test_the_doubt_fades_as_a_series_is_seen_again() -> None:
    just_back, long_back = doubt(0), doubt(GAP)
    assert just_back is not None
    assert long_back is not None
    np.testing.assert_allclose(long_back[0], just_back[0] / 2, rtol=0.3)


def test_nobody_is_in_doubt_where_nobody_was_away() -> None:
    history, future, _ = planted(0, away=0)
    source = Source(history, "W-MON", future, None)
    assert absences.doubt(source.panel(source.last(), HORIZON)) is None


def test_the_band_of_what_comes_back_holds_as_often_as_that_of_what_was_there() -> None:
    history, future, actual = planted(0, seed=3)
    found = engine.forecast(history, freq="W-MON", horizon=HORIZON, future=future,
                            options=engine.Options(sums=False, **EFFORT))  # fmt: skip
    bands = found.quantiles.astype(float)
    for part in (slice(0, SERIES // 3), slice(SERIES // 3, None)):
        share = measure.held(actual[part].ravel(), bands[part].reshape(-1, bands.shape[2]))
        assert 0.72 < share < 0.88, (part, share)
