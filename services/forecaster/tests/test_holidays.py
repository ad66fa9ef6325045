"""Holidays by country and region reach the weeks they lie in, each year's their own, and the forecast."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from chassis.database import Database
from contracts.events import LocationChanged
from dateutil.easter import EASTER_ORTHODOX, easter
from forecaster import engine
from forecaster.domain import dataset as datasets
from forecaster.domain import holiday_calendar
from forecaster.domain.dataset import Dataset
from forecaster.storage import catalog

from services.forecaster.tests.engine.frames import QUICK

FIRST, LAST = date(2023, 4, 17), date(2026, 3, 22)  # a Monday, and a Sunday three years of weeks later
GREECE = {"code": "main", "country": "GR", "region": None, "holidays": ["public"]}
LIFT, HORIZON = 2.5, 8


def test_an_easter_of_another_church_lies_where_it_is_each_year() -> None:
    found = holiday_calendar.of([GREECE], date(2024, 1, 1), date(2026, 12, 31))
    mondays = [row["day"] for row in found.days if row["name"] == "Easter Monday"]
    assert mondays == [(easter(year, EASTER_ORTHODOX) + timedelta(days=1)).isoformat() for year in (2024, 2025, 2026)]
    assert found.said == "holidays of 1 locations are known"


@pytest.mark.parametrize(("region", "there"), [("BY", True), ("BE", False), (None, False)])
def test_a_regions_own_holidays_are_its_own(region: str | None, there: bool) -> None:
    place = {**GREECE, "country": "DE", "region": region}
    found = holiday_calendar.of([place], date(2026, 1, 1), date(2026, 12, 31)).days
    assert any(row["name"] == "Corpus Christi" for row in found) == there


def test_without_a_country_there_are_none_and_it_is_said() -> None:
    for place in ({**GREECE, "country": None}, {**GREECE, "holidays": []}):
        found = holiday_calendar.of([place], FIRST, LAST)
        assert (found.days, found.set) == ([], 0)
        assert "no location has a country" in found.said


@pytest.mark.parametrize("more", [{"country": "XX"}, {"region": "ZZ"}, {"holidays": ["lunch"]}])
def test_what_the_calendar_does_not_know_is_told(more: dict[str, Any]) -> None:
    found = holiday_calendar.of([{**GREECE, **more}], FIRST, LAST)
    assert list(found.unknown) == ["main"]
    assert found.days == []
    assert "main: " in found.said


def weekly(seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Twelve products, 2.5 times as much in the weeks of the eastern Easter; and what is true of the horizon."""
    rng, parts, true = np.random.default_rng(seed), [], []
    weeks = pd.date_range(FIRST, periods=153 + HORIZON, freq="W-MON")
    feasts = [pd.Timestamp(easter(year, EASTER_ORTHODOX)) for year in range(2023, 2027)]
    on = np.array([any(0 <= (feast - week).days < 7 for feast in feasts) for week in weeks])
    for number, level in enumerate(np.geomspace(40, 300, 12)):
        rate = level * np.where(on, LIFT, 1.0)
        own = rng.poisson(rate[:153]).astype(float)
        parts.append(pd.DataFrame({"sku": f"P{number:02d}", "location": "main", "week": weeks[:153], "units": own}))
        true.append(rate[153:])
    return pd.concat(parts, ignore_index=True), np.array(true)


def built(sales: pd.DataFrame, *places: dict[str, Any]) -> Dataset:
    days = holiday_calendar.of(places, FIRST, LAST + timedelta(weeks=HORIZON + 1)).days
    return datasets.build(sales, {"holidays": days}, as_of=LAST, first_weekday=0, horizon=HORIZON)


def forecast(data: Dataset) -> np.ndarray:
    effort = replace(QUICK, candidate_seconds=0)
    return engine.forecast(data.history, freq=data.freq, horizon=HORIZON, future=data.future, static=data.static,
                           options=effort).mean  # fmt: skip


def test_three_years_of_weeks_show_what_easter_does_and_it_is_expected_in_its_own_week() -> None:
    sales, true = weekly()
    ahead = int(np.argmax(true[0]))
    found = forecast(built(sales, GREECE)) / true
    assert np.median(found[:, ahead]) == pytest.approx(1, abs=0.1)
    assert np.median(found[:, np.arange(HORIZON) != ahead]) == pytest.approx(1, abs=0.06)
    without = forecast(built(sales, {**GREECE, "country": None})) / true
    assert np.median(without[:, ahead]) < 0.6


def test_a_system_without_countries_trains_on_what_it_did_before() -> None:
    sales, _ = weekly()
    data = built(sales, {**GREECE, "country": None})
    assert set(data.history.columns) == {"unique_id", "ds", "y"}
    assert data.future is None


def test_holidays_of_one_place_are_not_anothers() -> None:
    sales, _ = weekly()
    both = pd.concat([sales, sales.assign(location="north")])
    data = built(both, GREECE, {**GREECE, "code": "north", "country": None})
    columns = [name for name in data.history.columns if name.startswith(("holiday_", "near_"))]
    by_place = data.history.groupby(data.history["unique_id"].str.split(":").str[0])[columns].sum().sum(axis=1)
    assert by_place["main"] > 0
    assert by_place["north"] == 0


def test_where_a_location_lies_reaches_the_training(database: Database) -> None:
    kinds = ["public", "school"]
    place = LocationChanged(code="main", name="Main", country="GR", region="A", holidays=kinds, revision=2)
    with database.transaction() as connection:
        catalog.keep_location(connection, place)
        assert catalog.locations(connection) == [{"code": "main", "country": "GR", "region": "A", "holidays": kinds}]
