"""Totals in the browser: any sum with its own band, down to its parts and up again, the same numbers as the API's."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import narrow, shop_of, sign_in
from tests.e2e.test_first_day import rehearsed, sales
from tests.e2e.test_planning import complaints_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Six products of two categories and two suppliers."""
    with shop_of(tmp_path_factory.mktemp("totals"), sales()) as running:
        api = running.client()

        def send(method: str, path: str, body: dict[str, Any]) -> None:
            api.request(method, path, json.dumps(body).encode(), {"Content-Type": "application/json"})

        for code in ("ACME", "ZETA"):
            api.post("/suppliers", {"code": code, "name": f"{code} Goods", "lead_days": "14", "lead_spread_days": "3"})
        for number in range(6):
            send("PATCH", f"/products/P{number}", {"category": ("Cups", "Dishes")[number % 2]})
            send("PUT", "/supply-terms", {"sku": f"P{number}", "supplier": ("ACME", "ZETA")[number // 3],
                                          "unit_cost": "5", "moq": "6", "multiple": "6"})  # fmt: skip
        running.run("train", "--data", str(running.data))
        rehearsed(running)  # the common part of a sum's uncertainty is measured by past forecasts
        yield running


def asked(system: System, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = system.client().post("/forecast/totals", body)
    return found


def figure(page: Page) -> Locator:
    return page.get_by_role("region", name="Expected")


def shown(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0") if abs(value) < 10 else f"{value:,.0f}"


def agrees(page: Page, total: dict[str, Any]) -> None:
    """The next four weeks stand there as the API tells them."""
    four = total["sums"][3]
    expect(figure(page).get_by_text(shown(four["mean"]), exact=True).first).to_be_visible()
    band = f"likely {shown(four['quantiles']['0.1'])}–{shown(four['quantiles']['0.9'])}"
    expect(figure(page).get_by_text(band, exact=True)).to_be_visible()


def test_a_total_is_opened_down_to_a_product_and_up_again(page: Page, system: System) -> None:
    sign_in(page, system, "/totals")
    whole = asked(system)
    assert whole["series"] == 6
    agrees(page, whole)
    parts = page.get_by_role("grid", name="Categories")
    expect(page.get_by_text("2 categories", exact=True)).to_be_visible()
    parts.get_by_role("button", name="Cups").click()
    expect(page).to_have_url(re.compile("category=Cups"))
    cups = asked(system, category="Cups")
    assert cups["sums"][3]["mean"] < whole["sums"][3]["mean"]
    agrees(page, cups)
    expect(page.get_by_text("3 series.")).to_be_visible()
    page.get_by_role("button", name="Products", exact=True).click()
    products = page.get_by_role("grid", name="Products")
    expect(products.get_by_role("row")).to_have_count(4)
    page.get_by_role("button", name="Without Cups").click()
    agrees(page, whole)
    page.go_back()
    agrees(page, cups)
    page.get_by_role("button", name="Products", exact=True).click()
    products.get_by_role("link", name="P2").click()
    expect(page).to_have_url(re.compile("/products/P2"))


def test_the_total_of_a_supplier_is_of_what_it_delivers(page: Page, system: System) -> None:
    sign_in(page, system, "/totals?supplier=ZETA")
    series = system.client().get("/series", supplier="ZETA")["items"]
    assert [item["sku"] for item in series] == ["P3", "P4", "P5"]
    agrees(page, asked(system, series=series))
    narrow(page, "Which supplier", "ACME")
    agrees(page, asked(system, series=system.client().get("/series", supplier="ACME")["items"]))
    page.get_by_role("button", name="Everything").click()
    agrees(page, asked(system))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_total_as_a_table_passes_axe_and_fits_a_phone(page: Page, system: System, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('almanac-theme', '{theme}')")
    sign_in(page, system, "/totals?category=Dishes")
    agrees(page, asked(system, category="Dishes"))
    page.get_by_role("button", name="Table").click()
    last = asked(system, category="Dishes")["forecast"][-1]
    row = page.get_by_role("grid", name="Weeks").get_by_role("row").nth(1)
    expect(row).to_contain_text(shown(last["mean"]))
    found = complaints_of(page)
    page.set_viewport_size({"width": 390, "height": 844})
    found += complaints_of(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert found == []
