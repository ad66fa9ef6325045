"""Anomalies: planted ones are found, chance is not, what explains itself is none, and a cause is told once."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from chassis.database import Database
from contracts.events import EventChanged, LocationChanged, PromotionChanged
from forecaster.application.planning.findings import look
from forecaster.domain.anomalies import Week, anomaly, off_by
from forecaster.settings import Settings
from forecaster.storage import catalog

from services.forecaster.tests.helpers import sale, weekly_sales
from services.forecaster.tests.test_findings import looked
from services.forecaster.tests.test_planning import run_of, start, week
from services.forecaster.tests.test_training import published

__all__ = ["start"]

# level, how much its rate varies (0: Poisson, else a negative binomial's variance over mean less one), empty weeks
KINDS = [(100, 0, 0), (100, 8, 0), (40, 4, 0), (20, 2, 0), (8, 1, 0), (5, 3, 0.5), (3, 1, 0.7)]
PLANTED = {"spike": (4.0, 1), "drop": (0.05, 1), "up": (2.5, 8), "down": (0.25, 8), "silence": (0.0, 8)}


def drawn(rng: np.random.Generator, kind: tuple[float, float, float], shape: Any, times: Any = 1.0) -> np.ndarray:
    level, uneven, empty = kind
    mean = np.broadcast_to(level * np.asarray(times), shape)
    rate = rng.gamma(mean / uneven, uneven) if uneven else mean
    return rng.poisson(rate) * (rng.random(shape) >= empty)


def alerts(kind: tuple[float, float, float], sold: np.ndarray) -> np.ndarray:
    """Which weeks of series are alerts, beside the bands that a forecast which knows the truth would publish."""
    everything = drawn(np.random.default_rng(7), kind, 200_000)
    low, p10, p90, high = np.quantile(everything, [0.005, 0.1, 0.9, 0.995]).tolist()
    found = np.zeros(sold.shape, dtype=bool)
    for i, row in enumerate(sold.tolist()):
        weeks = [Week(date(2026, 1, 5), actual, float(everything.mean()), low, high, p10, p90) for actual in row]
        found[i] = [anomaly(weeks[max(0, n - 2) : n + 1]) is not None for n in range(len(weeks))]
    return found


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_chance_is_at_most_one_alert_in_a_hundred_weeks(kind: tuple[float, float, float]) -> None:
    found = alerts(kind, drawn(np.random.default_rng(3), kind, (300, 60)))
    assert found.mean() <= 0.01


def test_nine_in_ten_of_what_was_planted_are_found_within_a_month() -> None:
    rng, hits = np.random.default_rng(5), []
    for kind in KINDS[:5]:
        for name, (times, weeks) in PLANTED.items():
            if name == "drop" and kind[0] < 20:  # a week without a sale is no wonder
                continue
            factor = np.ones(60)
            factor[40 : 40 + weeks] = times
            found = alerts(kind, drawn(rng, kind, (40, 60), factor))
            hits.append(found[:, 40 : 40 + min(weeks, 4)].any(axis=1).mean())
    for kind in KINDS[5:]:  # sold now and then: what can be seen in a week is a spike
        factor = np.ones(60)
        factor[40:42] = 12.0
        hits.append(alerts(kind, drawn(rng, (*kind[:2], 0.0), (40, 60), factor))[:, 40:42].any(axis=1).mean())
    assert np.mean(hits) >= 0.9


@pytest.mark.parametrize(
    ("actual", "usual", "said"),
    [(1000, 100, "10 times"), (9, 900, "a 100th of"), (850, 1, "1000 times"), (300, 100, None), (0, 5, None)],
)
def test_a_factor_of_ten_is_said(actual: float, usual: float, said: str | None) -> None:
    assert off_by(actual, usual) == said


@pytest.mark.usefixtures("start")
def test_a_spike_is_found_while_its_week_runs_and_told_once(
    database: Database, settings: Settings, project: Any
) -> None:
    run_of(database, settings, 0, 10)
    project(sale("A", str(week(0)), "14"), sale("B", str(week(0)), "100", "2.5"))
    before = week(0) - timedelta(days=7)
    found = looked(database, before)
    assert [(one["sku"], one["week"], one["open"]) for one in found] == [("B", str(week(0)), True)]
    assert "10 times what was expected: is a decimal sign or a unit wrong?" in found[0]["title"]
    assert found[0]["money"] == pytest.approx(90 * 2.5)
    looked(database, before)
    looked(database, week(0))
    assert [event["sku"] for event in published(database, "anomaly-detected") if event["kind"] == "spike"] == ["B"]


@pytest.mark.usefixtures("start")
def test_what_a_promotion_an_event_or_a_holiday_explains_is_no_anomaly(
    database: Database, settings: Settings, project: Any
) -> None:
    run_of(database, settings, 0, 10)
    project(sale("A", str(week(0)), "40"), sale("B", str(week(0)), "40"))
    days = {"starts": week(0), "ends": week(0) + timedelta(days=2), "revision": 1}

    def odd(*told: Any) -> list[str]:
        with database.transaction() as connection:
            for one in told:
                keep = {PromotionChanged: catalog.keep_promotion, EventChanged: catalog.keep_calendar_event}
                keep.get(type(one), catalog.keep_location)(connection, one)
            found = [finding.sku for finding in look(connection, week(0)) if finding.kind == "anomaly"]
            connection.rollback()
        return found

    assert odd() == ["A", "B"]
    assert odd(PromotionChanged(promotion_id=uuid4(), name="x", skus=["A"], **days)) == ["B"]
    assert odd(EventChanged(event_id=uuid4(), name="Fair", kind="fair", **days)) == []
    assert odd(LocationChanged(code="main", name="Main", country="JP", revision=2)) == []  # 11 February


@pytest.mark.usefixtures("start")
def test_what_very_many_products_of_a_place_have_in_common_is_one_finding(
    database: Database, settings: Settings, project: Any
) -> None:
    many = [f"M{number}" for number in range(8)]
    project(*(entry for sku in many for entry in weekly_sales(sku, "2025-12-29", [10] * 6, location="shop")))
    run_of(database, settings, 0, 10)
    project(*(sale(sku, str(week(0)), "1000", location="shop") for sku in many))
    project(sale("A", str(week(0)), "40"), sale("B", str(week(0)), "10"))
    found = {one["root"]: one for one in looked(database, week(0)) if one["kind"] == "anomaly"}
    assert set(found) == {"place:shop:more", "series:main:A"}
    assert "8 products of shop" in found["place:shop:more"]["title"]
    assert "100 times what was expected" in found["place:shop:more"]["title"]


@pytest.mark.usefixtures("start")
def test_a_price_off_by_a_factor_is_found_with_its_money(database: Database, settings: Settings, project: Any) -> None:
    run_of(database, settings, 0, 10)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE product SET price = 2.5")
    project(sale("A", str(week(0)), "10", "250"), sale("B", str(week(0)), "10", "7"))
    found = [one for one in looked(database, week(0) - timedelta(days=7)) if one["kind"] == "anomaly"]
    assert [(one["sku"], one["detail"]["kind"]) for one in found] == [("A", "price-factor")]
    assert "100 times the list price" in found[0]["title"]
    assert found[0]["money"] == pytest.approx(2475)
