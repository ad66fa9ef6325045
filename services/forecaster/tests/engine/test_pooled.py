"""What the pooled model is told of its columns, and how often it is trained."""

import numpy as np
import pandas as pd
from forecaster import engine
from forecaster.engine import pooled
from forecaster.engine.features import Features
from forecaster.engine.panel import Source

from services.forecaster.tests.engine.frames import weekly


def bound(history: pd.DataFrame, static: pd.DataFrame | None = None) -> Features:
    """The features of a history at its end, three weeks ahead."""
    source = Source(history, "W-FRI", None, static)
    return Features(source.panel(source.last(), 3))


def test_a_number_with_few_values_joins_series_and_is_still_no_category() -> None:
    history = weekly(90, 20)
    size = 1000.0 + np.arange(90) % 25
    static = pd.DataFrame({"unique_id": history["unique_id"].unique(), "size": size, "kind": list("abc") * 30})
    features = bound(history, static)
    columns = features.static[:, -len(features.categorical) :]
    assert [name for name in features.names if name == "static size"] == ["static size"] * 2
    assert features.categorical == list(range(len(features.names) - 2, len(features.names)))
    assert columns.max() < 25, "a category is told by its number, not by its value"


def test_the_fewer_rows_the_more_often_each_loss_is_trained() -> None:
    options = engine.Options(rows=1000, work=2000, bags=4)
    few, many = bound(weekly(2, 30)), bound(weekly(12, 60))
    assert pooled.bags(few, 29, options) == 4
    assert pooled.bags(many, 59, options) == 2
    model = pooled.train(many, 59, engine.Options(rows=1000, work=2000, rounds=3), 0, lambda: None)
    assert model is not None
    assert len(model.boosters) == 2 * len(pooled.LOSSES)


def test_a_forecast_is_the_mean_of_the_bags() -> None:
    features = bound(weekly(12, 60))
    rows = pooled.sample(features, 59, 40, np.random.default_rng(5))
    model = pooled.train(features, 59, engine.Options(rows=1000, work=3000, rounds=5), 0, lambda: None)
    assert model is not None
    own = [pooled.Pooled(model.boosters[begin : begin + 3]).predict(features, rows) for begin in (0, 3, 6)]
    np.testing.assert_allclose(model.predict(features, rows), np.mean(own, axis=0), rtol=1e-5)
    assert np.abs(own[0] - own[1]).max() > 0
