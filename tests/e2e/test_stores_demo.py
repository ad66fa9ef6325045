"""`up --demo=stores` in small: it comes up with all that was planted, and says on every screen that it is generated."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from infra.demo import stores
from infra.demo.stores import GeneratedShops
from infra.launcher.client import administrator
from infra.launcher.local import System
from infra.launcher.stores import SMALL
from tests.e2e.answers import Answers, read_off
from tests.e2e.dashboard import ADDRESSES, AXE, PAGES, narrow, open_view, save_view, sign_in
from tests.e2e.numbers import off_by_one, picked
from tests.e2e.said import outside

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System("--demo=small-stores", dashboard=True) as running:
        yield running


@pytest.fixture(scope="module")
def world(system: System) -> GeneratedShops:
    """The shops until the week that the system was made with."""
    newest = date.fromisoformat(system.client().get("/status")["last_week"])
    return stores.build(newest + timedelta(days=6), SMALL)


def test_every_unit_that_was_generated_was_recorded_and_what_was_planted_is_known(
    system: System, world: GeneratedShops
) -> None:
    client = system.client()
    totals = client.get("/sales/totals")
    assert float(totals["units"]) == world.units.sum() and totals["rejected"] == totals["quarantined"] == 0
    assert {each["name"] for each in client.items("/promotions")} == {lift.name for lift in world.truth.promotions}
    assert len(list(client.items("/events"))) == len(world.truth.holidays)
    assert list(client.items("/stock", negative="true")) == []
    assert {each["category"] for each in client.items("/categories")} == {
        article.group.category for article in world.articles
    }
    assert client.get("/forecast/summary", limit=1)["items"], "there are no forecasts"


def test_a_planted_shortage_is_seen_as_weeks_out_of_stock(system: System, world: GeneratedShops) -> None:
    shortage = max(world.truth.shortages, key=lambda each: (each.last < world.last, each.last - each.first))
    told = system.client().get(f"/forecast/{shortage.sku}", location=shortage.shop)
    lacking = {week["week"] for week in told["history"] if week["in_stock"] < 1}
    assert (shortage.first - timedelta(days=shortage.first.weekday())).isoformat() in lacking


def test_what_lies_too_much_in_one_shop_is_to_be_moved_before_it_is_bought_for_another(
    page: Page, system: System
) -> None:
    client = system.client()
    wanted_at = {
        (each["sku"], each["location"]) for each in client.items("/replenishment") if float(each["quantity"]) >= 1
    }
    kept = [(each["sku"], each["location"]) for each in client.items("/stock")]
    sku, other = next((sku, place) for sku, place in kept if any(
        wanted == sku and at != place for wanted, at in wanted_at))  # fmt: skip
    client.post("/stock/counts", {"items": [{"sku": sku, "location": other, "quantity": "1000"}]})
    deadline = time.monotonic() + 60
    while not (moves := client.get("/replenishment/transfers")["items"]) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert moves, "nothing of what lies too much in one shop is to be moved to where it is wanted"
    wanted = {(each["sku"], each["location"]): each for each in client.items("/replenishment")}
    for move in moves:
        assert 1 <= move["quantity"] <= wanted[move["sku"], move["to_location"]]["quantity"]
        assert move["quantity"] <= wanted[move["sku"], move["from_location"]]["excess"]
    sign_in(page, system, "/replenishment")
    rows = page.get_by_role("grid", name="Transfers").get_by_role("row")
    first = rows.filter(has_text=moves[0]["name"]).first
    expect(first).to_contain_text(f"from {moves[0]['from_location']} to {moves[0]['to_location']}")


def test_every_screen_says_that_what_it_shows_is_generated(page: Page, system: System) -> None:
    sign_in(page, system)
    for each in PAGES:
        page.goto(each["path"])
        expect(page.get_by_role("note").filter(has_text="these shops do not exist")).to_be_visible()


def shows(page: Page, one: str, many: int) -> None:
    """The list says that it has so many, and that this is all."""
    word = one if many == 1 else {"entry": "entries"}.get(one, f"{one}s")
    expect(page.get_by_role("status").get_by_text(f"{many} {word}", exact=True)).to_be_visible()


def test_products_are_narrowed_by_supplier_and_class_over_all_of_them_and_so_is_the_file(
    page: Page, system: System
) -> None:
    client = system.client()
    asked: dict[str, str] = {"supplier": client.get("/suppliers")["items"][0]["code"]}
    of_supplier = client.get("/series", **asked)["items"]
    classes = Counter(
        item["segment"] for item in client.items("/segments")
        if {"sku": item["sku"], "location": item["location"]} in of_supplier
    )  # fmt: skip
    asked["segment"] = classes.most_common()[-1][0]
    both = {item["sku"] for item in client.get("/series", **asked)["items"]}
    assert 0 < len(both) < len(of_supplier) < len(client.get("/series")["items"])
    sign_in(page, system, "/products?active=false")
    narrow(page, "Which supplier", asked["supplier"])
    narrow(page, "Which class", asked["segment"])
    expect(page).to_have_url(re.compile(f"supplier={asked['supplier']}.*segment={asked['segment']}"))
    told = list(client.items("/forecast/summary", **asked))
    assert {item["sku"] for item in told} == both
    shows(page, "forecast", len(told))
    with page.expect_download() as download:
        page.get_by_role("button", name="Products and forecasts as CSV").click()
    assert len(download.value.path().read_text().splitlines()) == len(told) + 1
    save_view(page, "forecasts", "Theirs")
    page.goto("/products")
    open_view(page, "forecasts", "Theirs")
    shows(page, "forecast", len(told))


def test_what_needs_attention_is_narrowed_by_category_class_supplier_and_location(page: Page, system: System) -> None:
    client = system.client()
    entries = list(client.items("/attention", status="open"))
    some = next(entry for entry in entries if entry["segment"] and entry["supplier"] and entry["sku"])
    asked = {
        "category": client.get(f"/products/{some['sku']}")["category"], "segment": some["segment"],
        "supplier": some["supplier"], "location": some["location"],
    }  # fmt: skip
    for name, value in asked.items():
        sign_in(page, system) if page.url == "about:blank" else page.goto("/")
        narrow(page, f"Which {'class' if name == 'segment' else name}", value)
        expect(page).to_have_url(re.compile(f"{name}="))
        told = list(client.items("/attention", status="open", **{name: value}))
        assert 0 < len(told) < len(entries)
        if len(told) <= 50:
            shows(page, "entry", len(told))
        page.reload()
        expect(page.get_by_label(f"Which {'class' if name == 'segment' else name}")).to_have_value(value)
    save_view(page, "attention", "Here")
    page.goto("/?kind=excess")
    open_view(page, "attention", "Here")
    expect(page).to_have_url(re.compile(f"location={asked['location']}"))
    expect(page).not_to_have_url(re.compile("kind="))


def test_what_drives_a_product_stands_on_its_page_with_the_lift_that_was_measured(page: Page, system: System) -> None:
    client = system.client()
    effects = (
        (promotion, sku, client.get(f"/forecast/promotions/{promotion['id']}"))
        for promotion in reversed(list(client.items("/promotions")))
        for sku in promotion["skus"][:1]
    )
    promotion, sku, effect = next(each for each in effects if each[2]["lift"] is not None)
    place = (promotion["locations"] or [client.get(f"/forecast/{sku}")["location"]])[0]
    sign_in(page, system, f"/products/{sku}?location={place}")
    line = page.get_by_role("region", name="Promotions").get_by_role("listitem").filter(has_text=promotion["name"])
    expect(line.first).to_contain_text(f"{effect['lift'] * 100:+.1f}%".replace("-", "−"))
    expect(line.first).to_contain_text("as sold" if effect["ended"] else "planned")
    prices = client.get("/prices", sku=sku, limit=500)["items"]
    expect(page.get_by_role("region", name="Prices").get_by_role("listitem")).to_have_count(min(6, len(prices)))
    told = client.get("/forecast/drivers", days=91)
    holidays = [each["name"] for each in told["days"] if each["location"] == place]
    said = [*holidays, told["unknown"].get(place) or told["holidays"]][0]
    expect(page.get_by_role("region", name="Holidays in the next 13 weeks")).to_contain_text(said)


def test_weeks_are_left_out_of_training_with_a_reason_and_put_back(page: Page, system: System) -> None:
    client = system.client()
    item = client.get("/forecast/summary", limit=1)["items"][0]
    history = client.get(f"/forecast/{item['sku']}", location=item["location"])["history"]
    week = date.fromisoformat(history[-3]["week"])
    sign_in(page, system, f"/products/{item['sku']}?location={item['location']}")
    page.get_by_role("button", name="Leave weeks out").click()
    asked = page.get_by_role("dialog", name="Leave weeks out of training")
    expect(asked.get_by_label("A day of the first week", exact=True)).to_be_focused()
    page.keyboard.type((week + timedelta(days=2)).isoformat())
    asked.get_by_label("Why").fill("A crate for one customer")
    page.keyboard.press("Enter")
    row = page.get_by_role("grid", name="Weeks left out of training").get_by_role("row").filter(has_text="A crate")
    expect(row.get_by_text("Left out", exact=True)).to_be_visible()
    (told,) = client.get("/forecast/exclusions", sku=item["sku"], location=item["location"])["items"]
    assert (told["first_week"], told["last_week"], told["restored_at"]) == (week.isoformat(), week.isoformat(), None)
    row.get_by_role("button", name=re.compile("^Put back")).click()
    sure = page.get_by_role("dialog", name="Put weeks back into training")
    page.evaluate(AXE.read_text())
    assert page.evaluate("axe.run().then(result => result.violations)") == []
    sure.get_by_role("button", name="Put back", exact=True).click()
    expect(row.get_by_text(re.compile("^Put back by"))).to_be_visible()
    assert client.get("/forecast/exclusions", sku=item["sku"])["items"][0]["restored_at"]


def test_today_reads_what_there_is_to_choose_from_when_somebody_is_about_to_choose(page: Page, system: System) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("?")[0].removeprefix(system.url)))
    sign_in(page, system)
    expect(page.get_by_role("grid", name="Most units expected")).to_be_visible()
    late = {"/api/categories", "/api/suppliers", "/api/locations"}
    assert "/api/attention" in asked and not late & set(asked)
    choice = page.get_by_label("Which location")
    choice.focus()
    expect(choice.get_by_role("option")).to_have_count(1 + len(system.client().get("/locations")["items"]))
    assert late & set(asked) == {"/api/locations"}


PICKED, CAUGHT = 200, 0.5


def test_200_numbers_picked_off_all_screens_are_what_the_api_answered(page: Page, system: System) -> None:
    client = system.client()
    zone = ZoneInfo(client.get("/config")["timezone"])
    best = client.get("/forecast/summary", limit=1)["items"][0]
    category = client.get("/categories")["items"][0]["category"]
    screens = [*(address for address, _ in ADDRESSES), f"/products/{best['sku']}?location={best['location']}",
               f"/totals?category={quote(category)}"]  # fmt: skip
    sign_in(page, system)
    some = picked(read_off(page, screens, zone), PICKED, Random(15))
    assert len(some) == PICKED
    assert [number for number, told in some if not told.tells(number)] == []
    # The rules are no sieve: the same numbers, each wrong by one in its last place, are mostly in no answer.
    wrong = [(changed, told) for number, told in some if (changed := off_by_one(number))]
    assert sum(not told.tells(number) for number, told in wrong) >= CAUGHT * len(wrong)


def test_no_text_of_any_page_is_outside_of_the_catalogue(page: Page, system: System) -> None:
    page.add_init_script("localStorage.setItem('almanac-language', '\"marked\"')")
    best = system.client().get("/forecast/summary", limit=1)["items"][0]
    page.goto("/")
    page.locator("input").first.wait_for()
    for field, value in zip(page.locator("input").all(), administrator(system.data), strict=True):
        field.fill(value)
    page.keyboard.press("Enter")
    page.locator("#main").wait_for()
    answers = Answers(page)
    strays: set[str] = set()
    for address in [*(address for address, _ in ADDRESSES), f"/products/{best['sku']}?location={best['location']}"]:
        answers.begin()
        page.goto(address)
        answers.settle()
        names = answers.told(ZoneInfo("UTC")).words
        for word, text in outside(page):
            if not any(word.lower() in name for name in names):
                strays.add(f"{address}: {word!r} in {text!r}")
    assert sorted(strays) == []


READ_IN = {
    "Deutsch": ("de", "Heute", "Hauptmenü", ("Zeile", "Zeilen"), "Lieferzeit"),
    "Français": ("fr", "Aujourd’hui", "Navigation principale", ("ligne", "lignes"), "délai"),
}


def test_a_planner_reads_in_german_or_french_with_its_numbers_and_plurals_and_it_is_kept(
    page: Page, system: System
) -> None:
    client = system.client()
    due = client.get("/replenishment/summary")["due"]
    best = client.get("/forecast/summary", limit=1)["items"][0]
    wape = client.get(f"/forecast/{best['sku']}", location=best["location"])["backtest"]["wape"]
    sign_in(page, system)
    for name, (code, title, main, lines, lead) in READ_IN.items():
        page.get_by_role("button", name=re.compile("^(Account of|Konto von|Compte de)")).click()
        page.get_by_role("menuitem", name=name).click()
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        page.goto("/replenishment?view=lines")
        expect(page.get_by_role("navigation", name=main)).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == code
        expect(page.get_by_text(re.compile(rf"^{due} {lines[due != 1]} ")).first).to_be_visible()
        expect(page.get_by_role("columnheader", name=re.compile(lead))).to_be_visible()
        page.goto(f"/products/{best['sku']}?location={best['location']}")
        said = f"{wape * 100:.1f}".replace(".", ",")
        expect(page.get_by_text(re.compile(rf"^{said}\s%$")).first).to_be_visible()
        page.goto("/")
