"""Overrides as pure rules: formulas, exact spreading, forecasts that stay proper."""

from datetime import date, timedelta

import numpy as np
import pytest
from forecaster.domain.forecasts import Forecast
from forecaster.domain.overrides import Instruction, PlannedWeek, Said, Unclear, apply, result, spread, understand
from hypothesis import given
from hypothesis import strategies as st

WEEK = date(2026, 3, 2)
MODELS = st.lists(st.floats(0, 5000, width=32), min_size=1, max_size=300)


def cells(models: list[float], weeks: int = 1, fixed: int = 0) -> list[PlannedWeek]:
    return [
        PlannedWeek(f"S{number}", "main", WEEK + timedelta(days=7 * step), model, model, fixed=number < fixed)
        for number, model in enumerate(models)
        for step in range(weeks)
    ]


@pytest.mark.parametrize(
    ("kind", "value", "operation", "amount"),
    [
        ("units", "120", "set", 120), ("units", "0", "set", 0), ("percent", "-10", "factor", 0.9),
        ("percent", "25", "factor", 1.25), ("formula", "*1.2", "factor", 1.2), ("formula", " /2 ", "factor", 0.5),
        ("formula", "+250", "add", 250), ("formula", "-30.5", "add", -30.5), ("formula", "+10%", "factor", 1.1),
        ("formula", "-10 %", "factor", 0.9), ("formula", "=42", "set", 42),
    ],
)  # fmt: skip
def test_what_planners_write_is_understood(kind: str, value: str, operation: str, amount: float) -> None:
    found = understand(kind, value)  # type: ignore[arg-type]
    assert found.operation == operation
    assert found.amount == pytest.approx(amount)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("units", "-1"), ("units", "many"), ("units", "NaN"), ("units", "1e12"), ("percent", "-101"),
        ("percent", "1e9"), ("formula", "1.2"), ("formula", "/0"), ("formula", "*-2"), ("formula", "*10%"),
        ("formula", "__import__('os')"), ("formula", "*99999"), ("formula", ""),
    ],
)  # fmt: skip
def test_what_is_unclear_is_refused(kind: str, value: str) -> None:
    with pytest.raises(Unclear):
        understand(kind, value)  # type: ignore[arg-type]


@given(MODELS, st.integers(0, 1_000_000))
def test_a_number_for_a_category_is_spread_to_the_exact_unit(models: list[float], units: int) -> None:
    changes = spread(Instruction("set", float(units)), cells(models), "week")
    assert sum(change.amount for change in changes) == units
    assert all(float(change.amount).is_integer() and change.amount >= 0 for change in changes)


@given(MODELS, st.integers(1, 100_000), st.integers(1, 5))
def test_added_units_over_several_weeks_sum_exactly(models: list[float], units: int, weeks: int) -> None:
    total = spread(Instruction("add", float(units)), cells(models, weeks), "total")
    assert sum(change.amount for change in total) == units
    weekly = spread(Instruction("add", float(units)), cells(models, weeks), "week")
    assert sum(change.amount for change in weekly) == units * weeks


@given(MODELS, st.floats(0, 1))
def test_units_taken_away_never_make_a_forecast_negative(models: list[float], share: float) -> None:
    taken = round(sum(models) * share, 3)
    changes = spread(Instruction("add", -taken), cells(models), "week")
    assert sum(change.amount for change in changes) == pytest.approx(-taken, abs=1e-6 * max(1.0, taken))
    assert all(change.after >= 0 for change in changes)


def test_more_than_there_is_cannot_be_taken() -> None:
    with pytest.raises(Unclear, match="negative"):
        spread(Instruction("add", -11.0), cells([4, 6]), "week")


def test_shares_follow_the_forecast_and_equal_parts_where_there_is_none() -> None:
    assert [c.amount for c in spread(Instruction("set", 100.0), cells([10, 30, 60]), "week")] == [10, 30, 60]
    assert sorted(c.amount for c in spread(Instruction("set", 10.0), cells([0, 0, 0]), "week")) == [3, 3, 4]


def test_locked_cells_keep_their_part_and_the_others_share_the_rest() -> None:
    changes = spread(Instruction("set", 100.0), cells([40, 10, 10], fixed=1), "week")
    assert [(change.planned.sku, change.amount) for change in changes] == [("S1", 30), ("S2", 30)]
    with pytest.raises(Unclear, match="locked"):
        spread(Instruction("set", 10.0), cells([40, 10], fixed=1), "week")


def forecast(mean: list[float]) -> Forecast:
    means = np.array(mean, dtype=np.float32)
    band = np.linspace(0.2, 2.0, 11, dtype=np.float32)
    return Forecast("A", "main", means, means[:, None] * band, np.cumsum(means)[:, None] * band, "flat", "test")


@given(
    st.lists(st.floats(0, 1000, width=32), min_size=4, max_size=4),
    st.dictionaries(
        st.integers(0, 5), st.tuples(st.sampled_from(["set", "factor", "add"]), st.floats(-50, 50)), max_size=4
    ),
)
def test_an_overridden_forecast_is_still_a_forecast(mean: list[float], chosen: dict[int, tuple[str, float]]) -> None:
    operations = {
        WEEK + timedelta(days=7 * step): Said(name, abs(amount) if name != "add" else amount)
        for step, (name, amount) in chosen.items()
    }
    found = apply(forecast(mean), WEEK, operations)
    for values in (found.quantiles, found.sum_quantiles):
        assert (values >= 0).all()
        assert (np.diff(values, axis=1) >= -1e-3).all()
    for step in range(4):
        name, amount, _ = operations.get(WEEK + timedelta(days=7 * step), Said("factor", 1.0))
        assert found.mean[step] == pytest.approx(
            result(name, amount, float(np.float32(mean[step]))), rel=1e-5, abs=1e-5
        )


def test_a_forecast_of_zero_that_a_planner_raises_gets_a_band() -> None:
    found = apply(forecast([0, 0]), WEEK, {WEEK: Said("set", 100.0)})
    assert found.quantiles[0, 0] < 100 < found.quantiles[0, 10]
    assert found.sum_quantiles[1, 5] == pytest.approx(100)
