"""A phone has all that a desk has: of every table, each fact and each act of a row, in a column or where the row
opens."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.launcher.local import System
from tests.e2e.acts import ACTS
from tests.e2e.answers import Answers
from tests.e2e.dashboard import ADDRESSES, SECONDS, shop_of, sign_in
from tests.e2e.test_first_day import sales
from tests.e2e.test_kept import put

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MADE = ("void a sale", "dismiss a code", "undo an import", "revoke a key", "disable a user", "undo an override",
        "put weeks back", "release what is held", "discard dead letters", "archive a product")  # fmt: skip
DIALOGS = (
    ("/catalog?view=stock", "Movements of P0"),
    ("/pipeline", "Open"),
    ("/replenishment?order={open}", "Receive a part"),
)

# Of each table in sight, what its first row says, cell by cell, and what can be done with it.
FIRST_ROWS = """within => Object.fromEntries([...document.querySelectorAll(`${within} [role=grid]`)].map(grid => {
  const row = grid.querySelector('tr[data-place]')
  const inRow = [...(row?.closest('tbody').querySelectorAll('td') ?? [])]
  const text = cell => cell.innerText.replaceAll(/\\s+/g, '')
  const named = act => (act.ariaLabel ?? act.innerText).trim()
  const acts = inRow.flatMap(cell => [...cell.querySelectorAll('button:not([aria-expanded]), a, select, input')])
  return [grid.ariaLabel, {
    cells: inRow.map(text).filter(Boolean),
    acts: acts.filter(act => act.checkVisibility()).map(named).filter(Boolean),
  }]
}))"""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A shop in which every table has a row."""
    with shop_of(tmp_path_factory.mktemp("narrow"), sales(8)) as running:
        api = running.client()
        api.post("/products", {"sku": "ONCE", "name": "Sold once", "price": "9"})
        for number in range(3):
            api.post("/suppliers", {"code": f"S{number}", "name": f"Supplier {number}", "lead_days": "14"})
            put(running, "/supply-terms", sku=f"P{number}", supplier=f"S{number}", unit_cost="5")
        api.post("/stock/counts", {"items": [{"sku": f"P{number}", "quantity": 5} for number in range(8)]})
        for _ in range(2):
            running.run("train", "--data", str(running.data))
        for each in MADE:
            ACTS[each].make(running)
        yield running


def _lacking(page: Page, within: str) -> tuple[set[str], list[str]]:
    """The tables within a part of the page, and what of their first rows a phone lacks once they are opened there."""
    page.set_viewport_size(DESK)
    page.wait_for_timeout(200)
    desk = page.evaluate(FIRST_ROWS, within)
    page.set_viewport_size(PHONE)
    found: list[str] = []
    for _ in range(20):
        page.wait_for_timeout(100)  # a table is drawn anew when the screen is another
        for grid in page.locator(within).get_by_role("grid").all():
            more = grid.locator("tr[data-place]").first.locator("button[aria-expanded=false]").first
            if more.count():
                more.click()
        found = _missed(desk, page.evaluate(FIRST_ROWS, within))
        if not found:
            break
    return set(desk), found


def _missed(desk: dict[str, Any], phone: dict[str, Any]) -> list[str]:
    found = []
    for table, row in desk.items():
        said = "".join(phone[table]["cells"])
        found += [f"{table}: {cell}" for cell in row["cells"] if cell not in said]
        found += [f"{table}: {act}" for act in row["acts"] if act not in phone[table]["acts"]]
    return found


def test_every_fact_and_act_of_a_row_is_reached_on_a_phone(page: Page, system: System) -> None:
    orders = system.client().post("/orders", {"keep_edits": False})
    opened = orders[0]["id"]
    system.client().post(f"/orders/{opened}/approve")
    page.set_viewport_size(DESK)
    answers = Answers(page)
    sign_in(page, system)
    lacking, walked = [], set()
    places = [*(address for address, _ in ADDRESSES), "/products/P6", "/products/P7", "/sales?sku=ONCE",
              f"/replenishment?order={orders[1]['id']}"]  # fmt: skip
    for address, button in [*((place, "") for place in places), *DIALOGS]:
        answers.begin()
        page.set_viewport_size(DESK)
        page.goto(address.format(open=opened))
        answers.settle()
        if button:
            page.locator("#main").get_by_role("button", name=button).first.click()
            expect(page.get_by_role("dialog").get_by_role("grid")).to_be_visible(timeout=SECONDS)
        tables, missed = _lacking(page, "dialog[open]" if button else "#main")
        walked |= tables
        lacking += [f"{address} {button}: {what}" for what in missed]
    assert len(walked) >= 25, walked
    assert lacking == [], "\n".join(lacking)


def test_a_role_is_changed_on_a_phone(page: Page, system: System) -> None:
    sign_in(page, system, "/admin")
    page.set_viewport_size(PHONE)
    users = page.get_by_role("grid", name="Users")
    users.get_by_role("button", name="More of grete").click()
    users.get_by_label("Role of grete").select_option("viewer")
    asked = page.get_by_role("dialog", name="Role of grete")
    asked.get_by_role("button", name="Make them viewer").click()
    expect(asked).to_have_count(0)
    expect(users.get_by_label("Role of grete")).to_have_value("viewer")
