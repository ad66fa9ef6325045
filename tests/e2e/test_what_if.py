"""What if, in a browser: a scenario is supposed, shared, refused at its field and made the plan; what drivers do."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import SECONDS, narrow, sign_in
from tests.e2e.test_planning import complaints_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
PLAN = "Make it the plan"


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System("--demo=small-stores", dashboard=True) as running:
        yield running


@pytest.fixture(scope="module")
def week(system: System) -> date:
    """The first day of the third week of the forecast."""
    return date.fromisoformat(system.client().get("/status")["last_week"]) + timedelta(weeks=3)


@pytest.fixture(scope="module")
def sku(system: System) -> str:
    """What sells most."""
    return str(system.client().get("/forecast/summary", limit=1)["items"][0]["sku"])


def promoted(week: date, sku: str, name: str = "Winter deal") -> dict[str, Any]:
    """A week's promotion of a product, as the API is asked about it."""
    plan = {"name": name, "starts": f"{week}", "ends": f"{week + timedelta(days=6)}", "discount": "0.2"}
    return {"scope": {"skus": [sku]}, "scenario": {"promotion": plan}}


def address(week: date, sku: str, **more: str) -> str:
    search = {
        "skus": f'["{sku}"]',
        "starts": f"{week}",
        "ends": f"{week + timedelta(days=6)}",
        "discount": "0.2",
    } | more
    return "/what-if?" + "&".join(f"{name}={value}" for name, value in search.items())


def typed(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)


def test_a_promotion_is_supposed_by_keyboard_alone_and_its_figures_are_the_apis(
    page: Page, system: System, week: date, sku: str
) -> None:
    sign_in(page, system)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search products or actions")).to_be_focused()
    page.keyboard.type("what if")
    expect(page.get_by_role("option", name="What if")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is supposed yet")).to_be_visible()
    page.get_by_label("Find a product to add").focus()
    page.keyboard.type(sku)
    found = page.get_by_role("list", name="Products found").get_by_role("button").first
    found.wait_for()
    found.press("Enter")
    page.get_by_label("Discount in per cent").focus()
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{week}")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{week + timedelta(days=6)}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What it does")).to_be_visible(timeout=2 * SECONDS)  # the first question
    told = system.client().post("/what-if", promoted(week, sku, "What if"))
    lift = told["then"]["units"] / told["base"]["units"] - 1
    assert lift > 0.01, "promotions of the generated shops are learned"
    units = page.get_by_role("main").locator("dl")
    expect(units.get_by_text(f"+{lift * 100:.1f}%", exact=True).first).to_be_visible()
    expect(units.get_by_text(f"{round(told['then']['units']):,}", exact=True).first).to_be_visible()
    likely = f"likely {round(told['likely']['then_low']):,}–{round(told['likely']['then_high']):,}"
    expect(units.get_by_text(likely)).to_be_visible()
    page.get_by_role("button", name="Table", exact=True).press("Enter")
    row = page.get_by_role("table", name="Units by week").get_by_role("row").nth(3)
    expect(row).to_contain_text(f"{round(told['weeks'][2]['then']):,}")
    expect(page.get_by_role("heading", name="What this rests on")).to_be_visible()
    assert system.client().get("/promotions", sku=sku, **{"from": f"{week}"})["items"] == [], "it is only supposed"
    shared = page.url
    page.goto("/")
    page.goto(shared)
    expect(units.get_by_text(f"+{lift * 100:.1f}%", exact=True).first).to_be_visible()
    expect(page.get_by_label("Discount in per cent")).to_have_value("20")


def test_what_is_missing_or_refused_is_told_at_its_field(page: Page, system: System, week: date, sku: str) -> None:
    sign_in(page, system, f'/what-if?skus=["{sku}"]')
    ask = page.get_by_role("button", name="See what it does")
    typed(page, "Discount in per cent", "20")
    ask.click()
    for name in ("First day", "Last day"):
        expect(page.get_by_label(name, exact=True)).to_have_attribute("aria-invalid", "true")
    typed(page, "First day", f"{week}")
    typed(page, "Last day", f"{week - timedelta(days=1)}")
    ask.click()
    last = page.get_by_label("Last day", exact=True)
    expect(last).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("ends before it starts", exact=True)).to_be_visible()
    expect(last).to_have_value((week - timedelta(days=1)).strftime("%m/%d/%Y"))
    typed(page, "Last day", f"{week}")
    typed(page, "New price", "3")
    ask.click()
    price_from = page.get_by_role("group", name="Another price").get_by_label("From")
    expect(price_from).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name=f"Without {sku}").click()
    ask.click()
    expect(page.get_by_text("Choose some", exact=True)).to_be_visible()


def test_made_the_plan_it_asks_in_numbers_and_says_where_it_stands(
    page: Page, system: System, week: date, sku: str
) -> None:
    sign_in(page, system, f"/products/{sku}")
    page.get_by_role("main").get_by_role("link", name="What if").click()
    expect(page.get_by_role("list", name="Chosen products")).to_contain_text(sku)
    later = week + timedelta(weeks=1)
    page.goto(address(later, sku, name="Winter deal", price_from=f"{later}", factor="0.9"))
    page.get_by_role("button", name=PLAN).click()
    asked = page.get_by_role("dialog", name=PLAN)
    expect(asked.get_by_text(re.compile(r"^the promotion Winter deal from .*20\.0% off, of 1 product"))).to_be_visible()
    expect(asked.get_by_text(re.compile(r"^prices changed by −10\.0% from "))).to_be_visible()
    expect(asked.get_by_text(re.compile(r"units are expected then, instead of "))).to_be_visible()
    assert system.client().get("/promotions", q="Winter deal")["items"] == []
    asked.get_by_role("button", name=PLAN).click()
    entered = page.get_by_role("region", name="What was entered")
    expect(entered.get_by_text("It is the plan.")).to_be_visible()
    (promotion,) = system.client().get("/promotions", q="Winter deal")["items"]
    assert (promotion["skus"], float(promotion["discount"])) == ([sku], 0.2)
    prices = system.client().get("/prices", sku=sku, limit=500)["items"]
    assert [price["valid_from"] for price in prices].count(f"{later}") == 1
    entered.get_by_role("link", name="on the calendar").click()
    expect(page.get_by_role("button", name=re.compile("^Winter deal, promotion")).first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="What it does")).to_be_visible()


def test_a_lead_time_that_is_no_one_suppliers_is_not_entered_and_why_is_said(
    page: Page, system: System, sku: str
) -> None:
    sign_in(page, system, f'/what-if?skus=["{sku}"]&lead_days=3')
    page.get_by_role("button", name=PLAN).click()
    asked = page.get_by_role("dialog", name=PLAN)
    expect(asked.get_by_text("A lead time is a supplier's")).to_be_visible()
    expect(asked.get_by_role("button", name=PLAN)).to_be_disabled()


def test_what_drivers_do_is_told_of_all_by_category_and_of_a_product(page: Page, system: System, sku: str) -> None:
    every = system.client().get("/forecast/effects")["effects"]
    assert "promotion" in {one["driver"] for one in every}  # a price only where sales tell what it does
    sign_in(page, system, "/promotions?view=effects")
    grid = page.get_by_role("grid", name="Effects")
    expect(grid.get_by_role("row").nth(1)).to_be_visible()
    expect(page.get_by_text(f"{len(every)} effects")).to_be_visible()
    category = next(one["group"] for one in every if one["group"])
    narrow(page, "Which category", category)
    expect(page).to_have_url(re.compile("category="))
    expect(grid.get_by_text("All products")).to_have_count(0)
    own = system.client().get("/forecast/effects", sku=sku)["effects"]
    page.goto(f"/products/{sku}")
    told = page.get_by_role("region", name="What they do to its sales")
    expect(told.get_by_role("listitem")).to_have_count(len(own))
    shares = [one for one in own if one["driver"] != "price"]
    sign = "+" if shares[0]["change"] > 0 else "−"
    expect(told.get_by_text(f"{sign}{abs(shares[0]['change']) * 100:.1f}%", exact=True).first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screens_and_dialogs_pass_axe_and_fit_a_phone(
    page: Page, system: System, week: date, sku: str, theme: str
) -> None:
    page.add_init_script(f"localStorage.setItem('almanac-theme', '{theme}')")
    sign_in(page, system)
    found: list[str] = []
    scenario = address(week, sku, service_level="0.99")
    for path in (scenario, "/promotions?view=effects", f"/products/{sku}", "/replenishment"):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("main").locator("[aria-busy=true]")).to_have_count(0, timeout=2 * SECONDS)
        found += complaints_of(page)
        page.set_viewport_size({"width": 390, "height": 844})
        found += complaints_of(page)
        assert page.evaluate("document.querySelector('#main').scrollWidth") <= 390, path
    page.goto(address(week, sku))
    page.get_by_role("button", name=PLAN).click()
    expect(page.get_by_role("dialog", name=PLAN)).to_be_visible()
    found += complaints_of(page)
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1440, "height": 900})
    for item, name in (("Change your password", "Change your password"), ("Second factor", "Second factor")):
        page.get_by_role("button", name=re.compile("^Account of ")).click()
        page.get_by_role("menuitem", name=item).click()
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        found += complaints_of(page)
        page.keyboard.press("Escape")
    assert found == []
