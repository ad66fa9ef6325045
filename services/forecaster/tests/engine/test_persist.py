"""A fitted engine on disk: the same forecasts after loading, new weeks without a retrain, nothing executable."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forecaster import engine

from services.forecaster.tests.engine.frames import QUICK, weekly


@pytest.fixture(scope="module")
def trained() -> tuple[pd.DataFrame, engine.Forecasts]:
    history = weekly(12, 61)
    seen = history[history["ds"] < history["ds"].max()]
    return history, engine.forecast(seen, freq="W-FRI", horizon=4, options=QUICK)


def test_a_saved_engine_forecasts_the_same(trained: tuple[pd.DataFrame, engine.Forecasts], tmp_path: Path) -> None:
    history, found = trained
    assert found.fitted.pooled.anchored, "both kinds of pooled model are to be saved"
    assert found.fitted.quantiles, "and the quantile model"
    engine.save(found.fitted, tmp_path / "model", about={"offsets": {"0": 5}})
    seen = history[history["ds"] < history["ds"].max()]
    again = engine.update(engine.load(tmp_path / "model"), seen, freq="W-FRI", horizon=4, options=QUICK)
    np.testing.assert_allclose(again.mean, found.mean, rtol=1e-5)
    np.testing.assert_allclose(again.quantiles, found.quantiles, rtol=1e-5)
    np.testing.assert_allclose(again.sum_quantiles, found.sum_quantiles, rtol=1e-5)
    assert not [path for path in (tmp_path / "model").iterdir() if path.suffix not in (".txt", ".npz", ".json")]


def test_a_new_week_moves_the_forecasts_without_a_retrain(trained: tuple[pd.DataFrame, engine.Forecasts]) -> None:
    history, found = trained
    high = history.copy()
    high.loc[high["ds"] == high["ds"].max(), "y"] *= 4
    plain = engine.update(found.fitted, history, freq="W-FRI", horizon=4, options=QUICK)
    moved = engine.update(found.fitted, high, freq="W-FRI", horizon=4, options=QUICK)
    assert plain.labels[0, 0] > found.labels[0, 0]
    assert moved.mean.sum() > plain.mean.sum()


def test_other_columns_need_a_new_training(trained: tuple[pd.DataFrame, engine.Forecasts]) -> None:
    history, found = trained
    with pytest.raises(engine.Malformed, match="differ"):
        engine.update(found.fitted, history.drop(columns="weather"), freq="W-FRI", horizon=4, options=QUICK)


def test_a_folder_without_an_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(engine.Malformed, match="not a saved engine"):
        engine.load(tmp_path)
