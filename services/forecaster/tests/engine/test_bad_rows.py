"""Rows that cannot be right cost themselves, never the others, and are told with row, column and series."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data import strays
from forecaster.engine.data.observations import Observations
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source
from hypothesis import given
from hypothesis import strategies as st

from services.forecaster.tests.engine.frames import QUICK

WEEKS = pd.date_range("2024-11-25", "2026-11-16", freq="W-MON")


def shop(series: int = 12, weeks: pd.DatetimeIndex = WEEKS) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    return pd.concat(
        [pd.DataFrame({"unique_id": f"B{n:02d}", "ds": weeks, "y": rng.poisson(30.0, len(weeks)) + 1.0})
         for n in range(series)], ignore_index=True)  # fmt: skip


def panel(history: pd.DataFrame, freq: str = "W-MON", horizon: int = 4) -> Panel:
    source = Source(history, freq, None, None)
    return source.panel(source.last(), horizon)


def changed(row: int, column: str, value: object) -> pd.DataFrame:
    history = shop()
    history[column] = history[column].astype(object)
    history.loc[row, column] = value
    return history


BAD: dict[str, tuple[int, str, object]] = {
    "years later": (5, "ds", pd.Timestamp("2062-11-20")),
    "a year later": (103, "ds", pd.Timestamp("2027-11-15")),
    "weeks later": (103, "ds", pd.Timestamp("2027-01-04")),
    "1970": (5, "ds", pd.Timestamp("1970-01-05")),
    "years earlier": (5, "ds", pd.Timestamp("2014-12-29")),
    "another weekday": (5, "ds", WEEKS[5] + pd.Timedelta(days=2)),
    "no date": (5, "ds", None),
    "a word": (5, "y", "many"),
    "infinite": (5, "y", np.inf),
    "negative": (5, "y", -40_000_000),
}


@pytest.mark.parametrize("kind", BAD)
def test_one_bad_cell_changes_nothing_but_its_own_cell_and_is_told(kind: str) -> None:
    row, column, value = BAD[kind]
    clean, struck = panel(shop()), panel(changed(row, column, value))
    assert struck.ids == clean.ids
    np.testing.assert_array_equal(struck.numbers, clean.numbers)
    differs = (struck.y != clean.y) & ~np.isnan(struck.y)
    assert not differs[1:].any(), "other series"
    assert set(np.flatnonzero(differs[0])) <= {row}
    assert [(one.row, one.column, one.series) for one in struck.told] == [(row + 1, column, "B00")]
    assert str(struck.told[0]).startswith(f"history, row {row + 1}, column {column} (series B00): ")


def test_what_was_sold_in_the_period_of_a_row_without_a_date_is_unknown_not_zero() -> None:
    struck = panel(changed(103, "ds", pd.Timestamp("2062-11-20")))
    assert np.isnan(struck.y[0, 103])
    assert struck.y[0, 102] > 0


@pytest.mark.parametrize(
    ("freq", "labels", "odd"),
    [
        ("W-MON", pd.date_range("2025-01-06", periods=60, freq="W-MON"), pd.Timedelta(days=1)),
        ("W-SUN", pd.date_range("2025-01-05", periods=60, freq="W-SUN"), pd.Timedelta(days=-3)),
        ("W-SUN", pd.date_range("2025-01-06", periods=60, freq="W-MON"), pd.Timedelta(days=4)),
        ("MS", pd.date_range("2020-01-01", periods=60, freq="MS"), pd.Timedelta(days=14)),
        ("ME", pd.date_range("2020-01-31", periods=60, freq="ME"), pd.Timedelta(days=-14)),
        ("D", pd.date_range("2025-01-06", periods=60, freq="D"), pd.Timedelta(hours=9)),
    ],
)
def test_a_series_on_another_calendar_counts_to_the_periods_it_lies_in(
    freq: str, labels: pd.DatetimeIndex, odd: pd.Timedelta
) -> None:
    history = shop(6, labels)
    one = history["unique_id"] == "B02"
    other = history.assign(ds=history["ds"].where(~one, history["ds"] + odd))
    found = panel(other, freq)
    np.testing.assert_array_equal(found.y, panel(history, freq).y)
    assert {told.series for told in found.told} == {"B02"}
    assert "read as" in found.told[0].done


def test_where_no_calendar_is_kept_to_the_first_row_beside_it_is_named() -> None:
    history = shop(4)
    history["ds"] += pd.to_timedelta(np.arange(len(history)) % 2, unit="D")
    with pytest.raises(engine.Malformed, match=r"row \d+ \(series B00\).*week"):
        panel(history)


@pytest.mark.parametrize("form", ["%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
@pytest.mark.parametrize(
    ("freq", "begin", "count"),
    [("D", "2020-04-01", 180), ("MS", "2022-01-01", 58), ("W-MON", "2025-01-06", 98), ("W-MON", "2026-06-01", 2)],
)
def test_texts_are_read_in_the_one_order_that_the_whole_column_allows(
    form: str, freq: str, begin: str, count: int
) -> None:
    labels = pd.date_range(begin, periods=count, freq=freq)
    history = shop(3, labels)
    texts = history.assign(ds=history["ds"].dt.strftime(form))
    found = panel(texts, freq)
    assert (found.label(0), found.label(found.last)) == tuple(str(labels[n].date()) for n in (0, -1))


def test_texts_that_can_be_read_in_two_ways_are_refused() -> None:
    history = shop(3, pd.DatetimeIndex(["2026-05-05", "2026-06-06"])).assign()
    history["ds"] = ["05/06/2026", "06/05/2026"] * 3
    with pytest.raises(engine.Malformed, match="day first and month first"):
        panel(history, "D")


@pytest.mark.parametrize(("column", "value"), [("ds", "soon"), ("y", "0,5"), ("y", "many")])
def test_a_column_of_which_more_than_a_few_cells_cannot_be_read_is_refused_with_the_first(
    column: str, value: str
) -> None:
    history = shop()
    history[column] = history[column].astype(object)
    history.loc[7::10, column] = value
    with pytest.raises(engine.Malformed, match=f"row 8 .*{value}"):
        panel(history)


def _periods(*parts: tuple[int, int, int]) -> np.ndarray:
    return np.concatenate([np.repeat(np.arange(begin, end), rows) for begin, end, rows in parts])


@pytest.mark.parametrize(
    ("parts", "body"),
    [
        (((0, 100, 10), (150, 151, 1)), (0, 99)),  # one row, long after
        (((0, 100, 10), (105, 106, 1)), (0, 99)),  # next to none beyond a gap that this panel never has
        (((0, 100, 10), (120, 121, 8)), (0, 120)),  # a shop that closed for 20 weeks and is back
        (((0, 20, 1), (46, 66, 1), (92, 93, 1)), (0, 92)),  # a single seasonal product whose third season begins
        (((0, 30, 1), (55, 56, 1)), (0, 55)),  # the second season of one product
        (((0, 30, 1), (2000, 2001, 1)), (0, 29)),  # one product, decades later
        (((-2000, -1999, 1), (0, 100, 10)), (0, 99)),  # 1970
        (((0, 3, 1),), (0, 2)),
    ],
)
def test_strays_lie_beyond_gaps_that_the_panel_does_not_have(
    parts: tuple[tuple[int, int, int], ...], body: tuple[int, int]
) -> None:
    assert strays.body(_periods(*parts), 52.18) == body


@pytest.mark.parametrize("when", ["1970-01-05", "2062-11-20"])
def test_a_plan_dated_decades_away_is_told_and_the_other_plans_stay(when: str) -> None:
    history = shop(3)
    weeks = pd.date_range(WEEKS[0], periods=108, freq="W-MON")
    future = pd.concat([pd.DataFrame({"unique_id": f"B{n:02d}", "ds": weeks, "price": 2.0}) for n in range(3)])
    future = future.assign(price=np.where(np.arange(324) % 7, 2.0, 1.6)).reset_index(drop=True)
    history = history.merge(future, on=["unique_id", "ds"])

    def read(plan: pd.DataFrame) -> Panel:
        source = Source(history, "W-MON", plan, None)
        return source.panel(source.last(), 4)

    clean, struck = read(future), read(future.assign(ds=future["ds"].where(future.index != 105, pd.Timestamp(when))))
    assert [str(one) for one in struck.told] == [
        f"future, row 106, column ds (series B00): ds {when} left out: the row is dated years from all others"
    ]
    np.testing.assert_array_equal(struck.y, clean.y)
    same = np.ones((3, 108), dtype=bool)
    same[0, 105] = False
    np.testing.assert_array_equal(struck.regressors[0].values[same], clean.regressors[0].values[same])


@pytest.mark.parametrize("rows", [[103], [0], [50, 80], [5, 109, 700]])
@pytest.mark.parametrize("value", [40_063_812.0, 9e12, -40_000_000.0])
def test_bad_quantities_anywhere_cost_their_own_cells_alone(rows: list[int], value: float) -> None:
    history = shop()
    struck = panel(history.assign(y=history["y"].where(~history.index.isin(rows), value)))
    clean = panel(history)
    different = np.argwhere(struck.y != clean.y)
    assert {(i * len(WEEKS) + t) for i, t in different.tolist()} == set(rows)
    assert np.nanmax(struck.y) <= np.nanmax(clean.y)
    assert {one.row for one in struck.told} == {row + 1 for row in rows} or value < 0


@pytest.mark.parametrize("weeks", [2, 3, 6, 26])
def test_a_product_that_grew_tenfold_keeps_its_new_level(weeks: int) -> None:
    history = shop()
    grown = history["unique_id"].eq("B00") & history["ds"].gt(WEEKS[-1] - pd.Timedelta(weeks=weeks))
    history.loc[grown, "y"] *= 10
    found = panel(history)
    assert found.told == []
    np.testing.assert_array_equal(found.y[0, -weeks:], history.loc[grown, "y"])


def test_a_row_of_2062_leaves_the_forecasts_of_all_products_as_they_are() -> None:
    def forecast(history: pd.DataFrame) -> engine.Forecasts:
        return engine.forecast(history, freq="W-MON", horizon=4, options=QUICK)

    clean, struck = forecast(shop()), forecast(changed(5, *BAD["years later"][1:]))
    np.testing.assert_array_equal(struck.labels, clean.labels)
    np.testing.assert_allclose(struck.mean.sum(axis=1), clean.mean.sum(axis=1), rtol=0.1)
    assert "2062-11-20" in struck.reason[0]
    assert struck.report["told"][0]["row"] == 6
    later: Callable[[pd.DataFrame], pd.DataFrame] = lambda h: h.assign(ds=h["ds"].where(h.index != 5))  # noqa: E731
    assert "no date" in forecast(later(shop())).reason[0]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=6),
)
def test_the_row_that_counts_for_a_cell_is_the_last_that_was_given_for_it(
    rows: list[tuple[int, int]], cells: list[tuple[int, int]]
) -> None:
    series, columns = (np.array(one, dtype=np.int64) for one in zip(*rows, strict=True))
    numbers = np.arange(len(rows)) + 10
    found = Observations(pd.DataFrame(), numbers, series, columns).rows_of(cells, 4, 6)
    last = dict(zip(rows, numbers.tolist(), strict=True))
    assert found == [last.get(cell, -1) for cell in cells]


def test_a_whole_product_dated_decades_ahead_costs_itself_alone_and_is_told() -> None:
    history = shop()
    history.loc[history["unique_id"] == "B03", "ds"] += pd.Timedelta(weeks=36 * 52)
    found = panel(history)
    assert found.label(found.last) == "2026-11-16"
    assert found.ids == [f"B{n:02d}" for n in range(12) if n != 3]
    source = Source(history, "W-MON", None, None)
    assert source.cutoff(pd.Timestamp("2026-11-16")) == source.last()


@pytest.mark.parametrize("rows", [1, 2, 3, 12])
def test_a_last_week_of_which_hardly_any_row_came_is_unknown_to_the_others_not_none(rows: int) -> None:
    history = shop()
    more = pd.DataFrame({"unique_id": [f"B{n:02d}" for n in range(rows)], "ds": pd.Timestamp("2026-11-23"), "y": 9.0})
    found = panel(pd.concat([history, more], ignore_index=True))
    latest, told = found.y[:, -1], [one for one in found.told if "unknown" in one.why]
    assert (latest[:rows] == 9).all()
    if rows <= strays.THIN * 12:
        assert np.isnan(latest[rows:]).all() and len(told) == 1 and told[0].row == 12 * 104 + 1
    else:
        assert (latest[rows:] == 0).all() and not told


def test_a_sunday_with_fewer_rows_than_other_days_is_a_sunday() -> None:
    days = pd.date_range("2026-09-07", "2026-11-22", freq="D")
    history = shop(weeks=days)
    history = history[(history["ds"].dt.day_of_week < 6) | (history["unique_id"] == "B01")]
    found = panel(history, freq="D")
    assert (found.y[[n for n in range(12) if n != 1], -1] == 0).all() and not found.told
