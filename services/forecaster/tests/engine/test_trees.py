"""Our reading of a booster's trees says what LightGBM says, to the last bit; sums are ordered as a sort orders them."""

import lightgbm as lgb
import numpy as np
import pytest
from forecaster.engine.methods.pooled import trees
from forecaster.engine.uncertainty import paths
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numbers


def _table(rows: int, seed: int) -> np.ndarray:
    """Five numbers, some unknown, one of them never; and two columns of categories."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 7)).astype(np.float32)
    x[:, :4][rng.random((rows, 4)) < 0.1] = np.nan
    x[:, 5], x[:, 6] = rng.integers(0, 12, rows), rng.integers(-1, 70, rows)
    return x


def _booster(x: np.ndarray, leaves: int = 31, **more: object) -> lgb.Booster:
    known = np.nan_to_num(x)
    y = known[:, 0] + np.sin(3 * known[:, 4]) + (x[:, 5] % 5 == 2) * 2 + (x[:, 6] % 3 == 1) + known[:, 1] * known[:, 2]
    settings = {"verbose": -1, "num_threads": 1, "num_leaves": leaves, "min_data_in_leaf": 5, **more}
    return lgb.train(settings, lgb.Dataset(x, y, categorical_feature=[5, 6], params=settings), 40)


@pytest.mark.parametrize("objective", ["regression", "regression_l1"])
def test_a_forest_equals_its_booster_for_values_that_training_never_saw(objective: str) -> None:
    booster = _booster(_table(3000, 1), objective=objective)
    new = _table(1700, 2)
    new[::3, 4] = np.nan  # was never unknown
    new[::5, 5], new[1::5, 5], new[::7, 6] = 300, np.nan, -4
    new[::11, 0], new[::13, 1] = np.inf, -np.inf

    found = trees.forest(booster)

    assert found is not None
    assert np.array_equal(found.predict(new), booster.predict(new, num_threads=1))


def test_a_forest_of_trees_without_a_split_says_their_constant() -> None:
    x = _table(50, 3)
    booster = lgb.train({"verbose": -1}, lgb.Dataset(x, np.full(50, 4.5)), 3)

    found = trees.forest(booster)

    assert found is not None
    assert np.array_equal(found.predict(x), booster.predict(x))


def test_trees_with_more_leaves_than_bits_are_left_to_lightgbm() -> None:
    x = _table(3000, 4)
    booster = _booster(x, leaves=60)

    assert trees.forest(booster) is None
    assert np.array_equal(trees.predict(booster, None, x), booster.predict(x, num_threads=1))


@given(numbers.arrays(np.float32, st.integers(1, 400), elements=st.floats(0, 2.0**40, width=32)))
def test_sums_are_ordered_as_a_sort_orders_them(values: np.ndarray) -> None:
    ordered = np.empty_like(values)

    paths._order(values, ordered, np.empty(len(values) + 2, dtype=np.int32))

    assert np.array_equal(ordered, np.sort(values))
