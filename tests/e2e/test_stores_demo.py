"""`up --demo=stores` in small: it comes up with all that was planted, and says on every screen that it is generated."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from infra.demo import stores
from infra.demo.stores import GeneratedShops
from infra.launcher.local import System
from infra.launcher.stores import SMALL
from tests.e2e.dashboard import PAGES, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System("--demo=small-stores", dashboard=True) as running:
        yield running


@pytest.fixture(scope="module")
def world(system: System) -> GeneratedShops:
    """The shops until the week that the system was made with."""
    newest = date.fromisoformat(system.client().get("/status")["last_week"])
    return stores.build(newest + timedelta(days=6), SMALL)


def test_every_unit_that_was_generated_was_recorded_and_what_was_planted_is_known(
    system: System, world: GeneratedShops
) -> None:
    client = system.client()
    totals = client.get("/sales/totals")
    assert float(totals["units"]) == world.units.sum() and totals["rejected"] == totals["quarantined"] == 0
    assert {each["name"] for each in client.items("/promotions")} == {lift.name for lift in world.truth.promotions}
    assert len(list(client.items("/events"))) == len(world.truth.holidays)
    assert list(client.items("/stock", negative="true")) == []
    assert {each["category"] for each in client.items("/categories")} == {
        article.group.category for article in world.articles
    }
    assert client.get("/forecast/summary", limit=1)["items"], "there are no forecasts"


def test_a_planted_shortage_is_seen_as_weeks_out_of_stock(system: System, world: GeneratedShops) -> None:
    shortage = max(world.truth.shortages, key=lambda each: (each.last < world.last, each.last - each.first))
    told = system.client().get(f"/forecast/{shortage.sku}", location=shortage.shop)
    lacking = {week["week"] for week in told["history"] if week["in_stock"] < 1}
    assert (shortage.first - timedelta(days=shortage.first.weekday())).isoformat() in lacking


def test_every_screen_says_that_what_it_shows_is_generated(page: Page, system: System) -> None:
    sign_in(page, system)
    for each in PAGES:
        page.goto(each["path"])
        expect(page.get_by_role("note").filter(has_text="these shops do not exist")).to_be_visible()
