"""What the pooled model is told of its columns, and how often it is trained."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data.source import Source
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Design, Instances
from forecaster.engine.methods.pooled import anchor, boosting
from forecaster.engine.methods.pooled.losses import LOSSES, by_scaled_error
from forecaster.engine.methods.pooled.sampling import sample

from services.forecaster.tests.engine.frames import weekly


def bound(history: pd.DataFrame, static: pd.DataFrame | None = None) -> Features:
    """The features of a history at its end, three weeks ahead."""
    source = Source(history, "W-FRI", None, static)
    return Features.of(source.panel(source.last(), 3))


def test_a_number_with_few_values_joins_series_and_is_still_no_category() -> None:
    history = weekly(90, 20)
    size = 1000.0 + np.arange(90) % 25
    static = pd.DataFrame({"unique_id": history["unique_id"].unique(), "size": size, "kind": list("abc") * 30})
    features = bound(history, static)
    columns = features.inputs.static[:, -len(features.categorical) :]
    assert [name for name in features.names if name == "static size"] == ["static size"] * 2
    assert features.categorical == list(range(len(features.names) - 2, len(features.names)))
    assert columns.max() < 25, "a category is told by its number, not by its value"


def test_the_fewer_rows_the_more_often_each_loss_is_trained() -> None:
    options = engine.Options(rows=1000, work=2000, bags=4)
    few, many = bound(weekly(2, 30)), bound(weekly(12, 60))
    assert boosting.bags(few, 29, options) == 4
    assert boosting.bags(many, 59, options) == 2
    model = boosting.train(many, 59, engine.Options(rows=1000, work=2000, rounds=3), 0, lambda: None)
    assert model is not None
    assert len(model.boosters) == 2 * len(LOSSES)


def test_a_forecast_is_the_mean_of_the_bags() -> None:
    features = bound(weekly(12, 60))
    rows = sample(features, 59, 40, np.random.default_rng(5))
    model = boosting.train(features, 59, engine.Options(rows=1000, work=3000, rounds=5), 0, lambda: None)
    assert model is not None
    bags = [slice(begin, begin + 3) for begin in (0, 3, 6)]
    design = features.design(rows)
    parts = [boosting.PooledModel(model.boosters[bag], model.anchored[bag]) for bag in bags]
    own = [part.predict(features, design).values for part in parts]
    assert len(own[0]) == len(LOSSES) + 1, "the anchored model's mean follows those of the losses"
    np.testing.assert_allclose(model.predict(features, design).values, np.mean(own, axis=0), rtol=1e-5)
    assert np.abs(own[0] - own[1]).max() > 0


@pytest.mark.parametrize(("weeks", "expected"), [(40, False), (54, False), (55, True), (159, True), (160, False)])
def test_the_anchored_model_stands_beside_few_years(weeks: int, expected: bool) -> None:
    features = bound(weekly(4, weeks))
    assert anchor.applies(features, weeks - 1) is expected


def test_days_have_no_anchored_model() -> None:
    history = weekly(3, 500, freq="D")
    source = Source(history, "D", None, None)
    assert not anchor.applies(Features.of(source.panel(source.last(), 28)), 499)


def test_a_season_of_ones_own_seen_once_is_learned_from_last_year() -> None:
    """Every product has its own high weeks: what others do says nothing, and a year is too little to learn it."""
    rng = np.random.default_rng(4)
    labels = pd.date_range("2023-01-06", periods=105, freq="W-FRI")
    begin = rng.integers(0, 52, 40)
    high = ((np.arange(105)[None, :] - begin[:, None]) % 52) < 6
    y = rng.poisson(np.where(high, 300.0, 50.0))
    history = pd.DataFrame({
        "unique_id": np.repeat([f"p{n:02d}" for n in range(40)], 92), "ds": np.tile(labels[:92], 40),
        "y": y[:, :92].ravel(),
    })  # fmt: skip
    source = Source(history, "W-FRI", None, None)
    features = Features.of(source.panel(source.last(), 13))
    model = boosting.train(features, 91, engine.Options(rows=6000, work=6000, rounds=8), 0, lambda: None)
    assert model is not None
    rows = Instances.ahead(np.arange(40), np.full(40, 91), 13)
    told = model.predict(features, features.design(rows)).values
    error = np.abs(told - y[:, 92:].ravel()).mean(axis=1)
    assert len(told) == len(LOSSES) + 1
    assert error[-1] < 0.6 * error[:-1].min()


def test_weights_are_numbers_where_most_series_have_not_moved_yet() -> None:
    """A series that sold alike twice has no step to scale by: it counts as the usual one of those that have."""
    design = Design(
        np.zeros((5, 1), dtype=np.float32), np.array([1, 2, 3, 4, 5], dtype=np.float32),
        np.array([0, 0, 0, 4, 5], dtype=np.float32),
    )  # fmt: skip
    with np.errstate(all="raise"):
        found = by_scaled_error(design)
    assert np.isfinite(found).all()
    assert found[:3] == pytest.approx(np.full(3, found[3:].mean()))
