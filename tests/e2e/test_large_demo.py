"""`up --demo=large` in small: what was generated is there once, forecast and decided, and nothing is made anew."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from infra.demo import large
from infra.demo.large import LargeShop
from infra.launcher.local import System

PRODUCTS = 150

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System("--demo=large", "--products", str(PRODUCTS)) as running:
        yield running


@pytest.fixture(scope="module")
def shop(system: System) -> LargeShop:
    """The shop until the week that the system was made with."""
    newest = date.fromisoformat(system.client().get("/status")["last_week"])
    return large.build(newest + timedelta(days=6), PRODUCTS)


def test_every_unit_that_was_generated_is_recorded_and_every_shelf_is_counted(system: System, shop: LargeShop) -> None:
    client = system.client()
    totals = client.get("/sales/totals")
    assert float(totals["units"]) == shop.units.sum() and totals["rejected"] == totals["quarantined"] == 0
    on_hand = {(each["sku"], each["location"]): float(each["on_hand"]) for each in client.items("/stock", limit=500)}
    assert on_hand == {(sku, location): float(units) for sku, location, units in shop.counts()}
    assert {each["code"] for each in client.items("/suppliers", limit=500)} == shop.suppliers().keys()
    assert {each["name"] for each in client.items("/promotions", limit=500)} == {one.name for one in shop.promotions}


def test_every_series_that_sold_is_forecast_and_decided(system: System, shop: LargeShop) -> None:
    client = system.client()
    sold = {
        (article.sku, location)
        for article, weeks in zip(shop.articles, shop.units, strict=True)
        for location, units in zip(shop.locations, weeks, strict=True)
        if units.any()
    }
    listed = {(each["sku"], each["location"]) for each in client.items("/forecast/summary", limit=500)}
    decided = {(each["sku"], each["location"]) for each in client.items("/replenishment", limit=500)}
    assert listed == decided == sold
    assert client.get("/orders", limit=1)["items"], "nothing was ordered"


def test_a_second_start_generates_and_trains_nothing_anew(system: System) -> None:
    def told() -> tuple[object, list[str]]:
        client = system.client()
        return client.get("/sales/totals"), [run["id"] for run in client.get("/forecast/runs", limit=100)["items"]]

    before = told()
    system.down()
    system.up()
    assert told() == before
