"""The dashboard in a real browser on the real system: what people do first, and that everybody can."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import ADDRESSES, AXE, SAMPLE, SECONDS, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

# What is wider than its room: the document, or the part below the head that scrolls.
WIDER = """() => [document.documentElement, document.querySelector('#main')]
  .map(element => element.scrollWidth > element.clientWidth ? element.scrollWidth : 0)"""


def settled(page: Page) -> list[int]:
    """How wide what is too wide is, once charts have followed the window."""
    for _ in range(20):
        if not any(page.evaluate(WIDER)):
            break
        page.wait_for_timeout(100)
    return list(page.evaluate(WIDER))


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System(dashboard=True) as running:
        running.run("import", str(SAMPLE), "--data", str(running.data))
        running.run("train", "--as-of", "2023-02-12", "--data", str(running.data))
        yield running


def test_a_visitor_signs_in_and_returns_to_the_page_asked_for(page: Page, system: System) -> None:
    sign_in(page, system, "/products?q=laptop")
    expect(page).to_have_url(re.compile("q=laptop"))
    expect(page.get_by_role("row").filter(has_text="LAP001")).to_be_visible()


def test_the_session_survives_a_reload_and_ends_with_signing_out(page: Page, system: System) -> None:
    sign_in(page, system)
    page.reload()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Account of")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("User name")).to_be_visible()
    page.goto("/products")
    expect(page).to_have_url(re.compile("/login"))


def test_signing_out_in_one_tab_ends_all(page: Page, system: System) -> None:
    sign_in(page, system)
    other = page.context.new_page()
    other.goto("/products")
    expect(other.get_by_role("heading", name="Products", level=1)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Account of")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(other.get_by_label("User name")).to_be_visible()


def test_filters_live_in_the_address_and_the_way_back_leads_to_them(page: Page, system: System) -> None:
    sign_in(page, system, "/products")
    page.get_by_label("Filter products").fill("LAP")
    expect(page).to_have_url(re.compile("q=LAP"))
    page.get_by_role("button", name="Error").click()
    expect(page).to_have_url(re.compile("sort=-wape"))
    page.get_by_role("row").filter(has_text="LAP001").click()
    expect(page).to_have_url(re.compile("/products/LAP001"))
    page.go_back()
    expect(page.get_by_label("Filter products")).to_have_value("LAP")
    page.reload()
    expect(page.get_by_role("columnheader", name="Error")).to_have_attribute("aria-sort", "descending")


def test_a_list_is_walked_by_keyboard_and_written_as_it_is_shown(page: Page, system: System) -> None:
    sign_in(page, system, "/products")
    rows = page.get_by_role("grid", name="Products and forecasts").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    rows.nth(1).focus()
    page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Filter products")).to_be_focused()
    page.get_by_role("button", name="Columns of Products and forecasts").click()
    page.get_by_role("menuitemcheckbox", name="Method").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader", name="Method")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("button", name="Products and forecasts as CSV").click()
    head, *lines = download.value.path().read_text().splitlines()
    assert "Next 4 weeks" in head
    assert "Method" not in head
    assert len(lines) == rows.count() - 1


def test_a_new_user_waits_until_an_admin_approves(page: Page, system: System) -> None:
    page.goto("/register")
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("Password").fill("quite-a-long-pass-phrase-7")
    page.get_by_role("button", name="Ask for access").click()
    expect(page.get_by_role("heading", name="Waiting for approval")).to_be_visible()
    sign_in(page, system, "/admin")
    row = page.get_by_role("row").filter(has_text="newcomer")
    row.get_by_role("button", name="Approve").click()
    expect(row.get_by_text("Active", exact=True)).to_be_visible()


def test_a_planner_finds_a_product_and_reads_its_forecast(page: Page, system: System) -> None:
    sign_in(page, system, "/products")
    page.get_by_label("Filter products").fill("LAP")
    page.get_by_role("row").filter(has_text="LAP001").click()
    expect(page.get_by_role("heading", name="Weekly demand")).to_be_visible()
    chart = page.get_by_role("img", name=re.compile("Weekly demand of"))
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile(r"^Week of .*: expected"))).to_be_attached()
    page.get_by_role("button", name="Table").click()
    expect(page.get_by_role("gridcell").filter(has_text="13 Feb 2023")).to_be_visible()


def test_why_a_number_is_what_it_is_adds_up_to_it(page: Page, system: System) -> None:
    why = system.client().get("/forecast/LAP001/why")
    assert abs(sum(each["units"] for each in why["contributions"]) - why["expected"]) < 1e-6
    sign_in(page, system, "/products/LAP001")
    table = page.get_by_role("table", name=re.compile("What adds up to"))
    told = [each for each in why["contributions"] if abs(each["units"]) >= 0.05]
    expect(table.get_by_role("row")).to_have_count(len(told) + 1)
    if len(told) < len(why["contributions"]):  # the others are named, without rows
        expect(page.get_by_text(re.compile("^Nothing comes of: "))).to_be_visible()
    expect(page.get_by_text(why["sentence"])).to_be_visible()
    weeks = page.get_by_label("Of which week").locator("option")
    page.get_by_label("Of which week").select_option(index=3)
    later = system.client().get("/forecast/LAP001/why", week=weeks.nth(3).get_attribute("value"))
    expect(page.get_by_text(later["sentence"])).to_be_visible()


def test_a_recorded_sale_arrives_live(page: Page, system: System) -> None:
    sign_in(page, system, "/pipeline")
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    page.get_by_role("button", name="Record a sale").click()
    page.get_by_label("Product code").fill("LAP001")
    page.get_by_label("Quantity").fill("3")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("Recorded 3 of LAP001.")).to_be_visible()
    live = page.get_by_role("region", name="Sales as they arrive")
    expect(live.get_by_role("gridcell", name="LAP001").first).to_be_visible()


def test_a_day_is_typed_in_the_readers_own_format_or_picked_by_keyboard(page: Page, system: System) -> None:
    sign_in(page, system)
    page.get_by_role("button", name="Record a sale").click()
    asked = page.get_by_role("dialog", name="Record a sale")
    day = asked.get_by_label("Day", exact=True)
    day.fill("2/13/2023")  # Chromium's reader is American here
    expect(asked.get_by_text("Mon 13 Feb 2023")).to_be_visible()
    day.fill("31 Feb 2023")
    day.press("Tab")
    expect(asked.get_by_text("A day, as 12/31/2026 or 2026-12-31")).to_be_visible()
    day.fill("2023-02-28")
    day.press("ArrowDown")
    expect(page.get_by_role("button", name="28 Feb 2023", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    page.keyboard.press("Enter")
    expect(day).to_be_focused()
    expect(day).to_have_value("04/01/2023")
    asked.get_by_role("button", name="Pick a day").click()
    expect(page.get_by_role("button", name="1 Apr 2023", exact=True)).to_be_focused()
    page.evaluate(AXE.read_text())
    assert page.evaluate("axe.run().then(result => result.violations)") == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="1 Apr 2023", exact=True)).to_have_count(0)
    expect(asked).to_be_visible()


def test_a_sale_is_found_in_the_ledger_corrected_and_voided(page: Page, system: System) -> None:
    system.client().post("/sales", {"sku": "PHN002", "quantity": "3", "unit_price": "10", "sold_at": "2023-02-01"})
    sign_in(page, system, "/sales")
    page.get_by_label("Product code").fill("PHN002")
    page.get_by_label("From the day").fill("2023-02-01")
    page.get_by_label("To the day").fill("2023-02-01")
    expect(page).to_have_url(re.compile("sku=PHN002.*from=2023-02-01.*to=2023-02-01"))
    rows = page.get_by_role("grid", name="Ledger").get_by_role("row")
    counting = rows.filter(has_text="Counts").filter(has_text="30.00")
    counting.get_by_role("button", name="Correct").click()
    asked = page.get_by_role("dialog", name="Correct a sale of PHN002")
    expect(asked.get_by_label("Units", exact=True)).to_be_focused()
    expect(asked.get_by_role("button", name="Correct", exact=True)).to_be_disabled()
    asked.get_by_label("Units", exact=True).fill("2")
    asked.get_by_role("button", name="Correct", exact=True).click()
    corrected = rows.filter(has_text="Counts").filter(has_text="20.00")
    expect(corrected).to_be_visible()
    expect(rows.filter(has_text="Replaced").filter(has_text="30.00")).to_be_visible()
    corrected.get_by_role("button", name="Void").click()
    asked = page.get_by_role("dialog", name="Void a correction of PHN002")
    expect(asked.get_by_text("2 units come back into the stock")).to_be_visible()
    asked.get_by_label("Reason").fill("Rung up twice")
    asked.get_by_role("button", name="Void it").click()
    expect(rows.filter(has_text="Voided")).to_be_visible()
    expect(corrected).to_have_count(0)


def test_what_waits_and_what_was_rejected_is_shown_with_its_reason(page: Page, system: System) -> None:
    system.client().post("/sales", {"sku": "NOBODY-KNOWS", "quantity": "1", "sold_at": "2023-02-01"})
    sign_in(page, system, "/sales?view=waiting")
    waits = page.get_by_role("grid", name="Waiting sales").get_by_role("row").filter(has_text="NOBODY-KNOWS")
    expect(waits.get_by_text("Product", exact=True)).to_be_visible()


def test_a_file_is_previewed_with_its_errors_and_then_imported(page: Page, system: System, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text("sku,quantity,date\nLAP001,2,2023-02-13\nLAP001,many,2023-02-14\n")
    sign_in(page, system, "/imports")
    page.get_by_label("Choose a file").set_input_files(file)
    preview = page.get_by_role("region", name="First lines")
    expect(preview.get_by_role("gridcell").filter(has_text="many")).to_be_visible()
    expect(page.get_by_text(re.compile("1 ready, 1 error"))).to_be_visible()
    page.get_by_role("button", name="Import all valid lines").click()
    expect(page.get_by_role("heading", name="1 rejected line")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download all")).click()
    assert "many" in download.value.path().read_text()


def test_the_palette_opens_a_product_with_the_keyboard_alone(page: Page, system: System) -> None:
    sign_in(page, system)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search products or actions")).to_be_focused()
    page.keyboard.type("LAP001")
    expect(page.get_by_role("option").filter(has_text="LAP001")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/products/LAP001"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_and_part_passes_axe_and_fits_a_phone(page: Page, system: System, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('almanac-theme', '{theme}')")
    sign_in(page, system)
    source = AXE.read_text()
    found: list[str] = []
    for path, title in [*ADDRESSES, ("/products/LAP001", "")]:
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        expect(page).to_have_title(re.compile(f"{re.escape(title)}.* · Almanac"))
        expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=SECONDS)
        page.evaluate(source)
        violations = page.evaluate("axe.run().then(result => result.violations)")
        found += [f"{path} {item['id']}: {node['html'][:160]}" for item in violations for node in item["nodes"]]
        if theme == "light":
            page.set_viewport_size({"width": 390, "height": 844})
            found += [f"{path} is {wide} wide on a phone" for wide in settled(page) if wide]
            page.set_viewport_size({"width": 1440, "height": 900})
    assert found == []
