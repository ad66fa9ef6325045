"""What people type: read as its reader writes it, never lost by a stray key, never sent twice."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import shop_of, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
WEEKS = 44


def sales() -> str:
    """Three products, each sold every week up to yesterday."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    lines = ["sku,date,quantity,unit price"]
    for number in range(3):
        for week in range(WEEKS):
            lines.append(f"P{number},{yesterday - timedelta(weeks=week)},{5 + (week * 5 + number * 3) % 7},12")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with shop_of(tmp_path_factory.mktemp("typing"), sales()) as running:
        api = running.client()
        api.post("/suppliers", {"code": "ACME", "name": "Acme Trading", "lead_days": "14", "lead_spread_days": "3"})
        for sku in ("P0", "P1", "P2"):
            term = {"sku": sku, "supplier": "ACME", "unit_cost": "5", "moq": "6", "multiple": "6"}
            api.request("PUT", "/supply-terms", json.dumps(term).encode(), {"Content-Type": "application/json"})
        api.post("/stock/counts", {"items": [{"sku": f"P{number}", "quantity": number} for number in range(3)]})
        api.post("/locations", {"code": "munich", "name": "Munich", "latitude": "48.137", "longitude": "11.575"})
        api.post("/products", {"sku": "GRAM", "name": "By the gram", "price": "4.125", "cost": "1.375"})
        running.run("train", "--data", str(running.data))
        yield running


def read_in(page: Page, language: str) -> None:
    """The page anew, in another language."""
    page.evaluate(f"localStorage.setItem('almanac-language', '\"{language}\"')")
    page.reload()


def test_what_stands_in_a_form_can_be_saved_as_its_reader_writes_numbers(page: Page, system: System) -> None:
    sign_in(page, system, "/catalog?view=locations")
    read_in(page, "de")
    page.get_by_role("button", name="munich bearbeiten").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_label("Geographische Breite")).to_have_value("48,137")
    form.get_by_label("Name").fill("München")
    form.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("München gespeichert.")).to_be_visible()
    page.goto("/products/GRAM")
    page.get_by_role("button", name="Bearbeiten", exact=True).click()
    expect(form.get_by_label("Preis (optional)")).to_have_value("4,125")
    form.get_by_label("Kosten (optional)").fill(" 1,25 ")
    form.get_by_role("button", name="Speichern").click()
    expect(form).to_have_count(0)
    api = system.client()
    munich = next(place for place in api.get("/locations")["items"] if place["code"] == "munich")
    assert (munich["name"], float(munich["latitude"]), float(munich["longitude"])) == ("München", 48.137, 11.575)
    gram = api.get("/products/GRAM")
    assert (float(gram["price"]), float(gram["cost"])) == (4.125, 1.25)


def test_neither_escape_nor_a_press_beside_it_drops_what_was_typed(page: Page, system: System) -> None:
    sign_in(page, system, "/catalog")
    opened = page.get_by_role("button", name="New product")
    opened.click()
    form = page.get_by_role("dialog", name="New product")
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)  # nothing was typed
    opened.click()
    name = form.get_by_label("Name", exact=True)
    name.fill("A long name that somebody typed")
    box = name.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(5, box["y"] + 10)  # selected to beyond the dialog's edge
    page.mouse.up()
    page.wait_for_timeout(300)
    expect(form).to_be_visible()
    unsaved = form.get_by_role("alert").filter(has_text="What you typed is not saved yet.")
    expect(unsaved).to_have_count(0)
    page.keyboard.press("Escape")
    expect(unsaved.get_by_role("button", name="Go on typing")).to_be_focused()
    page.keyboard.press("Enter")
    expect(unsaved).to_have_count(0)
    expect(name).to_have_value("A long name that somebody typed")
    page.mouse.click(5, 5)
    expect(unsaved).to_be_visible()
    unsaved.get_by_role("button", name="Drop it").click()
    expect(form).to_have_count(0)
    expect(opened).to_be_focused()


def test_a_double_click_does_it_once(page: Page, system: System) -> None:
    api = system.client()
    before = len(api.get("/sales", sku="P1", limit=500)["items"])
    sign_in(page, system, "/products/P1")
    page.get_by_role("main").get_by_role("button", name="Record a sale").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Quantity").fill("3")
    form.get_by_role("button", name="Record", exact=False).last.dblclick()
    expect(form).to_have_count(0)
    page.wait_for_timeout(500)
    assert len(api.get("/sales", sku="P1", limit=500)["items"]) == before + 1


HEADS = """() => [...document.querySelectorAll('main th')].filter(head => {
  const text = document.createRange(); text.selectNodeContents(head);
  return text.getBoundingClientRect().right > head.getBoundingClientRect().right + 1
    && head.querySelector('.sr-only') === null
}).map(head => head.textContent)"""


@pytest.mark.parametrize("language", ["de", "fr"])
def test_no_head_of_a_column_runs_into_the_next_however_long_its_words(
    page: Page, system: System, language: str
) -> None:
    page.set_viewport_size({"width": 1100, "height": 800})
    sign_in(page, system)
    read_in(page, language)
    for path in ("/products", "/replenishment?view=lines", "/replenishment?view=suppliers", "/catalog?view=stock", "/"):
        page.goto(path)
        expect(page.locator("main th").first).to_be_visible()
        assert page.evaluate(HEADS) == [], path
