"""What the engine learns from: zeros, gaps and unknown weeks told apart, and nothing of the future."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from forecaster.domain import dataset as datasets
from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import EngineAnswer, assemble

LAST = date(2026, 3, 1)  # a Sunday


def sales(*cells: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["sku", "week", "units"])
    frame["location"] = "main"
    frame["week"] = pd.to_datetime(frame["week"])
    return frame


def build(frame: pd.DataFrame, as_of: date = LAST, horizon: int = 4, **inputs: Any) -> Dataset:
    return datasets.build(frame, inputs, as_of=as_of, first_weekday=0, horizon=horizon)


def series(data: Dataset, sku: str, column: str = "y") -> dict[str, float]:
    own = data.history[data.history["unique_id"] == f"main:{sku}"]
    return {label.date().isoformat(): value for label, value in zip(own["ds"], own[column], strict=True)}


def product(sku: str, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "category": None, "price": None, "archived_on": None, "on_sale_from": None,
            "on_sale_until": None, **more}  # fmt: skip


def test_weeks_without_sales_are_zero_between_the_first_sale_and_the_last_ended_week() -> None:
    data = build(sales(("A", "2026-02-02", 5), ("A", "2026-02-16", 3)))
    assert series(data, "A") == {"2026-02-02": 5, "2026-02-09": 0, "2026-02-16": 3, "2026-02-23": 0}
    assert data.weeks[0] == date(2026, 3, 2)
    assert data.freq == "W-MON"


@pytest.mark.parametrize(("as_of", "last"), [("2026-02-28", "2026-02-16"), ("2026-03-01", "2026-02-23")])
def test_a_week_counts_only_when_it_has_ended(as_of: str, last: str) -> None:
    data = build(sales(("A", "2026-02-02", 5), ("A", "2026-02-23", 7)), date.fromisoformat(as_of))
    assert max(series(data, "A")) == last


def test_a_series_that_began_later_has_no_weeks_before() -> None:
    data = build(sales(("A", "2026-02-02", 5), ("B", "2026-02-16", 3)))
    assert min(series(data, "B")) == "2026-02-16"


def test_returns_beyond_sales_are_no_negative_demand() -> None:
    assert series(build(sales(("A", "2026-02-23", -4))), "A") == {"2026-02-23": 0}


def test_an_empty_week_out_of_stock_is_unknown_and_one_with_sales_is_not() -> None:
    stock = [
        {"sku": "A", "location": "main", "day": "2026-02-08", "in_stock": False},
        {"sku": "A", "location": "main", "day": "2026-02-19", "in_stock": True},
    ]
    data = build(sales(("A", "2026-02-02", 5), ("A", "2026-02-23", 6)), stock=stock)
    assert np.isnan(series(data, "A")["2026-02-09"])
    assert series(data, "A")["2026-02-16"] == 0
    share = series(data, "A", "in_stock")
    assert (share["2026-02-02"], share["2026-02-09"], share["2026-02-23"]) == (1, 0, 1)
    assert share["2026-02-16"] == pytest.approx(4 / 7)
    contradicted = build(sales(("A", "2026-02-02", 5), ("A", "2026-02-09", 6)), stock=stock)
    assert series(contradicted, "A")["2026-02-09"] == 6
    assert series(contradicted, "A", "in_stock")["2026-02-09"] == 1


def test_what_may_be_sold_without_stock_is_never_out_of_stock() -> None:
    stock = [{"sku": "A", "location": "main", "day": "2026-02-08", "in_stock": False}]
    sold = sales(("A", "2026-01-05", 5), ("B", "2026-01-05", 5))
    for flag, unknown in ((False, True), (True, False)):
        data = build(sold, stock=stock, products=[product("A", may_oversell=flag)])
        assert np.isnan(series(data, "A")["2026-02-09"]) == unknown
        assert ("in_stock" in data.history) == unknown


def test_a_closed_week_shows_no_demand_and_a_planned_one_is_told_to_the_engine() -> None:
    events = [
        {"kind": "closure", "starts": "2026-02-09", "ends": "2026-02-15", "locations": []},
        {"kind": "closing", "starts": "2026-03-09", "ends": "2026-03-15", "locations": ["main"]},
        {"kind": "Closed", "starts": "2026-03-20", "ends": "2026-03-22", "locations": []},
        {"kind": "fair", "starts": "2026-02-16", "ends": "2026-02-22", "locations": []},
    ]
    data = build(sales(("A", "2026-01-05", 5), ("A", "2026-02-16", 5)), events=events)
    assert np.isnan(series(data, "A")["2026-02-09"])
    assert series(data, "A", "in_stock")["2026-02-09"] == 0
    assert data.openings == {"main:A": [1, 0, pytest.approx(4 / 7), 1]}
    assert "event_fair" in data.history
    assert not [name for name in data.history if "clos" in name.lower()]


def test_promotions_prices_and_events_reach_their_own_weeks_and_the_future() -> None:
    data = build(
        sales(("A", "2026-02-02", 5), ("B", "2026-02-02", 5)),
        products=[product("A"), product("B")],
        prices=[
            {"sku": "A", "location": "", "valid_from": "2026-01-01", "price": "10.00"},
            {"sku": "A", "location": "", "valid_from": "2026-03-09", "price": "8.00"},
        ],
        promotions=[{"skus": ["A"], "locations": [], "starts": "2026-03-05", "ends": "2026-03-11", "discount": "0.2"}],
        events=[{"kind": "holiday", "starts": "2026-02-09", "ends": "2026-02-09", "locations": []}],
    )
    assert data.future is not None
    own = data.future[data.future["unique_id"] == "main:A"]
    assert own["promotion"].tolist() == pytest.approx([4 / 7, 3 / 7, 0, 0])
    assert own["price"].tolist() == [10, 8, 8, 8]
    assert data.future[data.future["unique_id"] == "main:B"]["promotion"].sum() == 0
    assert series(data, "B", "event_holiday")["2026-02-09"] == pytest.approx(1 / 7)
    assert set(data.future.columns) <= set(data.history.columns) | {"ds"}


def test_what_lies_after_the_as_of_day_changes_nothing() -> None:
    before = sales(("A", "2026-02-02", 5), ("A", "2026-02-23", 7))
    after = sales(("A", "2026-02-02", 5), ("A", "2026-02-23", 7), ("A", "2026-03-02", 99), ("Z", "2026-03-02", 1))
    one, other = build(before), build(after)
    pd.testing.assert_frame_equal(one.history, other.history)
    assert one.series == other.series


def test_a_product_off_sale_gets_a_zero_that_says_why() -> None:
    gone = product("A", on_sale_until="2026-02-20")
    data = build(sales(("A", "2026-02-02", 5), ("B", "2026-02-02", 5)), products=[gone])
    answer = EngineAnswer(["main:B"], np.ones((1, 4)), np.ones((1, 4, 11)), np.ones((1, 4, 11)), ["flat"], ["test"])
    found = {item.sku: item for item in assemble(data, answer).forecasts}
    assert found["A"].mean.sum() == 0
    assert found["A"].method == "discontinued"
    assert "2026-02-20" in found["A"].reason


def test_a_product_that_ends_within_the_horizon_is_forecast_until_then() -> None:
    data = build(sales(("A", "2026-02-02", 5)), products=[product("A", on_sale_until="2026-03-12")])
    sums = np.cumsum(np.ones((1, 4, 11)), axis=1)
    answer = EngineAnswer(["main:A"], np.ones((1, 4)), np.ones((1, 4, 11)), sums, ["flat"], ["test"])
    forecast = assemble(data, answer).forecasts[0]
    assert forecast.mean.tolist() == [1, 1, 0, 0]
    assert forecast.sum_quantiles[:, 5].tolist() == [1, 2, 2, 2]


def test_no_sales_at_all_is_an_empty_dataset() -> None:
    data = build(sales())
    assert data.history.empty
    assert assemble(data, None).forecasts == []


def test_negative_and_crossing_quantiles_never_leave() -> None:
    data = build(sales(("A", "2026-02-02", 5)))
    wild = np.random.default_rng(1).normal(size=(1, 4, 11))
    forecast = assemble(data, EngineAnswer(["main:A"], wild[:, :, 0], wild, wild, ["wild"], ["test"])).forecasts[0]
    for values in (forecast.quantiles, forecast.sum_quantiles):
        assert (values >= 0).all()
        assert (np.diff(values, axis=1) >= 0).all()
    assert (forecast.mean >= 0).all()


def test_a_sale_of_1970_does_not_make_history_begin_then_and_is_told() -> None:
    recent = [("A", str(day.date()), 5.0) for day in pd.date_range("2025-06-02", "2026-02-23", freq="7D")]
    data = build(sales(*recent, ("A", "1970-01-05", 3)))
    assert min(series(data, "A")) == "2025-06-02"
    assert [(one["series"], one["period"], one["done"]) for one in data.told] == [("main:A", "1970-01-05", "left out")]
