"""What people typed is kept: when the session ends, and when somebody else was quicker with the same thing."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest
from playwright.sync_api import Locator, Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import shop_of, sign_in
from tests.e2e.test_typing import sales

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
AHEAD = datetime.now(UTC).date() + timedelta(days=14)


def put(system: System, path: str, **body: Any) -> None:
    system.client().request("PUT", path, json.dumps(body).encode(), {"Content-Type": "application/json"})


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with shop_of(tmp_path_factory.mktemp("kept"), sales()) as running:
        api = running.client()
        api.post("/suppliers", {"code": "ACME", "name": "Acme Trading", "lead_days": "14", "lead_spread_days": "3"})
        for sku in ("P0", "P1", "P2"):
            put(running, "/supply-terms", sku=sku, supplier="ACME", unit_cost="5", moq="6", multiple="6")
        api.post("/stock/counts", {"items": [{"sku": f"P{number}", "quantity": number} for number in range(3)]})
        api.post("/locations", {"code": "munich", "name": "Munich"})
        api.post("/promotions", {"name": "Bazaar", "skus": ["P1"], "starts": str(AHEAD), "ends": str(AHEAD)})
        api.post("/events", {"name": "Rally", "kind": "sport", "starts": str(AHEAD), "ends": str(AHEAD)})
        running.run("train", "--data", str(running.data))
        yield running


def test_a_session_that_ends_leaves_what_was_typed(page: Page, system: System) -> None:
    page.clock.install()
    sign_in(page, system, "/promotions")
    page.get_by_role("button", name="New promotion").click()
    form = page.get_by_role("dialog", name="New promotion")
    form.get_by_label("Name").fill("Summer fair")
    form.get_by_label("First day").fill(str(AHEAD))
    form.get_by_label("Last day").fill(str(AHEAD))
    page.context.clear_cookies()
    page.clock.fast_forward("01:00:00")
    again = page.get_by_role("dialog", name="Your session has ended")
    form.get_by_role("button", name="Plan it").dispatch_event("click")
    expect(again.get_by_label("Password")).to_be_focused()
    again.get_by_label("Password").fill(system.environment("auth-api")["ALMANAC_BOOTSTRAP_ADMIN_PASSWORD"])
    page.keyboard.press("Enter")
    expect(again).to_have_count(0)
    expect(form.get_by_label("Name")).to_have_value("Summer fair")
    form.get_by_role("button", name="Plan it").click()
    expect(page.get_by_text("Summer fair is planned")).to_be_visible()


def test_who_does_not_sign_in_again_leaves_and_sees_nothing_more(page: Page, system: System) -> None:
    page.clock.install()
    sign_in(page, system, "/promotions")
    expect(page.get_by_role("button", name="New promotion")).to_be_visible()
    page.context.clear_cookies()
    page.clock.fast_forward("01:00:00")
    page.get_by_role("dialog", name="Your session has ended").get_by_role("button", name="Close").click()
    expect(page).to_have_url(re.compile("/login"))
    expect(page.get_by_role("dialog")).to_have_count(0)


def named(items: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(item for item in items if item["name"] == name)


def edit_product(page: Page, system: System) -> tuple[Locator, str]:
    sign_in(page, system, "/products/P0")
    page.get_by_role("button", name="Edit", exact=True).click()
    form = page.get_by_role("dialog", name="Product P0")
    kept = system.client().get("/products/P0")
    body = {"name": "Theirs", "revision": kept["revision"]}
    form.get_by_label("Barcode (optional)").fill("4006381333931")
    system.client().request(
        "PATCH", "/products/P0", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )  # fmt: skip
    return form, "Name: Product P0 → Theirs"


def edit_location(page: Page, system: System) -> tuple[Locator, str]:
    sign_in(page, system, "/catalog?view=locations")
    page.get_by_role("button", name="Edit munich").click()
    form = page.get_by_role("dialog", name="Location munich")
    form.get_by_label("Country (optional)").fill("DE")
    put(system, "/locations", code="munich", name="Theirs", country=None)
    return form, "Name: Munich → Theirs"


def edit_promotion(page: Page, system: System) -> tuple[Locator, str]:
    sign_in(page, system, "/promotions?view=promotions")
    page.get_by_role("row").filter(has_text="Bazaar").first.click()
    page.get_by_role("dialog", name="Bazaar").get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Promotion Bazaar")
    form.get_by_label("Planned quantity (optional)").fill("40")
    kept = named(system.client().get("/promotions")["items"], "Bazaar")
    put(system, f"/promotions/{kept['id']}", **{**kept, "name": "Theirs", "skus": ["P1", "P2"]})
    return form, "Products: P1 → P1, P2"


def edit_event(page: Page, system: System) -> tuple[Locator, str]:
    sign_in(page, system, "/promotions?view=events")
    page.get_by_role("row").filter(has_text="Rally").first.click()
    page.get_by_role("dialog", name="Rally").get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Event Rally")
    form.get_by_label("Kind").fill("race")
    kept = named(system.client().get("/events")["items"], "Rally")
    put(system, f"/events/{kept['id']}", **{**kept, "name": "Theirs"})
    return form, "Name: Rally → Theirs"


def edit_supplier(page: Page, system: System) -> tuple[Locator, str]:
    sign_in(page, system, "/replenishment?view=suppliers")
    page.get_by_role("button", name="Edit Acme Trading").click()
    form = page.get_by_role("dialog", name="Supplier ACME")
    form.get_by_label("Ordered every … days").fill("5")
    put(system, "/suppliers", code="ACME", name="Theirs", lead_days="14", lead_spread_days="3", review_days="7")
    return form, "Name: Acme Trading → Theirs"


def edit_kit(page: Page, system: System) -> tuple[Locator, str]:
    api = system.client()
    for sku, name in (("BOX", "Gift box"), ("MUG", "Mug"), ("BOW", "Bow")):
        api.post("/products", {"sku": sku, "name": name})
    bill = {"valid_from": "2026-01-01", "components": [{"sku": "MUG", "quantity": "2"}]}
    put(system, "/products/BOX/components", **bill)
    sign_in(page, system, "/products/BOX")
    page.get_by_role("button", name="Components").click()
    form = page.get_by_role("dialog", name="Components of BOX")
    form.get_by_label("Component 2").fill("BOW")
    bill["components"] = [{"sku": "MUG", "quantity": "3"}]
    put(system, "/products/BOX/components", **bill, pre_packed=True)
    return form, "Units of 1: 2 → 3"


def confirm_order(page: Page, system: System) -> tuple[Locator, str]:
    api = system.client()
    order, *_ = api.post("/orders", {})
    api.post(f"/orders/{order['id']}/approve")
    path = f"/orders/{order['id']}/confirmation"
    put(system, path, confirmed_on=str(AHEAD))
    sign_in(page, system, f"/replenishment?order={order['id']}")
    page.get_by_role("button", name="Confirmed for").click()
    form = page.get_by_role("dialog", name="When order")
    form.get_by_label("The day that the supplier confirmed").fill(str(AHEAD + timedelta(days=2)))
    put(system, path, confirmed_on=str(AHEAD + timedelta(days=9)))
    return form, f"Confirmed: {AHEAD} → {AHEAD + timedelta(days=9)}"


def approved(api: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/orders", status="approved")["items"][0]
    return found


# What was typed in the form that was late, as it stands afterwards beside theirs. Terms and overrides have tests of
# their own in test_planning.
STALE = {
    "product": (edit_product, lambda api: api.get("/products/P0"), {"name": "Theirs", "barcode": "4006381333931"}),
    "location": (
        edit_location, lambda api: next(one for one in api.get("/locations")["items"] if one["code"] == "munich"),
        {"name": "Theirs", "country": "DE"},
    ),
    "promotion": (
        edit_promotion, lambda api: named(api.get("/promotions")["items"], "Theirs"), {"skus": ["P1", "P2"]},
    ),
    "event": (edit_event, lambda api: named(api.get("/events")["items"], "Theirs"), {"kind": "race"}),
    "supplier": (
        edit_supplier, lambda api: named(api.get("/suppliers")["items"], "Theirs"), {"name": "Theirs"},
    ),
    "kit": (
        edit_kit, lambda api: api.get("/products/BOX/components")["bills"][-1],
        {"pre_packed": True, "components": [
            {"sku": "BOW", "name": "Bow", "quantity": "1.000"}, {"sku": "MUG", "name": "Mug", "quantity": "3.000"},
        ]},
    ),
    "delivery": (confirm_order, approved, {"confirmed_on": str(AHEAD + timedelta(days=2))}),
}  # fmt: skip


@pytest.mark.parametrize("what", STALE)
def test_the_second_save_of_what_somebody_else_changed_is_refused_with_what_changed_and_then_merged(
    page: Page, system: System, what: str
) -> None:
    opened, read, after = STALE[what]
    form, change = opened(page, system)
    page.wait_for_timeout(2500)  # the live stream has told of theirs: the form stands on what it was opened with
    form.get_by_role("button", name="Save", exact=True).click()
    conflict = form.get_by_role("alert").filter(has_text="Somebody changed this")
    expect(conflict.get_by_role("listitem").filter(has_text=change)).to_be_visible()
    conflict.get_by_role("button", name="Save mine on top of that").click()
    expect(conflict).to_have_count(0)
    expect(form).to_have_count(0)  # not only busy: saved
    stored = read(system.client())
    assert {name: stored[name] for name in after} == after


def test_a_quantity_that_somebody_else_changed_is_not_overwritten_unseen(page: Page, system: System) -> None:
    api = system.client()
    for one in api.get("/orders", status="approved")["items"]:  # what is on order is not proposed again
        api.post(f"/orders/{one['id']}/cancel")
    order, *_ = api.post("/orders", {})
    line = order["lines"][0]
    lines = f"/orders/{order['id']}/lines"
    sign_in(page, system, f"/replenishment?order={order['id']}")
    quantity = page.get_by_role("textbox", name=f"Quantity of {line['sku']}")
    quantity.fill(str(int(float(line["quantity"])) + 12))
    put(system, lines, sku=line["sku"], quantity=str(int(float(line["quantity"])) + 6))
    page.wait_for_timeout(2500)
    quantity.press("Enter")
    theirs = int(float(line["quantity"])) + 6
    expect(page.get_by_text(f"Somebody changed this meanwhile: it is {theirs} now.")).to_be_visible()
    assert float(api.get(f"/orders/{order['id']}")["lines"][0]["quantity"]) == theirs
    quantity.press("Enter")
    expect(page.get_by_text(f"{line['sku']}: {theirs} is now {theirs + 6}.")).to_be_visible()


def test_a_term_that_somebody_else_changed_is_not_overwritten_unseen_nor_undone(page: Page, system: System) -> None:
    term = {"sku": "P0", "supplier": "ACME", "unit_cost": "5", "multiple": "6"}
    sign_in(page, system, "/replenishment?view=lines&q=P0")
    cell = page.get_by_role("textbox", name="MOQ of P0 at main")
    expect(cell).to_have_value("6")
    cell.fill("24")
    put(system, "/supply-terms", **term, moq="12")
    page.wait_for_timeout(2500)  # the live stream has told of theirs: what is typed stands on what it began on
    cell.press("Enter")
    expect(page.get_by_text("Somebody changed this meanwhile: it is 12 now.")).to_be_visible()
    kept = lambda: float(system.client().get("/supply-terms", sku="P0")["items"][0]["moq"])  # noqa: E731
    assert kept() == 12
    cell.press("Enter")
    expect(page.get_by_text("P0: MOQ 12 is now 24.", exact=False)).to_be_visible()
    put(system, "/supply-terms", **term, moq="18")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Not done: It was changed meanwhile", exact=False)).to_be_visible()
    assert kept() == 18


def test_who_overrides_a_kit_is_told_that_its_components_follow_and_sees_that_they_do(
    page: Page, system: System
) -> None:
    put(system, "/products/P2/components", valid_from="2026-01-01", components=[{"sku": "P1", "quantity": "2"}])
    system.run("train", "--data", str(system.data))
    api = system.client()
    before = api.get("/forecast/P1")["forecast"][1]["mean"]
    sign_in(page, system, "/products/P2")
    note = page.get_by_role("note")
    expect(note).to_contain_text("its components are expected and ordered for as many kits")
    plan = api.get("/forecast/P2")
    week = plan["forecast"][1]["week"]
    api.post("/overrides", {
        "sku": "P2", "first_week": week, "last_week": week, "kind": "formula", "value": "+10", "reason": "fair",
        "revision": plan["revision"],
    })  # fmt: skip
    note.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/products/P1"))
    expect(page.get_by_role("button", name="Save override")).to_be_visible()
    expect(page.get_by_role("note")).to_have_count(0)
    assert api.get("/forecast/P1")["forecast"][1]["mean"] == pytest.approx(before + 20, rel=1e-4)


def test_while_a_newer_run_is_decided_today_and_replenishment_say_of_which_orders_are_and_it_goes_by_itself(
    page: Page, system: System
) -> None:
    """As if another worker were at the decisions: the real one hears of a run whose decisions wait."""
    said = "What is to be ordered is still from the forecast of"
    before = system.client().get("/replenishment/summary")["run_id"]
    sign_in(page, system)
    expect(page.get_by_role("group", name="Which kinds")).to_be_visible()
    with closing(psycopg2.connect(system.database_url("catalog"))) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('decisions'), current_schema()::regnamespace::oid::int)")
        system.run("train", "--data", str(system.data))
        expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
        page.goto("/replenishment")
        expect(page.get_by_role("status").filter(has_text=said)).to_contain_text("to go")
        page.get_by_role("button", name="Propose").click()
        if (asked := page.get_by_role("button", name="Keep what was changed")).is_visible():
            expect(page.get_by_role("dialog").get_by_text(said)).to_be_visible()
            asked.click()
        expect(page.get_by_text("They are of the forecast of", exact=False)).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=said)).to_have_count(0)
    found = system.client().get("/replenishment/summary")
    assert found["newer_run"] is None and found["run_id"] != before
