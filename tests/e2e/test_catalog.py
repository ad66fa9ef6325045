"""The catalog in a real browser: products, prices, locations and stock are made, changed and taken back there."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import AXE, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """Two products and a count: no sales are needed for a catalog."""
    with System(dashboard=True) as running:
        api = running.client()
        for sku, name in [("CUP1", "Blue cup"), ("CUP2", "Red cup")]:
            api.post("/products", {"sku": sku, "name": name, "category": "Cups", "price": "4", "stock": "10"})
        yield running


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    return [item["id"] for item in page.evaluate("axe.run().then(result => result.violations)")]


def rows(page: Page, name: str) -> Locator:
    return page.get_by_role("grid", name=name).get_by_role("row")


def test_a_product_is_created_edited_by_keyboard_and_found_by_its_category(page: Page, system: System) -> None:
    sign_in(page, system, "/catalog")
    page.get_by_role("button", name="New product").click()
    form = page.get_by_role("dialog", name="New product")
    expect(form.get_by_label("Code", exact=True)).to_be_focused()
    form.get_by_role("button", name="Create").click()
    expect(form.get_by_text("Needed").first).to_be_visible()
    form.get_by_label("Code", exact=True).fill("DISH1")
    form.get_by_label("Name", exact=True).fill("Deep dish")
    for label, typed in [("Category", "Dishes"), ("Price", "7.50"), ("Cost", "3"), ("On sale until", "2027-06-30"),
                         ("On hand now", "12")]:  # fmt: skip
        form.get_by_label(f"{label} (optional)").fill(typed)
    form.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Deep dish is a product now, 12 on hand.")).to_be_visible()
    made = rows(page, "Catalog of products").filter(has_text="DISH1")
    for shown in ["Dishes", "7.50", "60.0%", "until 30 Jun 2027"]:
        expect(made.get_by_text(shown, exact=False).first).to_be_visible()
    made.focus()
    page.keyboard.press("e")
    form = page.get_by_role("dialog", name="Product DISH1")
    expect(form.get_by_label("Name")).to_be_focused()
    form.get_by_label("Name").fill("Deeper dish")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Deeper dish saved.")).to_be_visible()
    kept = system.client().get("/products/DISH1")
    assert (kept["name"], kept["category"], kept["on_sale_until"]) == ("Deeper dish", "Dishes", "2027-06-30")
    assert {each["category"]: each["products"] for each in system.client().get("/categories")["items"]}["Dishes"] == 1


def test_a_product_that_sells_nowhere_yet_has_a_page_to_price_and_count_it(page: Page, system: System) -> None:
    sign_in(page, system, "/products/CUP2")
    expect(page.get_by_text("No forecast yet", exact=True)).to_be_visible()
    page.get_by_role("button", name="Prices").click()
    prices = page.get_by_role("dialog", name="Prices of Red cup")
    prices.get_by_label("New price").fill("4.50")
    prices.get_by_label("From the day").fill("2027-01-04")
    page.keyboard.press("Enter")
    expect(rows(page, "Prices").filter(has_text="4 Jan 2027").get_by_text("4.50", exact=False)).to_be_visible()
    expect(rows(page, "Prices").filter(has_text="4.00")).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Count", exact=True).click()
    count = page.get_by_role("dialog", name="Count stock")
    count.get_by_label("Units of CUP2 at main").fill("7")
    expect(count.get_by_text("3 fewer than was thought")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("7 of CUP2 counted.")).to_be_visible()
    assert float(system.client().get("/stock", sku="CUP2")["items"][0]["on_hand"]) == 7


def test_stock_is_adjusted_with_a_reason_that_stays_in_its_movements(page: Page, system: System) -> None:
    sign_in(page, system, "/catalog?view=stock")
    page.get_by_label("Filter stock").fill("blue")
    expect(page).to_have_url(re.compile("q=blue"))
    row = rows(page, "Stock").filter(has_text="Blue cup")
    row.get_by_role("button", name="Adjust CUP1 at main").click()
    form = page.get_by_role("dialog", name="Adjust stock")
    form.get_by_label("Change of CUP1 at main").fill("−14")
    expect(form.get_by_text("10 → −4 on hand")).to_be_visible()
    form.get_by_label("Reason").fill("Fell off the shelf")
    form.get_by_role("button", name="Adjust").click()
    expect(row.get_by_text("Count it")).to_be_visible()
    page.get_by_label("Below zero only").check()
    expect(page).to_have_url(re.compile("negative=true"))
    expect(rows(page, "Stock")).to_have_count(2)
    row.focus()
    page.keyboard.press("m")
    moved = page.get_by_role("dialog", name="Movements of CUP1 at main")
    expect(moved.get_by_role("row").nth(1).get_by_text("Fell off the shelf")).to_be_visible()
    expect(moved.get_by_role("row").nth(1).get_by_text("−14")).to_be_visible()


def test_a_product_with_stock_is_not_archived_and_archiving_is_taken_back(page: Page, system: System) -> None:
    api = system.client()
    api.post("/products", {"sku": "OLD1", "name": "Old vase", "stock": "3"})
    sign_in(page, system, "/catalog?q=OLD1")
    page.get_by_role("button", name="Archive OLD1").click()
    asked = page.get_by_role("dialog", name="Archive Old vase")
    expect(asked.get_by_role("button", name="Cancel")).to_be_visible()
    asked.get_by_role("button", name="Archive").click()
    expect(asked.get_by_text(re.compile("There is stock of OLD1: 3"))).to_be_visible()
    api.post("/stock/counts", {"items": [{"sku": "OLD1", "quantity": 0}]})
    asked.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Old vase is archived.")).to_be_visible()
    expect(rows(page, "Catalog of products").filter(has_text="OLD1")).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(rows(page, "Catalog of products").filter(has_text="OLD1")).to_be_visible()
    assert api.get("/products/OLD1")["archived"] is False


def test_a_location_is_opened_renamed_and_archived(page: Page, system: System) -> None:
    sign_in(page, system, "/catalog?view=locations")
    page.get_by_role("button", name="New location").click()
    form = page.get_by_role("dialog", name="New location")
    form.get_by_label("Code").fill("HARBOUR")
    form.get_by_label("Name").fill("Harbour shop")
    page.keyboard.press("Enter")
    row = rows(page, "Locations").filter(has_text="HARBOUR")
    expect(row.get_by_text("Open", exact=True)).to_be_visible()
    row.get_by_role("button", name="Edit HARBOUR").click()
    form = page.get_by_role("dialog", name="Location HARBOUR")
    form.get_by_label("Name").fill("Old harbour shop")
    form.get_by_label("Archived", exact=False).check()
    form.get_by_role("button", name="Save").click()
    expect(row.get_by_text("Archived", exact=True)).to_be_visible()
    expect(row.get_by_text("Old harbour shop")).to_be_visible()


DIALOGS = {
    "/catalog": ["New product", "Edit CUP2", "Archive CUP2"],
    "/catalog?view=stock": ["Count a product", "Adjust CUP2 at main", "Movements of CUP2 at main"],
    "/catalog?view=locations": ["New location", "Edit main"],
    "/products/CUP2": ["Prices", "Count", "Adjust", "Movements"],
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_dialog_of_the_catalog_passes_axe(page: Page, system: System, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('almanac-theme', '{theme}')")
    sign_in(page, system)
    found: list[str] = []
    for path, buttons in DIALOGS.items():
        page.goto(path)
        for button in buttons:
            page.get_by_role("button", name=button, exact=True).click()
            expect(page.get_by_role("dialog")).to_be_visible()
            expect(page.locator("[aria-busy=true], .skeleton")).to_have_count(0)
            page.evaluate(AXE.read_text())
            violations = page.evaluate("axe.run().then(result => result.violations)")
            found += [f"{path} {button} {item['id']}: {item['nodes'][0]['html'][:160]}" for item in violations]
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
    assert found == []


def test_a_phone_shows_the_catalog_without_moving_the_page_sideways(page: Page, system: System) -> None:
    sign_in(page, system)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in DIALOGS:
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        expect(page.locator("[aria-busy=true], .skeleton")).to_have_count(0)
        wider = "document.querySelector('#main').scrollWidth - document.querySelector('#main').clientWidth"
        assert page.evaluate(wider) == 0, path


def test_what_a_kit_consists_of_is_said_in_a_dialog_and_shown_from_both_sides(page: Page, system: System) -> None:
    system.client().post("/products", {"sku": "TRAY", "name": "Tray with cups", "price": "20"})
    sign_in(page, system, "/products/TRAY")
    page.get_by_role("button", name="Components").click()
    form = page.get_by_role("dialog", name="Components of TRAY")
    form.get_by_label("From").fill("2026-03-02")
    form.get_by_label("Component 1").fill("CUP1")
    form.get_by_label("Units of 1").fill("2")
    form.get_by_label("Component 2").fill("NOBODY")
    form.get_by_label("Units of 2").fill("0")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("More than 0")).to_be_visible()
    form.get_by_label("Units of 2").fill("0.5")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("NOBODY is no known product")).to_be_visible()
    form.get_by_label("Component 2").fill("CUP2")
    assert violations(page) == []
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Components of TRAY saved.")).to_be_visible()
    bill = page.get_by_role("region", name="Consists of, from 2 Mar 2026")
    expect(bill.get_by_text("Assembled when sold")).to_be_visible()
    expect(bill.get_by_role("listitem")).to_have_text([re.compile("2Blue cup"), re.compile("0.5Red cup")])
    assert violations(page) == []
    bill.get_by_role("link", name="Red cup").click()
    inside = page.get_by_role("region", name="In kits")
    expect(inside.get_by_role("link", name="Tray with cups")).to_be_visible()
    expect(inside.get_by_text("TRAY · from 2 Mar 2026")).to_be_visible()
