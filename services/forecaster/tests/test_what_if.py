"""What if, over HTTP: planted effects in their weeks alone, the base untouched, and what the next forecast is then."""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from chassis.consumer import Batch, Delivery
from chassis.database import Database, rows
from contracts.envelope import new_event
from contracts.events import Payload, PriceChanged, ProductChanged, PromotionChanged, WeatherIssued
from forecaster.application import why
from forecaster.application.training import engine_port
from forecaster.application.training.runs import UPDATE
from forecaster.domain import drivers
from forecaster.events.catalog import CatalogHandler
from forecaster.settings import Settings

from services.forecaster.tests.engine.frames import QUICK
from services.forecaster.tests.helpers import record, weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_overrides import put
from services.forecaster.tests.test_planning import get
from services.forecaster.tests.test_training import AS_OF, train

__all__ = ["app", "client"]

REAL = partial(engine_port.forecast, measured=False)
BEGIN, WEEKS, LIFT = date(2024, 1, 1), 110, 2.0  # Mondays, up to the week before AS_OF ends
SKUS = [f"P{number:02d}" for number in range(16)]
HALF = SKUS[::2]
AHEAD = AS_OF + timedelta(days=1 + 2 * 7)  # the third week of the forecast
PROMOTION = {"name": "Spring", "starts": AHEAD.isoformat(), "ends": (AHEAD + timedelta(days=6)).isoformat()}
DISCOUNT = "0.2"


def tell(database: Database, settings: Settings, *told: Payload) -> None:
    deliveries = [
        Delivery(new_event(one, "catalog", time=datetime.now(UTC)), record(one, number))
        for number, one in enumerate(told)
    ]
    with database.transaction() as connection:
        CatalogHandler(settings.zone).apply(connection, Batch(deliveries))


def promotion(starts: date, skus: list[str], discount: str = DISCOUNT) -> PromotionChanged:
    return PromotionChanged(
        promotion_id=uuid4(), name="Week", skus=skus, locations=[], starts=starts, ends=starts + timedelta(days=6),
        discount=Decimal(discount), removed=False, revision=1,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small models: what is planted is large, and each test trains its own."""
    monkeypatch.setattr(engine_port, "_options", lambda *_: QUICK)


@pytest.fixture
def trained(database: Database, settings: Settings, project: Any) -> dict[str, Any]:
    """Two years of sales that promotions doubled, at a price of ten that was cut now and then, and what is live."""
    why._read.cache_clear()
    rng = np.random.default_rng(7)
    promoted = rng.random((len(SKUS), WEEKS)) < 0.12
    cut = (rng.random((len(SKUS), WEEKS // 10)) < 0.25).repeat(10, axis=1)
    cut[:, -10:] = False
    rates = np.linspace(30, 90, len(SKUS))[:, None] * np.where(promoted, LIFT, 1) * np.where(cut, 1.4, 1)
    told: list[Payload] = [
        ProductChanged(product_id=uuid4(), sku=sku, name=sku, category=f"C{number % 2}", price=Decimal(10), revision=1)
        for number, sku in enumerate(SKUS)
    ]
    for number, sku in enumerate(SKUS):
        project(*weekly_sales(sku, BEGIN.isoformat(), rng.poisson(rates[number]).tolist()))
        told += [
            PriceChanged(sku=sku, location=None, price=Decimal(8 if cut[number, week] else 10),
                         valid_from=BEGIN + timedelta(days=7 * week))
            for week in range(0, WEEKS, 10)
        ]  # fmt: skip
    told += [
        promotion(BEGIN + timedelta(days=7 * week), [SKUS[n] for n in np.flatnonzero(promoted[:, week])])
        for week in range(WEEKS) if promoted[:, week].any()
    ]  # fmt: skip
    tell(database, settings, *told)
    run = train(database, settings, REAL)
    assert run["status"] == "succeeded", run["error"]
    return run


def ask(client: Any, skus: list[str] = HALF, status: int = 200, **scenario: Any) -> dict[str, Any]:
    answer = client("POST", "/forecast/what-if", json={"skus": skus, "scenario": scenario})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def units(found: dict[str, Any], name: str = "units") -> np.ndarray[Any, Any]:
    return np.array([row[name] for row in found["series"]])


def live_tables(database: Database) -> list[Any]:
    names = ("forecast", "live_forecast", "promotion", "price", "product", "override_set", "run", "outbox", "job")
    with database.transaction() as connection:
        digest = "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM"
        return [rows(connection, f"{digest} {name} t") for name in names]


@pytest.mark.usefixtures("trained")
def test_a_promotion_raises_its_weeks_as_planted_and_no_other_and_the_base_is_not_touched(
    client: Any, database: Database
) -> None:
    before = live_tables(database)
    found = ask(client, promotion=PROMOTION | {"discount": DISCOUNT})
    ratio = units(found) / units(found, "base")
    assert found["weeks"][2] == AHEAD.isoformat()
    assert ratio[:, 2].mean() == pytest.approx(LIFT, rel=0.1)
    assert np.abs(np.delete(ratio, 2, axis=1) - 1).mean() < 0.03
    for row in found["series"]:
        shown = [week["mean"] for week in get(client, f"/forecast/{row['sku']}")["forecast"]]
        assert row["base"] == pytest.approx(shown, rel=1e-6), "but for the digits that are shown"
        assert row["base_revenue"] == pytest.approx(10 * sum(row["base"]))
        paid = np.full(len(shown), 10.0)
        paid[2] = 8.0
        assert row["revenue"] == pytest.approx(float(np.dot(paid, row["units"])))
    assert live_tables(database) == before


A_DEGREE, WARM = 1.04, {"starts": AHEAD.isoformat(), "ends": (AHEAD + timedelta(days=13)).isoformat(), "warmer": "5"}


def test_warmer_weeks_do_what_degrees_did_and_weather_that_nothing_is_known_of_stays(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    rng = np.random.default_rng(9)
    off = rng.normal(0, 3, WEEKS)
    for number, sku in enumerate(SKUS):
        level = np.linspace(60, 180, len(SKUS))[number]
        project(*weekly_sales(sku, BEGIN.isoformat(), rng.poisson(level * A_DEGREE**off).tolist()))
    days = [BEGIN + timedelta(days=number) for number in range(7 * WEEKS)]
    words = [
        WeatherIssued(location="main", day=day, issued_on=day, temperature=Decimal(f"{10 + off[number // 7]:.2f}"))
        for number, day in enumerate(days)
    ]
    tell(database, settings, *words)
    run = train(database, settings, REAL)
    assert run["status"] == "succeeded", run["error"]

    found = ask(client, weather=WARM)
    ratio = units(found) / units(found, "base")
    assert found["weeks"][2] == AHEAD.isoformat() and found["notes"] == []
    assert ratio[:, 2:4].mean() == pytest.approx(A_DEGREE**5, rel=0.03)
    assert np.delete(ratio, [2, 3], axis=1) == pytest.approx(1, abs=1e-3)
    days = WARM | {"ends": AHEAD.isoformat()}
    part = ask(client, weather=days)
    assert (units(part) / units(part, "base"))[:, 2].mean() == pytest.approx(A_DEGREE ** (5 / 7), rel=0.01)
    far = ask(client, weather=WARM | {"warmer": "-12"})
    assert (units(far) < units(far, "base"))[:, 2:4].all() and "hardly ever seen" in far["notes"][0]
    wet = ask(client, weather={**WARM, "warmer": None, "wetter": "4"})
    assert units(wet).tolist() == units(wet, "base").tolist()
    assert any("nothing is known of what such weather does" in note for note in wet["notes"])


@pytest.mark.usefixtures("trained")
def test_a_scenario_of_nothing_is_the_base_exactly(client: Any) -> None:
    for scenario in ({}, {"lead_days": "3", "service_level": "0.9"}):
        found = ask(client, SKUS, **scenario)
        assert len(found["series"]) == len(SKUS)
        assert all(row["units"] == row["base"] and row["revenue"] == row["base_revenue"] for row in found["series"])
    standing = ask(client, SKUS, price={"valid_from": AHEAD.isoformat(), "price": "10"})
    assert all(row["units"] == row["base"] for row in standing["series"])


@pytest.mark.usefixtures("trained")
def test_a_price_and_an_end_of_sale_do_what_they_did_and_what_they_must(client: Any) -> None:
    found = ask(client, price={"valid_from": AHEAD.isoformat(), "factor": "0.8"})
    ratio = units(found) / units(found, "base")
    assert ratio[:, 2:6].mean() == pytest.approx(1.4, rel=0.1)
    assert (ratio[:, :2] == 1).all(), "a price moves no week before it stands"
    until = AHEAD - timedelta(days=1)
    ended = ask(client, on_sale_until=until.isoformat())
    assert (units(ended)[:, 2:] == 0).all()
    assert (units(ended)[:, :2] == units(ended, "base")[:, :2]).all()


def test_what_is_approved_the_next_forecast_says_as_well(
    client: Any, database: Database, settings: Settings, trained: dict[str, Any]
) -> None:
    price = {"valid_from": "2026-03-23", "price": "8"}
    supposed = ask(client, promotion=PROMOTION | {"discount": DISCOUNT}, price=price)
    prices = [PriceChanged(sku=sku, location=None, price=Decimal(8), valid_from=date(2026, 3, 23)) for sku in HALF]
    tell(database, settings, promotion(AHEAD, HALF), *prices)
    run = train(database, settings, REAL, kind=UPDATE)
    assert (run["status"], run["models_of"]) == ("succeeded", trained["id"])
    for row in supposed["series"]:
        now = [week["mean"] for week in get(client, f"/forecast/{row['sku']}")["forecast"]]
        assert row["units"] == pytest.approx(now, rel=0.02)


@pytest.mark.usefixtures("trained")
def test_a_planners_numbers_hold_under_a_scenario_but_not_off_sale(client: Any) -> None:
    put(client, sku=HALF[0], value="500", first_week=AHEAD.isoformat())
    found = ask(client, HALF[:1], promotion=PROMOTION | {"discount": DISCOUNT})
    assert (found["series"][0]["base"][2], found["series"][0]["units"][2]) == (500, 500)
    ended = ask(client, HALF[:1], on_sale_until=(AHEAD - timedelta(days=1)).isoformat())
    assert ended["series"][0]["units"][2] == 0


def test_what_nothing_is_known_of_stays_and_says_so(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    project(*weekly_sales("A", "2025-01-06", [10, 12, 9, 11] * 14), *weekly_sales("B", "2025-01-06", [5, 6, 4, 7] * 14))
    assert ask(client, ["A"], 404, promotion=PROMOTION)["code"] == "no_forecast"
    train(database, settings, REAL)
    found = ask(client, ["A", "B"], promotion=PROMOTION)
    assert units(found).tolist() == units(found, "base").tolist()
    assert any("no promotion yet" in note for note in found["notes"])
    assert found["series"][0]["revenue"] is None
    deep = ask(client, ["A", "B"], promotion=PROMOTION | {"discount": "0.3"})
    assert deep["notes"] == found["notes"], "of depths there is nothing to say where there was no promotion"


@pytest.mark.parametrize("scenario", [
    {"promotion": PROMOTION | {"starts": "2026-05-01"}}, {"price": {"valid_from": "2026-03-01"}},
    {"price": {"valid_from": "2026-03-01", "price": "1", "factor": "0.5"}}, {"weather": {}},
    {"weather": {"starts": "2026-03-01", "ends": "2026-03-02"}},
    {"weather": {"starts": "2026-03-01", "ends": "2026-03-02", "warmer": "40"}},
    {"service_level": "1"}, {"on_sale_until": "9999-01-01"},
])  # fmt: skip
def test_a_scenario_that_says_nothing_clear_is_refused(client: Any, scenario: dict[str, Any]) -> None:
    answer = client("POST", "/forecast/what-if", json={"skus": ["A"], "scenario": scenario})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_places_own_price_counts_from_its_first_day_on() -> None:
    inputs = {"prices": [
        {"sku": "A", "location": "", "valid_from": "2026-01-05", "price": 10},
        {"sku": "A", "location": "shop", "valid_from": "2026-01-19", "price": 8},
        {"sku": "A", "location": "", "valid_from": "2026-01-26", "price": 9},
    ]}  # fmt: skip
    table = drivers.WeekTable([("A", "main"), ("A", "shop")], date(2026, 1, 5), 4, 0)
    assert drivers.Prices.of(inputs).by_week(table).tolist() == [[10, 10, 10, 9], [10, 10, 8, 8]]


@pytest.mark.usefixtures("trained")
def test_an_answer_takes_seconds_at_most(client: Any) -> None:
    began = time.monotonic()
    ask(client, SKUS, promotion=PROMOTION)
    assert time.monotonic() - began < 5


@pytest.mark.usefixtures("trained")
def test_of_products_that_are_not_forecast_nothing_is_supposed_whatever_is_asked(client: Any) -> None:
    weather = {"starts": "2026-12-01", "ends": "2026-12-14", "warmer": 5}
    price = {"valid_from": "2026-12-01", "factor": "0.9"}
    for scenario in ({"on_sale_until": "2026-12-31"}, {"promotion": PROMOTION}, {"price": price}, {"weather": weather}):
        assert ask(client, ["NEVER-SOLD"], **scenario)["series"] == []
