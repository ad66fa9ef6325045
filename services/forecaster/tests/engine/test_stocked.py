"""A column that says when a product could be bought is found whatever it is called, and others are left alone."""

import numpy as np
import pandas as pd
import pytest
from forecaster.engine.data.panel import IN_STOCK, Panel
from forecaster.engine.data.source import Source

SERIES, WEEKS = 24, 104
LEVELS = np.geomspace(3, 60, SERIES)
NAMES = {
    "in_stock": lambda share: share, "InStock": lambda share: share, "days_available": lambda share: 7 * share,
    "availability_pct": lambda share: 100 * share, "stockout": lambda share: 1 - share,
    "is_out_of_stock": lambda share: 1 - share, "oos_hours": lambda share: 24 * (1 - share),
    "stock_out_flag": lambda share: 1 - share, "sold_out": lambda share: 1 - share,
    "on_hand": lambda share: np.where(share > 0, 5 + 30 * share, 0), "hours_missing": lambda share: 16 * (1 - share),
}  # fmt: skip


def drawn(whole_periods: bool = True, out: float = 0.15) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each series and week: the share in stock, what was sold, the demand."""
    rng = np.random.default_rng(4)
    share = np.where(rng.random((SERIES, WEEKS)) < out, 0.0 if whole_periods else 0.5, 1.0)
    share[:, 0] = 1.0
    demand = rng.poisson(LEVELS[:, None], (SERIES, WEEKS)).astype(float)
    return share, np.where(share == 1, demand, rng.binomial(demand.astype(int), share)), demand


def read(sold: np.ndarray, **columns: np.ndarray) -> Panel:
    labels = pd.date_range("2024-11-18", periods=WEEKS, freq="W-MON")
    frame = pd.DataFrame({
        "unique_id": np.repeat([f"s{n:02d}" for n in range(SERIES)], WEEKS), "ds": np.tile(labels, SERIES),
        "y": sold.reshape(-1), **{name: values.reshape(-1) for name, values in columns.items()},
    })  # fmt: skip
    source = Source(frame, "W-MON", None, None)
    return source.panel(source.last(), 4)


def level(panel: Panel) -> float:
    """The mean of what is learned from, against the planted levels."""
    return float((np.nanmean(panel.y, axis=1) / LEVELS).mean())


@pytest.mark.parametrize("name", NAMES)
def test_a_stock_out_is_no_week_without_demand_whatever_its_column_is_called(name: str) -> None:
    share, sold, _ = drawn()
    assert level(read(sold)) < 0.9
    panel = read(sold, **{name: NAMES[name](share)})
    assert level(panel) == pytest.approx(1, abs=0.02)
    assert IN_STOCK in {one.name for one in panel.regressors}
    assert name == IN_STOCK or panel.columns[name].startswith("read as")


@pytest.mark.parametrize("name", ["stockout", "on_hand"])
def test_a_flag_of_weeks_that_were_out_of_stock_for_a_part_counts_as_the_part_that_the_panel_says(name: str) -> None:
    share, sold, _ = drawn(whole_periods=False)
    panel = read(sold, **{name: (share < 1) if name == "stockout" else np.where(share < 1, 0, 12)})
    assert panel.censored is not None
    assert float(np.median(panel.censored.share[panel.censored.sold > 0])) == pytest.approx(0.5, abs=0.05)
    assert level(panel) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("name", ["stockout", "on_hand", "in_stock"])
def test_a_column_whose_stock_outs_sold_as_usual_says_nothing_of_stock(name: str) -> None:
    share, _, demand = drawn()
    panel = read(demand, **{name: share if name != "stockout" else 1 - share})
    np.testing.assert_array_equal(panel.y, read(demand).y)
    assert panel.columns[name].startswith("says nothing of stock")


def test_no_other_column_is_taken_for_stock() -> None:
    share, sold, _ = drawn()
    rng = np.random.default_rng(1)
    shut = np.broadcast_to(np.where(np.arange(WEEKS) % 10 == 9, 0.0, 1.0), sold.shape)  # all at once: an opening
    sold = sold * shut
    panel = read(sold, customers=np.round(sold * 1.3), open=np.array(shut), flag=(rng.random(sold.shape) < 0.2) * 1.0,
                 inventory_value=rng.uniform(1e3, 1e5, sold.shape), stock_notes=share * 0 + 3)  # fmt: skip
    assert IN_STOCK not in {one.name for one in panel.regressors} and panel.censored is None
