"""In German and French nothing is said in English: no page, no dialog and no menu, but what the shop itself entered."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.launcher.client import administrator
from infra.launcher.local import System
from tests.e2e.dashboard import ADDRESSES, SAMPLE, SECONDS
from tests.e2e.said import said

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

# Words that English sentences are made of, and that no German or French one has.
ENGLISH = re.compile(
    r"\b(the|of|and|is|not|with|this|that|cannot|must|are|were|has|have|had|which|from|would|than|been|does|their|its|it"
    r"|they|what|when|where|who|only|other|more|because|before|after|there|here|these|those|yet|no|by)\b",
)
WRONG = """sku,quantity,product price,date of sale
LAP001,12x,900,2023-01-16
,2,900,2023-01-17
LAP001,3,900,2023-13-45
NEU9,1,5,2023-01-18
"""
ENTERED = set(SAMPLE.read_text().splitlines()[0].split(","))  # columns of the shop's file are called as it calls them
# Buttons that do something at once or leave the page: nothing is read of them.
LEAVES = re.compile(r"csv|drucken|imprimer|abmelden|déconne|aktualis|actualis|Deutsch|Français|English", re.IGNORECASE)
MOST = 9  # different buttons of a page whose dialog or menu is read


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """A shop with a little of everything: what runs out, what lies too long, plans, a file with faults, a training."""
    with System(dashboard=True) as running:
        running.run("import", str(SAMPLE), "--data", str(running.data))
        running.run("verify", "--data", str(running.data))
        api = running.client()
        api.post("/suppliers", {"code": "ACME", "name": "Acme", "lead_days": "14", "lead_spread_days": "3"})
        skus = sorted({item["sku"] for item in api.items("/products")})
        for sku in skus:
            term = {"sku": sku, "supplier": "ACME", "unit_cost": "50", "moq": "12", "multiple": "6"}
            api.request("PUT", "/supply-terms", json.dumps(term).encode(), {"Content-Type": "application/json"})
        counts = [{"sku": sku, "quantity": 1 if sku == "LAP001" else 5000} for sku in skus]
        api.post("/stock/counts", {"items": counts})
        api.post("/promotions", {"name": "Aktion", "skus": ["LAP001"], "starts": "2023-02-20", "ends": "2023-03-05",
                                 "discount": 0.2})  # fmt: skip
        api.request("POST", "/imports?name=falsch.csv", WRONG.encode(), {"Content-Type": "text/csv"})
        running.run("train", "--as-of", "2023-02-12", "--data", str(running.data))
        yield running


@pytest.mark.parametrize("language", ["de", "fr"])
def test_nothing_is_said_in_english_but_what_the_shop_entered(page: Page, system: System, language: str) -> None:
    page.add_init_script(f"localStorage.setItem('almanac-language', '\"{language}\"')")
    api = system.client()
    faulty = next(job["id"] for job in api.items("/imports") if job["name"] == "falsch.csv")
    page.goto("/")
    page.locator("input").first.wait_for()
    found = {f"sign-in: {text}" for text in english(page)}
    for field, value in zip(page.locator("input").all(), ("nobody", "wrong-password"), strict=True):
        field.fill(value)
    page.keyboard.press("Enter")
    page.get_by_role("alert").first.wait_for()
    found |= {f"refused: {text}" for text in english(page)}
    for field, value in zip(page.locator("input").all(), administrator(system.data), strict=True):
        field.fill(value)
    page.keyboard.press("Enter")
    page.locator("#main").wait_for()
    others = ["/products/LAP001", f"/imports?id={faulty}", "/imports?kind=stock"]
    for address in [*(address for address, _ in ADDRESSES), *others]:
        found |= {f"{address}: {text}" for text in of_page(page, address)}
    assert sorted(found) == []


def of_page(page: Page, address: str) -> Iterator[str]:
    """What is said in English on a page, and in the dialogs and menus that its buttons open."""
    opened(page, address)
    yield from english(page)
    tried: set[str] = set()
    for name, button in buttons(page):
        if name in tried or len(tried) == MOST:
            continue
        tried.add(name)
        button.click(timeout=2000, force=True)
        if page.locator("[role=dialog], [role=menu]").count():
            yield from (f"{name}: {text}" for text in english(page))
            page.keyboard.press("Escape")
        elif not page.url.endswith(address):
            opened(page, address)


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    expect(page.locator("[aria-busy=true], .skeleton")).to_have_count(0, timeout=SECONDS)


def english(page: Page) -> set[str]:
    """Texts of the page in which an English word stands."""
    return {text.strip() for text in said(page) if ENGLISH.search(text)} - ENTERED


def buttons(page: Page) -> Iterator[tuple[str, Locator]]:
    """The buttons of the page that open something or may, by their names."""
    found = page.locator("#main button:visible:enabled")
    for place in range(found.count()):
        button = found.nth(place)
        if button.count() == 0:
            return
        name = re.sub(r"\d+", "#", (button.get_attribute("aria-label") or button.text_content() or "").strip())
        if name and not LEAVES.search(name):
            yield name, button
