"""What is shut on the same day each year is shut ahead; what happened to sell nothing once is not."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source

from services.forecaster.tests.engine.frames import QUICK


def panel(freq: str, labels: pd.DatetimeIndex, y: np.ndarray, horizon: int) -> Panel:
    frame = pd.concat([pd.DataFrame({"unique_id": f"s{n}", "ds": labels, "y": row}) for n, row in enumerate(y)])
    source = Source(frame, freq, None, None)
    return source.panel(source.last(), horizon)


def shut_ahead(found: Panel) -> list[set[str]]:
    if found.shut is None:
        return [set()] * len(found.ids)
    return [{found.label(found.size + step) for step in np.flatnonzero(row)} for row in found.shut]


def days(
    level: float, closed: list[str], series: int = 3, end: str = "2026-12-10"
) -> tuple[pd.DatetimeIndex, np.ndarray]:
    labels = pd.date_range("2023-09-01", end, freq="D")
    y = np.random.default_rng(2).poisson(level, (series, len(labels))).astype(float)
    y[:, labels.isin(pd.DatetimeIndex(closed))] = 0
    return labels, y


CHRISTMAS = ["2023-12-25", "2024-12-25", "2025-12-25"]
GOOD_FRIDAYS = ["2024-03-29", "2025-04-18"]


@pytest.mark.parametrize(
    ("closed", "end", "ahead"),
    [
        (CHRISTMAS, "2026-12-10", {"2026-12-25"}),
        (CHRISTMAS[2:], "2026-12-10", set()),  # once is no custom
        (CHRISTMAS[::2], "2026-12-10", set()),  # nor when it was open in between
        (GOOD_FRIDAYS, "2026-03-25", {"2026-04-03"}),  # moves with Easter
        ([], "2026-12-10", set()),
    ],
)
def test_a_day_that_is_shut_each_year_is_shut_ahead(closed: list[str], end: str, ahead: set[str]) -> None:
    labels, y = days(20, closed, end=end)
    sundays = labels.dayofweek == 6
    assert shut_ahead(panel("D", labels, y, 28)) == [ahead] * 3
    y[:, sundays] = 0
    assert shut_ahead(panel("D", labels, y, 28)) == [ahead] * 3


def test_slow_sellers_are_shut_with_their_shop_and_not_by_their_own_empty_days() -> None:
    labels, y = days(0.4, CHRISTMAS, series=60)
    assert shut_ahead(panel("D", labels, y, 28)) == [{"2026-12-25"}] * 60
    labels, y = days(3.0, [], series=200)
    assert sum(map(len, shut_ahead(panel("D", labels, y, 28)))) <= 2


def test_the_weeks_of_the_yearly_holiday_are_shut_ahead() -> None:
    labels = pd.date_range("2023-10-02", "2026-07-20", freq="W-MON")
    y = np.random.default_rng(1).poisson(30, (4, len(labels))).astype(float)
    for year in (2024, 2025):
        first = labels.get_indexer([pd.Timestamp(f"{year}-08-14")], method="nearest")[0]
        y[0, first : first + 2] = 0
    found = shut_ahead(panel("W-MON", labels, y, 6))
    assert len(found[0]) == 2
    assert found[1:] == [set()] * 3


def test_a_shut_day_is_forecast_as_nothing_and_says_so() -> None:
    labels, y = days(20, CHRISTMAS)
    frame = pd.concat([pd.DataFrame({"unique_id": f"s{n}", "ds": labels, "y": row}) for n, row in enumerate(y)])
    found = engine.forecast(frame, freq="D", horizon=20, options=QUICK)
    closed = found.labels[0] == np.datetime64("2026-12-25")
    assert found.mean[:, closed].max() == found.quantiles[:, closed].max() == 0
    assert found.mean[:, ~closed].min() > 5
    assert "nothing on 2026-12-25, as in the years before" in found.reason[0]
