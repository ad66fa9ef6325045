"""Replenishment line by line: filtered in the address, worked on in bulk, written to the supplier, confirmed."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import AXE, SAMPLE, narrow, open_view, save_view, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """Products of two suppliers and two categories, nearly all of them short."""
    with System(dashboard=True) as running:
        running.run("import", str(SAMPLE), "--data", str(running.data))
        running.run("verify", "--data", str(running.data))
        api = running.client()
        for code, name in [("ACME", "Acme Trading"), ("ZETA", "Zeta Goods")]:
            api.post("/suppliers", {"code": code, "name": name, "lead_days": "14", "lead_spread_days": "3"})
        skus = sorted({item["sku"] for item in api.items("/products")})
        for place, sku in enumerate(skus):
            term = {"sku": sku, "supplier": ("ACME", "ZETA")[place % 2], "unit_cost": "50", "moq": "12",
                    "multiple": "6", "supplier_sku": f"S-{sku}"}  # fmt: skip
            put(api, "/supply-terms", term)
            patch(api, f"/products/{sku}", {"category": ("Phones", "Other")[place % 2]})
        api.post("/stock/counts", {"items": [{"sku": sku, "quantity": 1} for sku in skus]})
        running.run("train", "--as-of", "2023-02-12", "--data", str(running.data))
        yield running


def put(api: Any, path: str, body: dict[str, Any]) -> None:
    api.request("PUT", path, json.dumps(body).encode(), {"Content-Type": "application/json"})


def patch(api: Any, path: str, body: dict[str, Any]) -> None:
    api.request("PATCH", path, json.dumps(body).encode(), {"Content-Type": "application/json"})


def lines(page: Page) -> Locator:
    return page.get_by_role("grid", name="What to order, line by line").get_by_role("row")


def first_of(system: System, supplier: str) -> dict[str, Any]:
    found: dict[str, Any] = system.client().get("/replenishment", supplier=supplier, sort="-value")["items"][0]
    return found


def test_lines_are_filtered_in_the_address_and_a_view_is_saved_under_a_name(page: Page, system: System) -> None:
    sign_in(page, system, "/replenishment?view=lines")
    all_lines = len(list(system.client().items("/replenishment")))
    expect(lines(page)).to_have_count(all_lines + 1)
    narrow(page, "Which supplier", name="Zeta Goods")
    expect(page).to_have_url(re.compile("supplier=ZETA"))
    page.get_by_role("button", name="Cover / lead time").click()
    expect(page).to_have_url(re.compile("by=cover"))
    zeta = len(list(system.client().items("/replenishment", supplier="ZETA")))
    assert 0 < zeta < all_lines
    expect(lines(page)).to_have_count(zeta + 1)
    save_view(page, "lines", "Zeta, shortest first")
    page.goto("/replenishment?view=lines&category=Phones")
    open_view(page, "lines", "Zeta, shortest first")
    expect(page).to_have_url(re.compile("supplier=ZETA"))
    expect(page).not_to_have_url(re.compile("category"))  # what a view does not name, it takes away
    expect(lines(page)).to_have_count(zeta + 1)
    with page.expect_download() as download:
        page.get_by_role("button", name="What to order, line by line as CSV").click()
    head, *written = download.value.path().read_text().splitlines()
    assert head.split(",")[:3] == ["Product", "Code", "Location"] and "Days of cover" in head
    assert len(written) == zeta and all("ZETA" in line for line in written)
    expect(page.get_by_text(re.compile(f"^{zeta} lines? written as CSV"))).to_be_visible()


def test_a_term_is_typed_in_its_line_and_taken_back(page: Page, system: System) -> None:
    item = first_of(system, "ACME")
    sign_in(page, system, "/replenishment?view=lines&supplier=ACME")
    least = page.get_by_label(f"MOQ of {item['sku']} at main")
    expect(least).to_have_value("12")
    least.fill("many")
    expect(page.get_by_text("Type a number")).to_be_visible()
    least.fill("18")
    least.press("Enter")
    expect(page.get_by_text(f"{item['sku']}: MOQ 12 is now 18.", exact=False)).to_be_visible()
    assert float(system.client().get("/supply-terms", sku=item["sku"])["items"][0]["moq"]) == 18
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text(f"{item['sku']} as before.")).to_be_visible()
    assert float(system.client().get("/supply-terms", sku=item["sku"])["items"][0]["moq"]) == 12


def test_many_lines_are_chosen_by_keyboard_and_their_terms_changed_at_once(page: Page, system: System) -> None:
    sign_in(page, system, "/replenishment?view=lines")
    expect(lines(page).nth(2)).to_be_visible()
    lines(page).nth(1).focus()
    for key in ["x", "j", "x"]:
        page.keyboard.press(key)
    chosen = page.get_by_role("toolbar", name="Chosen lines")
    expect(chosen.get_by_text("2 lines chosen")).to_be_visible()
    chosen.get_by_role("button", name="Change terms").click()
    form = page.get_by_role("dialog", name="Terms of 2 products")
    expect(form.get_by_role("button", name="Change", exact=True)).to_be_disabled()
    form.get_by_label("Service level in %").fill("98")
    form.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("Terms of 2 products changed. They are decided anew.")).to_be_visible()
    kept = list(system.client().items("/supply-terms"))
    assert [item["service_level"] for item in kept].count("0.9800") == 2
    assert {float(item["unit_cost"]) for item in kept} == {50}
    expect(chosen).to_have_count(0)


def test_only_chosen_lines_are_ordered(page: Page, system: System) -> None:
    wanted = first_of(system, "ZETA")
    sign_in(page, system, f"/replenishment?view=lines&supplier=ZETA&q={wanted['sku']}")
    lines(page).nth(1).focus()
    page.keyboard.press("x")
    page.get_by_role("toolbar", name="Chosen lines").get_by_role("button", name="Order these").click()
    asked = page.get_by_role("dialog", name="Propose 1 line")
    expect(asked.get_by_text("from 1 supplier, and nothing else")).to_be_visible()
    asked.get_by_role("button", name="Propose them").click()
    expect(page.get_by_text("1 order proposed.")).to_be_visible()
    (order,) = system.client().get("/orders", status="proposed", supplier="ZETA", lines="true")["items"]
    assert [(line["sku"], line["location"]) for line in order["lines"]] == [(wanted["sku"], wanted["location"])]
    system.client().post(f"/orders/{order['id']}/cancel", {})


def test_an_order_is_written_to_its_supplier_printed_and_confirmed_for_a_day(page: Page, system: System) -> None:
    api = system.client()
    (order,) = api.post("/orders", {"supplier": "ACME"})
    api.post(f"/orders/{order['id']}/approve")
    line = order["lines"][0]
    sign_in(page, system, f"/replenishment?view=orders&order={order['id']}")
    page.get_by_role("button", name="For the supplier").click()
    letter = page.get_by_role("dialog", name=f"Order {order['number']} for Acme Trading")
    text = letter.get_by_label("Text for the supplier").input_value()
    assert f"S-{line['sku']} (our {line['sku']})" in text
    assert text.count("×") == len(order["lines"])
    expect(letter.get_by_role("link", name="Open in mail")).to_have_attribute("href", re.compile("^mailto:.*Purchase"))
    page.emulate_media(media="print")
    paper = page.locator("article.printed")
    expect(paper.get_by_text(f"Purchase order {order['number']}", exact=True)).to_be_visible()
    expect(paper.locator("tbody tr")).to_have_count(len(order["lines"]))
    expect(page.locator("#main")).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="screen")
    expect(paper).to_be_hidden()
    page.keyboard.press("Escape")
    far = datetime.now(UTC).date() + timedelta(days=200)
    page.get_by_role("button", name="Confirm a day").click()
    asked = page.get_by_role("dialog", name=f"When order {order['number']} comes")
    asked.get_by_label("The day that the supplier confirmed").fill(far.isoformat())
    asked.get_by_role("button", name="Save").click()
    expect(page.get_by_text("as confirmed", exact=False)).to_be_visible()
    assert api.get(f"/orders/{order['id']}")["confirmed_on"] == far.isoformat()


def test_what_comes_after_the_stock_is_gone_is_asked_for_sooner(page: Page, system: System) -> None:
    late = system.client().get("/deliveries", advice="expedite")["items"][0]
    sign_in(page, system, "/replenishment?view=orders")
    row = page.get_by_role("grid", name="Deliveries on order").get_by_role("row").filter(has_text=late["sku"])
    expect(row.get_by_text("Sooner", exact=True)).to_be_visible()
    expect(row.get_by_text(re.compile("^Gone on .* lacked"))).to_be_visible()
    row.get_by_role("button", name=re.compile("^Ask the supplier about")).click()
    text = page.get_by_role("dialog").get_by_label("Text for the supplier").input_value()
    assert re.search(rf"× {late['sku']} .*: by .* instead of", text)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Later", exact=True).click()
    expect(page).to_have_url(re.compile("advice=postpone"))
    expect(page.get_by_text("Nothing to change")).to_be_visible()


def test_the_palette_reaches_a_supplier_and_a_question_mark_lists_the_keys(page: Page, system: System) -> None:
    sign_in(page, system)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts").get_by_text("Next row")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search products or actions")).to_be_focused()
    page.keyboard.type("goods zeta")
    page.get_by_role("dialog").get_by_role("option").filter(has_text="Zeta Goods").click()
    expect(page).to_have_url(re.compile("view=lines.*supplier=ZETA"))
    page.get_by_role("button", name="Cover / lead time").focus()
    expect(page.get_by_role("tooltip")).to_have_text(re.compile("days what is on hand lasts"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_new_passes_axe_and_fits_a_phone(page: Page, system: System, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('almanac-theme', '{theme}')")
    sign_in(page, system)
    api = system.client()
    if not (approved := api.get("/orders", status="approved")["items"]):
        (made,) = api.post("/orders", {"supplier": "ACME"})
        approved = [api.post(f"/orders/{made['id']}/approve")]
    order = approved[0]
    openers: dict[str, list[str | re.Pattern[str]]] = {
        "/replenishment?view=lines": [f"Why this quantity of {first_of(system, 'ACME')['sku']}"],
        "/replenishment?view=orders": [],
        f"/replenishment?view=orders&order={order['id']}": ["For the supplier", re.compile("^Confirm")],
    }
    found: list[str] = []
    for path, buttons in openers.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        expect(page.locator("[aria-busy=true], .skeleton")).to_have_count(0)
        for button in ["", *buttons]:
            if button:
                page.get_by_role("button", name=button).first.click()
                expect(page.get_by_role("dialog")).to_be_visible()
            page.evaluate(AXE.read_text())
            violations = page.evaluate("axe.run().then(result => result.violations)")
            found += [f"{path} {button} {item['id']}: {item['nodes'][0]['html'][:160]}" for item in violations]
            if button:
                page.keyboard.press("Escape")
        page.set_viewport_size({"width": 390, "height": 844})
        wider = "document.querySelector('#main').scrollWidth - document.querySelector('#main').clientWidth"
        assert page.evaluate(wider) == 0, path
    assert found == []


def test_an_order_that_was_changed_since_its_total_was_read_is_not_approved_until_the_new_total_was(
    page: Page, system: System
) -> None:
    api = system.client()
    order = api.post("/orders", {"keep_edits": False})[0]
    page.route("**/api/stream*", lambda route: route.abort())  # nothing tells the page by itself
    sign_in(page, system, f"/replenishment?order={order['id']}")
    page.locator("#main").get_by_role("button", name=re.compile("^Approve ")).click()
    asked = page.get_by_role("dialog", name=re.compile("^Approve the order to"))
    expect(asked.get_by_text(f"worth €{float(order['total']):,.0f}")).to_be_visible()
    line = order["lines"][0]
    put(api, f"/orders/{order['id']}/lines", {"sku": line["sku"], "quantity": str(float(line["quantity"]) + 12)})
    now = api.get(f"/orders/{order['id']}")
    does = asked.get_by_role("button", name="Approve", exact=True)
    does.click()
    expect(asked.get_by_role("alert")).to_contain_text(f"its total is {float(now['total']):.2f} now")
    expect(asked.get_by_text(f"worth €{float(now['total']):,.0f}")).to_be_visible()
    assert api.get(f"/orders/{order['id']}")["status"] == "proposed"
    does.click()
    expect(asked).to_have_count(0)
    assert api.get(f"/orders/{order['id']}")["status"] == "approved"
