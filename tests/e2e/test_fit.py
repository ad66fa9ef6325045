"""Nothing is cut, laid over or pushed sideways: every page, on a phone, a tablet and a desk, in each language, with
names and numbers of any length and script. What people come for is three clicks away, and no word goes unexplained."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.launcher.local import System
from infra.launcher.paths import ROOT
from infra.launcher.processes import wait_until
from tests.e2e.answers import Answers
from tests.e2e.dashboard import ADDRESSES, shop_of, sign_in
from tests.e2e.test_typing import sales

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
WIDTHS = (390, 768, 1280)
LONG = "Kerzenständerverlängerungsstückverpackungseinheit" * 4
NAMES = {"P0": LONG, "P1": "נר ריחני עם ידית וכיסוי לשולחן החג", "P2": "شمعة معطرة كبيرة مع حامل 🕯️🎁👩‍👩‍👧"}
COUNTED = 999_999_999  # at 500 each, money of twelve digits

# As the screens have it of docs/glossary.md.
GLOSSARY: dict[str, str] = dict(
    re.findall(r'^  "(.+?)": "(.+)",$', (ROOT / "frontend/src/lib/glossary.gen.ts").read_text(), re.MULTILINE)
)

# Words of a page's controls and heads: what is wider than its own box, or than an ancestor that clips, is cut. What may
# be scrolled, and what is meant for ears alone, is not.
CUT = """() => {
  const faults = []
  const heads = 'button, label, h1, h2, h3, th, [role=tab], [role=radio], dt, summary'
  for (const each of document.querySelectorAll(heads)) {
    if (!each.checkVisibility() || each.closest('.sr-only, [aria-hidden=true]') || !each.innerText?.trim()) continue
    const box = each.getBoundingClientRect()
    if (box.width < 2 || box.right < 0 || box.left > innerWidth) continue
    const told = `${each.tagName.toLowerCase()} "${each.innerText.trim().slice(0, 40)}"`
    const ellipsis = getComputedStyle(each).textOverflow === 'ellipsis'
    if (each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1 && !ellipsis)
      faults.push(`${told} is wider than its box`)
    for (let around = each.parentElement; around; around = around.parentElement) {
      const {overflowX} = getComputedStyle(around)
      if (overflowX === 'auto' || overflowX === 'scroll') break
      if (overflowX === 'visible') continue
      const clip = around.getBoundingClientRect()
      if (box.right > clip.right + 1 || box.left < clip.left - 1) { faults.push(`${told} is cut`); break }
    }
  }
  for (const [of, wide] of [['page', document.documentElement], ['part', document.querySelector('#main')]]) {
    const more = wide.scrollWidth - wide.clientWidth
    if (more > 0) faults.push(`the ${of} is ${more} px too wide`)
  }
  // What is scrolled out of a box's sight lies over nothing.
  const inSight = one => {
    let {left, top, right, bottom} = one.getBoundingClientRect()
    for (let around = one.parentElement; around; around = around.parentElement) {
      if (getComputedStyle(around).overflowY === 'visible') continue
      const clip = around.getBoundingClientRect()
      ;[left, top] = [Math.max(left, clip.left), Math.max(top, clip.top)]
      ;[right, bottom] = [Math.min(right, clip.right), Math.min(bottom, clip.bottom)]
    }
    return {left, top, right, bottom}
  }
  const seen = one => one.checkVisibility() && one.innerText?.trim() && !one.closest('thead, .sticky')
  const acts = [...document.querySelectorAll('#main button, #main a[href]')].filter(seen)
  const boxes = acts.map(inSight)
  for (let a = 0; a < acts.length; a++) for (let b = a + 1; b < acts.length; b++) {
    if (acts[a].contains(acts[b]) || acts[b].contains(acts[a])) continue
    const across = Math.min(boxes[a].right, boxes[b].right) - Math.max(boxes[a].left, boxes[b].left)
    const down = Math.min(boxes[a].bottom, boxes[b].bottom) - Math.max(boxes[a].top, boxes[b].top)
    const [one, other] = [acts[a], acts[b]].map(act => act.innerText.slice(0, 30))
    if (across > 3 && down > 3) faults.push(`"${one}" lies over "${other}"`)
  }
  return [...new Set(faults)]
}"""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with shop_of(tmp_path_factory.mktemp("fit"), sales()) as running:
        api = running.client()
        api.post("/suppliers", {"code": "ACME", "name": LONG, "lead_days": "14", "lead_spread_days": "3"})
        as_json = {"Content-Type": "application/json"}
        for sku, name in NAMES.items():
            body = json.dumps({"name": name, "category": LONG[:90]}).encode()
            api.request("PATCH", f"/products/{sku}", body, as_json)
            term = {"sku": sku, "supplier": "ACME", "unit_cost": "500", "moq": "6", "multiple": "6"}
            api.request("PUT", "/supply-terms", json.dumps(term).encode(), as_json)
        api.post("/stock/counts", {"items": [{"sku": "P0", "quantity": COUNTED}, {"sku": "P1", "quantity": 0}]})
        api.post("/stock/counts", {"items": [{"sku": "P2", "quantity": 3}]})
        ahead = str(datetime.now(UTC).date() + timedelta(days=3))
        api.post("/promotions", {"name": LONG, "skus": ["P1"], "starts": ahead, "ends": ahead})
        running.run("train", "--data", str(running.data))
        wait_until(lambda: bool(api.get("/replenishment")["items"]), 120, "the decisions")
        api.post("/orders", {})
        yield running


@pytest.mark.parametrize("language", ["de", "fr", "en"])
def test_no_word_is_cut_and_nothing_moves_sideways_at_any_width(page: Page, system: System, language: str) -> None:
    sign_in(page, system)
    page.evaluate(f"localStorage.setItem('almanac-language', '\"{language}\"')")
    order = system.client().get("/orders", status="proposed")["items"][0]["id"]
    found: list[str] = []
    more = [*(f"/products/{sku}" for sku in NAMES), f"/replenishment?order={order}"]
    for path in [*(address for address, _ in ADDRESSES), *more]:
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(150)
            found += [f"{path} at {width}: {fault}" for fault in page.evaluate(CUT)]
    assert found == []


class Clicks:
    """Counts what is pressed; typing into what has the focus is no click."""

    def __init__(self, page: Page) -> None:
        self._page, self.made = page, 0

    def link(self, name: str) -> None:
        self._page.get_by_role("link", name=name, exact=True).first.click()
        self.made += 1

    def button(self, name: str | re.Pattern[str]) -> None:
        self._page.get_by_role("button", name=name).first.click()
        self.made += 1


def test_what_to_order_this_week_is_three_clicks_away(page: Page, system: System) -> None:
    sign_in(page, system)
    clicks = Clicks(page)
    clicks.link("Replenishment")
    clicks.button(re.compile("^Review "))
    expect(page.get_by_role("textbox", name=re.compile("^Quantity of"))).not_to_have_count(0)
    assert clicks.made <= 3


def test_one_forecast_is_understood_within_three_clicks(page: Page, system: System) -> None:
    sign_in(page, system)
    clicks = Clicks(page)
    clicks.link("Products")
    page.get_by_role("row").filter(has_text=NAMES["P1"]).first.click()
    clicks.made += 1
    why = page.get_by_role("table", name=re.compile("^What adds up to"))
    expect(why).to_be_visible()
    expect(page.get_by_text(re.compile(r"expected: .* as usual"))).to_be_visible()
    assert clicks.made <= 3


def test_a_promotion_is_entered_and_what_it_does_is_seen_within_three_clicks(page: Page, system: System) -> None:
    sign_in(page, system)
    clicks = Clicks(page)
    clicks.link("Promotions & events")
    clicks.button("New promotion")
    form = page.get_by_role("dialog", name="New promotion")
    ahead = datetime.now(UTC).date() + timedelta(days=10)
    page.keyboard.type("Three clicks")  # the first field has the focus
    form.get_by_label("First day").fill(str(ahead))
    form.get_by_label("Last day").fill(str(ahead + timedelta(days=6)))
    clicks.button("Plan it")
    opened = page.get_by_role("dialog", name="Three clicks")
    expect(opened.get_by_text("Planned lift", exact=False).first).to_be_visible()
    assert clicks.made <= 3


def explained(page: Page, word: str, meaning: str) -> Locator:
    return page.get_by_role("tooltip").filter(has_text=f"{word[0].upper()}{word[1:]}: {meaning}.")


def test_every_word_of_the_glossary_is_explained_to_the_mouse_and_to_the_keyboard(page: Page, system: System) -> None:
    """On every page that has such a word: pointed at, and with the focus, until Escape."""
    sign_in(page, system)
    answers = Answers(page)
    seen: dict[str, set[str]] = {}
    for address in [*(address for address, _ in ADDRESSES), "/products/P1", "/products/P2"]:
        answers.begin()
        page.goto(address)
        answers.settle()
        words = page.locator("#main [data-term]:visible")
        for word in dict.fromkeys(words.evaluate_all("found => found.map(one => one.dataset.term)")):
            place = page.locator(f"#main [data-term='{word}']:visible").first
            told = explained(page, word, GLOSSARY[word])
            place.hover()
            expect(told).to_be_visible()
            page.mouse.move(1, 1)
            expect(told).to_have_count(0)
            place.focus()
            expect(told).to_be_visible()
            expect(place).to_have_accessible_description(re.compile(re.escape(GLOSSARY[word])))
            page.keyboard.press("Escape")
            expect(told).to_have_count(0)
            expect(place).to_be_focused()
            seen.setdefault(word, set()).add(address)
    assert len(seen) >= 10, seen
    assert {"WAPE", "bias", "coverage", "cover", "service level", "safety stock", "excess"} <= seen.keys()
