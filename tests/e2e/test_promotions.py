"""Promotions and events on their calendar: planned, changed, copied, deleted, and what they are expected to bring."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import SECONDS, shop_of, sign_in
from tests.e2e.test_first_day import sales
from tests.e2e.test_planning import complaints_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
TODAY = datetime.now(UTC).date()
AHEAD = TODAY + timedelta(days=21)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with shop_of(tmp_path_factory.mktemp("promotions"), sales()) as running:
        running.run("train", "--data", str(running.data))
        yield running


def shown(day: date) -> str:
    """As the screens write it in this year."""
    return day.strftime("%-d %b") if day.year == TODAY.year else day.strftime("%-d %b %Y")


def month_of(page: Page, day: date) -> None:
    page.goto(f"/promotions?month={day:%Y-%m}")


def bar(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}, ")).first


def test_a_promotion_is_planned_and_what_it_will_bring_is_seen(page: Page, system: System) -> None:
    sign_in(page, system, "/promotions")
    page.get_by_role("button", name="New promotion").click()
    dialog = page.get_by_role("dialog", name="New promotion")
    dialog.get_by_label("Name").fill("Autumn deal")
    dialog.get_by_label("First day").fill(str(AHEAD))
    dialog.get_by_label("Last day").fill(str(AHEAD - timedelta(days=1)))
    dialog.get_by_label("Kind").select_option("Leaflet")
    dialog.get_by_label("Discount in per cent (optional)").fill("20")
    dialog.get_by_label("Planned quantity (optional)").fill("480")
    dialog.get_by_label("Find a product to add").fill("P1")
    dialog.get_by_role("list", name="Products found").get_by_role("button").first.click()
    expect(dialog.get_by_text("1 product", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Plan it").click()
    expect(dialog.get_by_text("ends lies before starts")).to_be_visible()  # and what was typed stays
    dialog.get_by_label("Last day").fill(str(AHEAD + timedelta(days=6)))
    dialog.get_by_role("button", name="Plan it").click()
    opened = page.get_by_role("dialog", name="Autumn deal")
    expect(opened.get_by_text("20.0% off")).to_be_visible()
    expect(opened.get_by_text("Leaflet", exact=True)).to_be_visible()
    expect(opened.get_by_text("Not in the forecast yet.")).to_be_visible()
    assert complaints_of(page) == []
    (promotion,) = system.client().get("/promotions")["items"]
    assert (promotion["skus"], float(promotion["discount"])) == (["P1"], 0.2)
    assert (promotion["kind"], float(promotion["planned_quantity"])) == ("leaflet", 480)
    opened.get_by_role("button", name="Update the forecast").click()
    expect(opened.get_by_text("Not in the forecast yet.")).to_have_count(0, timeout=4 * SECONDS)
    effect = system.client().get(f"/forecast/promotions/{promotion['id']}")
    assert effect["known"] and effect["series"] == 1
    lift = opened.get_by_role("region", name="Lift")
    sign = "+" if effect["lift"] > 0 else "−" if effect["lift"] < 0 else ""
    expect(lift.get_by_text(f"{sign}{abs(effect['lift']) * 100:.1f}%", exact=True)).to_be_visible()
    expect(lift.get_by_text(re.compile(r"^[\d.,]+ units expected in its "))).to_be_visible()
    assert lift.get_by_role("row").count() == len(effect["weeks"])
    expect(lift.get_by_text("The plan is to sell 480 units.")).to_be_visible()


def test_its_kind_is_changed_copied_and_seen_in_the_list_and_the_calendar(page: Page, system: System) -> None:
    system.client().post("/promotions", {
        "name": "End cap", "skus": ["P3"], "kind": "display", "discount": "0.1", "planned_quantity": "90",
        "starts": str(AHEAD), "ends": str(AHEAD + timedelta(days=2)),
    })  # fmt: skip
    sign_in(page, system, f"/promotions?month={AHEAD:%Y-%m}")
    expect(bar(page, "End cap")).to_have_accessible_name(re.compile(r"^End cap, promotion \(Display\), "))
    expect(bar(page, "End cap")).to_contain_text("Display, 10.0% off")
    page.goto("/promotions?view=promotions&q=End")
    row = page.get_by_role("row", name=re.compile("End cap"))
    expect(row.get_by_role("gridcell", name="Display", exact=True)).to_be_visible()
    expect(row.get_by_role("gridcell", name="90", exact=True)).to_be_visible()
    row.get_by_role("button", name="End cap").click()
    page.get_by_role("dialog", name="End cap").get_by_role("button", name="Copy").click()
    copy = page.get_by_role("dialog", name="New promotion")
    expect(copy.get_by_label("Kind")).to_have_value("display")
    copy.get_by_label("Name").fill("Coupons")
    copy.get_by_label("Kind").select_option("Coupon")
    copy.get_by_role("button", name="Plan it").click()
    opened = page.get_by_role("dialog", name="Coupons")
    expect(opened.get_by_text("Coupon", exact=True)).to_be_visible()
    opened.get_by_role("link", name="What if").click()
    expect(page).to_have_url(re.compile("kind=coupon"))
    expect(page.get_by_label("Kind")).to_have_value("coupon")
    said = {one["name"]: one["kind"] for one in system.client().get("/promotions")["items"]}
    assert (said["End cap"], said["Coupons"]) == ("display", "coupon")


def test_the_calendar_shows_it_on_its_days_and_it_is_changed_copied_and_deleted(page: Page, system: System) -> None:
    system.client().post(
        "/promotions",
        {"name": "Bundle", "skus": ["P2"], "starts": str(AHEAD), "ends": str(AHEAD + timedelta(days=2))},
    )
    sign_in(page, system, f"/promotions?month={AHEAD:%Y-%m}")
    starts = system.client().get("/config")["week_start"].capitalize()[:3]
    expect(page.get_by_text(re.compile("^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)$")).first).to_have_text(starts)
    expect(bar(page, "Bundle")).to_have_accessible_name(
        f"Bundle, promotion, {shown(AHEAD)} to {shown(AHEAD + timedelta(days=2))}"
    )
    bar(page, "Bundle").click()
    page.get_by_role("dialog", name="Bundle").get_by_role("button", name="Edit").click()
    page.get_by_label("Name").fill("Bundle of two")
    page.get_by_role("button", name="Save").click()
    opened = page.get_by_role("dialog", name="Bundle of two")
    opened.get_by_role("button", name="Copy").click()
    copy = page.get_by_role("dialog", name="New promotion")
    later = AHEAD + timedelta(days=7)
    expect(copy.get_by_label("First day")).to_have_value(later.strftime("%m/%d/%Y"))
    copy.get_by_label("Name").fill("Bundle again")
    copy.get_by_role("button", name="Plan it").click()
    page.get_by_role("dialog", name="Bundle again").get_by_role("button", name="Close").click()
    month_of(page, later)
    expect(bar(page, "Bundle again")).to_be_visible()
    bar(page, "Bundle again").click()
    page.get_by_role("dialog", name="Bundle again").get_by_role("button", name="Delete").click()
    asked = page.get_by_role("dialog", name="Delete Bundle again")
    days = f"{shown(later)} to {shown(later + timedelta(days=2))}"
    expect(asked.get_by_text(f"{days}, of P2, everywhere")).to_be_visible()
    expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    asked.get_by_role("button", name="Delete the promotion").click()
    expect(bar(page, "Bundle again")).to_have_count(0)
    names = [item["name"] for item in system.client().get("/promotions")["items"]]
    assert "Bundle of two" in names and "Bundle again" not in names


def test_an_event_is_added_from_the_keyboard_and_found_in_its_list(page: Page, system: System) -> None:
    sign_in(page, system, "/promotions")
    page.get_by_role("button", name="New event").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="New event").get_by_label("Name")).to_be_focused()
    for text in ("Stocktaking", "closed", str(TODAY)):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.type(str(TODAY))
    page.keyboard.press("Enter")
    expect(bar(page, "Stocktaking")).to_have_accessible_name(f"Stocktaking, closed, {shown(TODAY)}")
    page.get_by_role("button", name="Events", exact=True).click()
    expect(page).to_have_url(re.compile("view=events"))
    page.get_by_label("Filter events").fill("stockt")
    expect(page.get_by_role("gridcell", name="Stocktaking")).to_be_visible()
    (event,) = system.client().get("/events")["items"]
    assert (event["kind"], event["starts"], event["ends"]) == ("closed", str(TODAY), str(TODAY))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_dialogs_pass_axe_and_a_phone_shows_the_month_as_a_list(page: Page, system: System, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('almanac-theme', '{theme}')")
    system.client().request(
        "POST", "/promotions", json.dumps({"name": f"For {theme}", "starts": str(TODAY), "ends": str(TODAY)}).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    sign_in(page, system, "/promotions")
    expect(bar(page, f"For {theme}")).to_be_visible()
    found = complaints_of(page)
    for name in ("New promotion", "New event"):
        page.get_by_role("button", name=name).click()
        found += complaints_of(page)
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name=re.compile(f"^For {theme}"))).to_contain_text("all products, everywhere")
    found += complaints_of(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert found == []
