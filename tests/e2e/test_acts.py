"""What asks before it is done: in numbers, with the focus where Enter harms nothing, once however often it is pressed,
left as it was by Escape, and still there to be tried again when the server fails."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from infra.launcher import processes
from infra.launcher.client import ApiError, Client
from infra.launcher.local import System
from tests.e2e.acts import ACTS, Act, Made
from tests.e2e.acts_beside import BESIDE
from tests.e2e.dashboard import SECONDS, shop_of, sign_in
from tests.e2e.sent import Sent, open_to, opener
from tests.e2e.test_first_day import sales
from tests.e2e.test_kept import put
from tests.postbox import Postbox, listening, plain
from tests.unreadable import submit_unreadable

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
SUPPLIERS = 8


PUBLIC = "https://almanac.shop.example"


@pytest.fixture(scope="module")
def box() -> Iterator[Postbox]:
    """A mail server, to which the system that is started then sends its digest."""
    with listening() as (found, url), pytest.MonkeyPatch.context() as said:
        given = {"SMTP_URL": url, "MAIL_FROM": "almanac@shop.example", "DIGEST_TO": "ann@shop.example",
                 "PUBLIC_URL": PUBLIC}  # fmt: skip
        for name, value in given.items():
            said.setenv(f"ALMANAC_{name}", value)
        yield found


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, box: Postbox) -> Iterator[System]:
    """Products that are short, each of a supplier of its own, and two runs of which the newer is live."""
    with shop_of(tmp_path_factory.mktemp("acts"), sales(SUPPLIERS)) as running:
        api = running.client()
        api.post("/products", {"sku": "ONCE", "name": "Sold once", "price": "9"})
        for number in range(SUPPLIERS):
            code = f"S{number}"
            api.post("/suppliers", {"code": code, "name": f"Supplier {number}", "lead_days": "14"})
            put(running, "/supply-terms", sku=f"P{number}", supplier=code, unit_cost="5", moq="6", multiple="6")
        counts = [{"sku": f"P{number}", "quantity": 5} for number in range(SUPPLIERS)]
        api.post("/stock/counts", {"items": counts})
        for _ in range(2):
            running.run("train", "--data", str(running.data))
        yield running


@pytest.fixture(scope="module")
def desk(browser: Browser, system: System) -> Iterator[Page]:
    """Somebody who has signed in once for all of it."""
    context = browser.new_context(base_url=system.url, reduced_motion="reduce", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(SECONDS)
    page = context.new_page()
    sign_in(page, system)
    yield page
    context.close()


def take_back(page: Page, made: Made, before: object) -> None:
    page.get_by_role("button", name="Undo", exact=True).click()
    processes.wait_until(lambda: made.stands() == before, 30, "Taking it back")


def leave(page: Page, act: Act, asked: Locator) -> None:
    """The way out has the focus; Enter in a field and Escape do nothing else."""
    safe = asked.get_by_label(act.safe, exact=True).or_(asked.get_by_role("button", name=act.safe, exact=True)).first
    expect(safe).to_be_focused()
    if act.safe.startswith(("Why", "Reason", "Sold")):  # a field
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(asked).to_have_count(0)


@pytest.mark.parametrize("what", ACTS | BESIDE)
def test_an_act_asks_in_numbers_and_is_done_once_and_only_by_its_button(
    desk: Page, system: System, request: pytest.FixtureRequest, what: str
) -> None:
    act, page = (ACTS | BESIDE)[what], desk
    made = act.make(system)
    request.addfinalizer(made.after)
    page.goto(made.address)
    button = opener(page, made.button)
    expect(button).to_be_enabled()
    before, sent = made.stands(), Sent(page, act)
    for search in page.locator("#main").get_by_role("searchbox").all():
        search.press("Enter")
    asked = page.get_by_role("dialog", name=re.compile(f"^{re.escape(act.title)}"))
    button.dblclick()
    open_to(act, asked, sent)
    expect(asked.get_by_text(re.compile(act.says)).first).to_be_visible()
    does = asked.get_by_role("button", name=act.does, exact=True)
    leave(page, act, asked)
    assert (sent.times, made.stands()) == (0, before), "asking does nothing"
    button.click()
    open_to(act, asked, sent)
    for label, text in act.typed.items():
        asked.get_by_label(label, exact=True).fill(text)
        asked.get_by_label(label, exact=True).press("Enter")
    assert sent.times == 0, "Enter in a field does nothing"
    sent.refuse()
    does.click()
    expect(asked.get_by_role("alert").filter(has_text="The disk is full.")).to_be_visible()
    expect(does).to_be_enabled()
    sent.answer()
    assert (sent.times, made.stands()) == (1, before), "what failed is not done"
    does.dblclick()
    expect(asked).to_have_count(0)
    processes.wait_until(lambda: made.stands() != before, 30, what)
    page.wait_for_timeout(300)
    assert sent.times == 2, "pressed twice, it is done once"
    sent.end()
    if act.undo:
        take_back(page, made, before)


def numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def test_why_a_quantity_is_what_it_is_adds_up_after_a_budget_cut_and_after_a_persons_edit(
    desk: Page, system: System
) -> None:
    api, page = system.client(), desk
    whole = sum(float(order["total"]) for order in api.post("/orders", {"keep_edits": False}))
    orders = api.post("/orders", {"keep_edits": False, "budget": str(round(whole / 2))})
    lines = [(order["id"], line) for order in orders for line in order["lines"]]
    order_id, line = next((of, line) for of, line in lines if 0 < float(line["proposed"]) < float(line["needed"]))
    needed, left = float(line["needed"]), float(line["proposed"])
    page.goto(f"/replenishment?order={order_id}")
    for said in (left, left + 12):
        quantity = page.get_by_role("textbox", name=f"Quantity of {line['sku']}")
        if said != left:
            quantity.fill(f"{said:g}")
            quantity.press("Enter")
            expect(page.get_by_text(re.compile(rf"^{line['sku']}: .* is now {said:g}\."))).to_be_visible()
        page.get_by_role("button", name=f"Why this quantity of {line['sku']}").click()
        why = page.get_by_role("dialog", name="Why this quantity")
        step = lambda name: why.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))  # noqa: E731, B023
        position = numbers(step("4. What there is").inner_text())
        assert position[1] == position[2] + position[3] - position[4], "what there is"
        up_to, there, need = numbers(step("5. Wanted now").inner_text())[2:5]
        assert need == pytest.approx(up_to - there), "what is needed"
        chain = [numbers(each.inner_text())[-1] for each in step("6. In this order").get_by_role("listitem").all()]
        assert chain[: 2 + (said != left)] == [needed, left, *([said] if said != left else [])]
        assert numbers(step("6. In this order").inner_text())[1] == said == float(quantity.input_value())
        page.keyboard.press("Escape")


def test_a_key_is_shown_once_copied_used_and_refused_once_it_is_revoked(desk: Page, system: System) -> None:
    page = desk
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/admin?view=keys")
    page.get_by_role("button", name="New key").click()
    form = page.get_by_role("dialog", name="New API key")
    expect(form.get_by_label("Name", exact=True)).to_be_focused()
    form.get_by_label("Name", exact=True).fill("till 3")
    form.get_by_label("Source (optional)").fill("till-3")
    form.get_by_role("button", name="Make the key").click()
    shown = page.get_by_role("dialog", name="The new key")
    secret = shown.locator("code").inner_text()
    shown.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    shown.get_by_role("button", name="Done").click()
    row = page.get_by_role("grid", name="API keys").get_by_role("row").filter(has_text="till 3")
    expect(row.get_by_text("sales:write")).to_be_visible()
    page.reload()
    expect(row).to_be_visible()
    assert secret not in page.content()
    sent = Client(system.url, secret).post("/sales", {"sku": "ONCE", "quantity": "1"})
    assert sent["status"] == "recorded"
    page.reload()
    row.get_by_role("button", name="Revoke till 3").click()
    asked = page.get_by_role("dialog", name="Revoke till 3")
    expect(asked.get_by_text(re.compile("it was last used"))).to_be_visible()
    asked.get_by_role("button", name="Revoke", exact=True).click()
    expect(row.get_by_text("Revoked", exact=True)).to_be_visible()  # the dialog in the row says "a revoked key"
    with pytest.raises(ApiError) as refused:
        Client(system.url, secret).post("/sales", {"sku": "ONCE", "quantity": "1"})
    assert refused.value.status == 401


def test_an_event_that_failed_is_mended_on_the_screen_and_then_applied(desk: Page, system: System) -> None:
    api, page = system.client(), desk
    submit_unreadable(system.kafka, "five")
    page.goto("/pipeline")
    group = page.get_by_role("grid", name="Dead letters").get_by_role("row").nth(1)
    group.get_by_role("button", name="Open").click(timeout=60_000)
    letters = page.get_by_role("dialog", name="Events that failed in sales")
    one = letters.get_by_role("grid", name="Events that failed").get_by_role("row").filter(has_text="five").first
    one.get_by_role("button", name=re.compile("^Mend event")).click()
    form = page.get_by_role("dialog", name=re.compile("^Mend event"))
    value = form.get_by_label("What it should hold")
    expect(value).to_be_focused()
    value.fill("five")
    form.get_by_role("button", name="Mend", exact=True).click()
    expect(value).to_have_attribute("aria-invalid", "true")
    sold = datetime.now(UTC) - timedelta(days=1)
    value.fill(json.dumps({"sku": "ONCE", "quantity": "5", "unit_price": "9", "sold_at": sold.isoformat()}))
    form.get_by_role("button", name="Mend", exact=True).click()
    expect(page.get_by_text("Mended. Redrive it to have it applied.")).to_be_visible()
    mended = letters.get_by_role("row").filter(has_text="Mended by")
    mended.get_by_role("button", name=re.compile("^Redrive event")).click()
    asked = page.get_by_role("dialog", name="Redrive events")
    expect(asked.get_by_text("1 event will be put back on sale-submitted and applied again.")).to_be_visible()
    asked.get_by_role("button", name="Redrive", exact=True).click()
    expect(mended).to_have_count(0)
    five = lambda: any(float(item["quantity"]) == 5 for item in api.get("/sales", sku="ONCE")["items"])  # noqa: E731
    processes.wait_until(five, 60, "The mended sale")


def test_the_digest_is_sent_from_the_settings_with_the_screens_numbers_and_links_that_lead_somewhere(
    desk: Page, system: System, box: Postbox
) -> None:
    page, before = desk, len(box.letters)
    page.goto("/admin?view=settings")
    page.get_by_text("What it would say now").click()
    page.get_by_role("button", name="Send it now").click()
    asked = page.get_by_role("dialog", name="Send the digest now?")
    expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    asked.get_by_role("button", name="Send to 1 reader").click()
    expect(page.get_by_text("Sent to 1 reader.")).to_be_visible()
    letter = box.letters[-1]
    assert len(box.letters) > before and letter["To"] == "ann@shop.example"
    needs = system.client().get("/replenishment/summary")
    assert needs["due"] > 0
    assert re.search(rf"\b{needs['due']} lines? to order", letter["Subject"])
    expect(page.get_by_text(letter["Subject"])).to_be_visible()
    links = set(re.findall(rf"{PUBLIC}(\S*)", plain(letter)))
    assert "/replenishment" in links
    for link in links:
        page.goto(link)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("There is no such page")).to_have_count(0)


def test_a_role_that_another_administrator_changed_meanwhile_is_told_before_it_is_changed_again(
    desk: Page, system: System
) -> None:
    page, api = desk, system.administrator()
    made = api.post("/users", {"username": "hopper", "role": "planner"})
    page.goto("/admin")
    page.get_by_label("Role of hopper").select_option("viewer")
    asked = page.get_by_role("dialog", name="Role of hopper")
    expect(asked.get_by_text("Planner: changes plans, orders and the catalog")).to_be_visible()
    expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    body = json.dumps({"role": "operator"}).encode()
    api.request("PATCH", f"/users/{made['id']}", body, {"Content-Type": "application/json"})
    # The list knows by now; what was asked, was asked of a planner.
    expect(page.locator("select[aria-label='Role of hopper']")).to_have_value("operator")
    does = asked.get_by_role("button", name="Make them viewer")
    does.click()
    expect(asked.get_by_role("alert")).to_have_text("hopper was changed meanwhile: operator, active now.")
    expect(asked.get_by_text("Operator: settles failures")).to_be_visible()
    role = lambda: next(one["role"] for one in api.get("/users")["items"] if one["id"] == made["id"])  # noqa: E731
    assert role() == "operator"
    does.click()
    expect(page.get_by_text("hopper is an active viewer.")).to_be_visible()
    assert role() == "viewer"


def test_why_a_run_was_made_live_stands_in_the_list_of_runs_and_in_the_trail(desk: Page, system: System) -> None:
    runs, why, page = system.client().get("/forecast/runs")["items"], "Compared over four weeks", desk
    spare = next(run for run in runs if not run["live"] and run["series"] > 0)
    page.goto("/training")
    page.get_by_role("button", name=f"Make live: run {spare['version']}", exact=True).click()
    page.get_by_role("dialog").get_by_label("Why").fill(why)
    page.get_by_role("dialog").get_by_role("button", name="Make live").click()
    expect(page.get_by_role("grid", name="Runs").get_by_text(f"“{why}”")).to_be_visible()
    page.goto("/admin?view=audit")
    expect(page.get_by_role("grid", name="Audit trail").get_by_role("row").filter(has_text=why)).to_have_count(1)
