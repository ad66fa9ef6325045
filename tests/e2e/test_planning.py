"""A planner's morning in a real browser: order what is proposed, know better than the model, put off what can wait."""

import csv
import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import AXE, PAGES, SAMPLE, SECONDS, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

# Every page and every part of one, and a product's.
PATHS = [
    f"{page['path']}?view={view}" if view else page["path"]
    for page in PAGES
    for view in ("", *list(page.get("views", ()))[1:])
] + ["/products/LAP001", "/imports?kind=products", "/imports?kind=stock"]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """Two forecast products: one that runs out, one of which there is far too much."""
    with System(dashboard=True) as running:
        running.run("import", str(SAMPLE), "--data", str(running.data))
        running.run("verify", "--data", str(running.data))
        api = running.client()
        api.post("/suppliers", {"code": "ACME", "name": "Acme Trading", "lead_days": "14", "lead_spread_days": "3"})
        skus = sorted({item["sku"] for item in api.items("/products")})
        for sku in skus:
            term = {"sku": sku, "supplier": "ACME", "unit_cost": "50", "moq": "12", "multiple": "6",
                    "supplier_sku": f"AC-{sku}"}  # fmt: skip
            api.request("PUT", "/supply-terms", json.dumps(term).encode(), {"Content-Type": "application/json"})
        counts = [{"sku": sku, "quantity": 1 if sku == "LAP001" else 5000} for sku in skus]
        api.post("/stock/counts", {"items": counts})
        running.run("train", "--as-of", "2023-02-12", "--data", str(running.data))
        yield running


def complaints_of(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(AXE.read_text())
    violations = page.evaluate("axe.run().then(result => result.violations)")
    return [f"{page.url} {item['id']}: {node['html'][:160]}" for item in violations for node in item["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_planning_page_passes_axe(page: Page, system: System, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('almanac-theme', '{theme}')")
    sign_in(page, system)
    found: list[str] = []
    for path in PATHS:
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        expect(page.locator("[aria-busy=true], .skeleton")).to_have_count(0, timeout=SECONDS)
        found += complaints_of(page)
    assert found == []


def test_a_planner_snoozes_what_can_wait_and_opens_it_again(page: Page, system: System) -> None:
    sign_in(page, system)
    entries = page.get_by_role("region", name="Needs attention")
    row = entries.get_by_role("row").filter(has_text="LAP001")
    expect(row.get_by_text("May run out").filter(visible=True)).to_be_visible()
    row.get_by_role("button", name=re.compile("^Actions for")).click()
    page.get_by_role("menuitem", name="Snooze for a week").click()
    expect(row).to_have_count(0)
    page.get_by_label("Which state").select_option("snoozed")
    row.get_by_role("button", name=re.compile("^Actions for")).click()
    page.get_by_role("menuitem", name="Open again").click()
    page.get_by_label("Which state").select_option("open")
    expect(row.get_by_text("May run out").filter(visible=True)).to_be_visible()


def test_a_planner_changes_a_proposal_in_whole_packs_and_approves_it(page: Page, system: System) -> None:
    sign_in(page, system, "/replenishment")
    page.get_by_role("button", name="Propose orders").click()
    page.get_by_role("button", name=re.compile(r"^Review \d+ line")).click()
    quantity = page.get_by_role("textbox", name="Quantity of LAP001")
    before = float(quantity.input_value().replace(",", ""))
    quantity.fill("7")
    expect(page.get_by_text("At least 12", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Approve"))).to_be_disabled()
    wanted = int(before) + 6
    quantity.fill(str(wanted))
    quantity.press("Enter")
    expect(page.get_by_text(re.compile(f"LAP001: .* is now {wanted}"))).to_be_visible()
    page.get_by_role("button", name="Why this quantity of LAP001").click()
    expect(page.get_by_role("heading", name=re.compile("Order up to, at"))).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name=re.compile("^Approve")).click()
    asked = page.get_by_role("dialog", name=re.compile("^Approve the order to"))
    expect(asked.get_by_text(re.compile(r"^\d+ lines? worth"))).to_be_visible()
    assert complaints_of(page) == []
    asked.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("button", name="Receive all that is open")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    written = list(csv.DictReader(download.value.path().read_text().splitlines()))
    (order,) = system.client().get("/orders", status="approved")["items"]
    assert {
        (line["order"], line["supplier"], line["supplier_name"], line["name"], line["supplier_sku"], line["currency"])
        for line in written
    } == {(str(order["number"]), "ACME", "Acme Trading", "Laptop", "AC-LAP001", "EUR")}
    assert [(float(line["pack"]), float(line["unit_cost"])) for line in written] == [(6, 50)]
    assert written[0]["wanted_by"] > order["approved_at"][:10]
    assert [(line["sku"], line["location"], float(line["quantity"])) for line in written] == [
        ("LAP001", "main", wanted)
    ]
    approved = system.client().get("/orders", status="approved")["items"]
    assert [float(line["quantity"]) for order in approved for line in order["lines"]] == [wanted]


def test_a_part_is_received_the_rest_stays_on_order_and_too_much_is_said(page: Page, system: System) -> None:
    ordered = float(system.client().get("/orders", status="approved")["items"][0]["lines"][0]["quantity"])
    sign_in(page, system, "/replenishment?view=orders")
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("button", name="Receive a part").click()
    came = page.get_by_role("textbox", name="Came of LAP001")
    expect(came).to_have_value(f"{ordered:g}")
    came.fill("5")
    expect(page.get_by_text(f"{ordered - 5:,.0f} stay on order")).to_be_visible()
    page.get_by_label("Delivery note").fill("DN-1")
    page.get_by_role("button", name="Receive", exact=True).click()
    lines = page.get_by_role("region", name="Lines")
    expect(lines.get_by_text(re.compile(r"\d open$"))).to_be_visible()
    expect(page.get_by_role("region", name="Receipts").get_by_text("DN-1")).to_be_visible()
    expect(page.get_by_role("button", name="The rest will not come")).to_be_visible()
    page.get_by_role("button", name="Receive a part").click()
    came.fill(f"{ordered - 5 + 2:g}")
    receive = page.get_by_role("button", name="Receive", exact=True)
    expect(receive).to_be_disabled()
    assert complaints_of(page) == []
    page.get_by_label(re.compile("^2 more than is open")).check()
    receive.click()
    expect(lines.get_by_text("2 over")).to_be_visible()
    expect(page.get_by_text("Received", exact=True).first).to_be_visible()
    assert system.client().get("/orders", status="approved")["items"] == []


def test_terms_are_edited_and_a_quicker_edit_of_somebody_else_is_shown(page: Page, system: System) -> None:
    sign_in(page, system, "/replenishment?view=suppliers")
    page.get_by_label("Filter terms").fill("LAP001")
    page.get_by_role("button", name="Edit the terms of LAP001").click()
    page.get_by_label("Service level in %").fill("98")
    theirs = {"sku": "LAP001", "supplier": "ACME", "unit_cost": "50", "moq": "24", "multiple": "6"}
    api = system.client()
    api.request("PUT", "/supply-terms", json.dumps(theirs).encode(), {"Content-Type": "application/json"})
    page.get_by_role("button", name="Save", exact=True).click()
    conflict = page.get_by_role("alert").filter(has_text="Somebody changed this")
    expect(conflict.get_by_text("Least order (MOQ): 12 → 24")).to_be_visible()
    expect(page.get_by_label("Service level in %")).to_have_value("98")
    assert complaints_of(page) == []
    conflict.get_by_role("button", name="Save mine on top of that").click()
    expect(page.get_by_text("Terms of LAP001 saved.")).to_be_visible()
    row = page.get_by_role("region", name="Terms").get_by_role("row").filter(has_text="LAP001")
    expect(row.get_by_text("98.0%")).to_be_visible()
    assert float(api.get("/supply-terms", sku="LAP001")["items"][0]["moq"]) == 24  # theirs is not lost
    page.get_by_role("button", name="Edit Acme Trading").click()
    page.get_by_label("Lead time in days").fill("21")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("region", name="Suppliers").get_by_text("21 days").first).to_be_visible()


def test_stock_is_held_and_sent_back_from_the_product_s_page(page: Page, system: System) -> None:
    sign_in(page, system, "/products/LAP001")
    page.get_by_role("button", name="Reserve", exact=True).click()
    page.get_by_label("Units of LAP001").fill("3")
    page.get_by_label("For (a customer's order)").fill("SO-7")
    assert complaints_of(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Reserve", exact=True).click()
    expect(page.get_by_text("3 of LAP001 held for SO-7.")).to_be_visible()
    page.get_by_role("button", name="Return", exact=True).click()
    page.get_by_label("Units of LAP001").fill("1")
    page.get_by_label("Reason").last.fill("Cracked")
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_text("1 of LAP001 went back to ACME.")).to_be_visible()
    page.goto("/replenishment?view=held")
    expect(page.get_by_role("region", name="Returns to suppliers").get_by_text("ACME: Cracked")).to_be_visible()
    page.get_by_role("button", name="Release SO-7").click()
    page.get_by_role("dialog").get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_text("Nothing is held", exact=True)).to_be_visible()


def test_a_viewer_reads_suppliers_and_stock_and_finds_nothing_to_change(page: Page, system: System) -> None:
    api, password = system.administrator(), "quite-a-long-pass-phrase-7"
    made = api.post("/auth/register", {"username": "reader", "password": password})
    api.post(f"/users/{made['id']}/approve", {})
    page.goto("/replenishment?view=suppliers")
    page.get_by_label("User name").fill("reader")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("region", name="Terms").get_by_text("LAP001", exact=False)).to_be_visible(timeout=SECONDS)
    writing = re.compile("^(Edit|New supplier|Reserve|Release|Return to|Return$|Add terms)")
    for path in ("/replenishment?view=suppliers", "/replenishment?view=held", "/products/LAP001"):
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        expect(page.locator("[aria-busy=true], .skeleton")).to_have_count(0, timeout=SECONDS)
        expect(page.get_by_role("button", name=writing)).to_have_count(0)


def test_a_barcode_is_typed_on_the_product_s_page_and_found_by(page: Page, system: System) -> None:
    sign_in(page, system, "/products/LAP001")
    before = system.client().get("/products/LAP001")
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.get_by_label("Barcode").fill("4006381333931")
    assert complaints_of(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("4006381333931")).to_be_visible()
    after = system.client().get("/products/LAP001")
    changing = {"barcode", "revision", "updated_at"}
    assert {name: after[name] for name in after if name not in changing} == {
        name: before[name] for name in before if name not in changing
    }
    assert [item["sku"] for item in system.client().get("/products", q="4006381333931")["items"]] == ["LAP001"]


def test_an_override_is_shown_before_it_is_saved_and_stands_in_the_chart(page: Page, system: System) -> None:
    sign_in(page, system, "/products/LAP001")
    page.get_by_label("Change in %").fill("50")
    page.get_by_label("Reason").fill("A school orders in March")
    expect(page.get_by_text(re.compile("over 4 weeks of forecast"))).to_be_visible()
    page.get_by_role("button", name="Save override").click()
    changes = page.get_by_role("region", name="Changes of the plan")
    expect(changes.get_by_text("A school orders in March")).to_be_visible()
    expect(page.get_by_text("Model alone")).to_be_visible()
    chart = page.get_by_role("img", name=re.compile("Weekly demand of"))
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile("overridden, the model alone expects"))).to_be_attached()
    changes.get_by_role("button", name=re.compile("^Undo")).click()
    asked = page.get_by_role("dialog", name=re.compile("^Undo"))
    expect(asked.get_by_text(re.compile(r"\d units become what they are without it"))).to_be_visible()
    asked.get_by_role("button", name="Undo the override").click()
    expect(changes.get_by_text(re.compile("^Undone by"))).to_be_visible()
    expect(page.get_by_text("Model alone")).to_have_count(0)


def test_two_people_at_once_lose_nothing(page: Page, system: System) -> None:
    sign_in(page, system, "/products/LAP001")
    page.get_by_label("Change in %").fill("10")
    page.get_by_label("Reason").fill("Mine, typed first")
    expect(page.get_by_text(re.compile("over 4 weeks of forecast"))).to_be_visible()
    api = system.client()
    plan = api.get("/forecast/LAP001")
    api.post("/overrides", {
        "sku": "LAP001", "first_week": plan["forecast"][6]["week"], "kind": "units", "value": "33",
        "reason": "Theirs, saved first", "revision": plan["revision"],
    })  # fmt: skip
    page.get_by_role("button", name="Save override").click()
    conflict = page.get_by_role("alert").filter(has_text="Somebody changed this plan")
    expect(conflict.get_by_text("Theirs, saved first")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("Mine, typed first")
    conflict.get_by_role("button", name="Save mine on top of that").click()
    changes = page.get_by_role("region", name="Changes of the plan")
    expect(changes.get_by_text("Mine, typed first")).to_be_visible()
    expect(changes.get_by_text("Theirs, saved first")).to_be_visible()
