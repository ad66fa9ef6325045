"""Those who run it: who is let in, what was done, what is read again, what starts by itself."""

import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import PAGES, SAMPLE, sign_in
from tests.e2e.test_planning import complaints_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System(dashboard=True) as running:
        running.run("import", str(SAMPLE), "--data", str(running.data))
        running.run("verify", "--data", str(running.data))
        yield running


def sign_in_as(page: Page, name: str, password: str) -> None:
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_somebody_is_let_in_changes_the_password_and_the_trail_tells_of_both(page: Page, system: System) -> None:
    sign_in(page, system, "/admin")
    page.get_by_role("button", name="New user").click()
    page.get_by_label("Their user name").fill("grace")
    page.get_by_label("Role", exact=True).select_option("planner")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Let them in").click()
    first = page.get_by_role("dialog", name="Password of grace").locator("code").inner_text()
    page.get_by_role("button", name="Done").click()
    row = page.get_by_role("row").filter(has_text="grace")
    expect(row.get_by_text("Active", exact=True)).to_be_visible()
    row.get_by_role("button", name="New password for grace").click()
    page.get_by_role("button", name="Give a new password").click()
    second = page.get_by_role("dialog", name="Password of grace").locator("code").inner_text()
    assert first != second
    with_another = page.context.browser.new_context(base_url=system.url)  # type: ignore[union-attr]
    hers = with_another.new_page()
    hers.goto("/login")
    sign_in_as(hers, "grace", first)
    expect(hers.get_by_text("The user name or the password is wrong.")).to_be_visible()
    sign_in_as(hers, "grace", second)
    hers.get_by_role("button", name="Account of grace").click()
    hers.get_by_role("menuitem", name="Change your password").click()
    hers.get_by_label("Your password now").fill(second)
    hers.get_by_label("Your new password").fill("short")
    hers.get_by_role("button", name="Change it").click()
    expect(hers.get_by_text("must have at least 12 characters")).to_be_visible()
    hers.get_by_label("Your new password").fill("a longer pass phrase")
    hers.get_by_role("button", name="Change it").click()
    expect(hers.get_by_label("User name")).to_be_visible()
    sign_in_as(hers, "grace", "a longer pass phrase")
    expect(hers.get_by_role("heading", name="Today")).to_be_visible()
    with_another.close()
    page.goto("/admin?view=audit")
    page.get_by_label("Search the trail").fill("password")
    expect(page).to_have_url(re.compile("q=password"))
    trail = page.get_by_role("grid", name="Audit trail").get_by_role("row")
    expect(trail.filter(has_text="Password reset")).to_have_count(1)
    expect(trail.filter(has_text="Password changed").filter(has_text="grace")).to_have_count(1)
    expect(trail.filter(has_text="User created")).to_have_count(0)


def turned_on(page: Page, name: str, password: str) -> list[str]:
    """The recovery codes of a second factor that somebody who is signed in turns on."""
    page.get_by_role("button", name=f"Account of {name}").click()
    page.get_by_role("menuitem", name="Second factor").click()
    dialog = page.get_by_role("dialog", name="Second factor")
    dialog.get_by_label("Your password").fill(password)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("img", name="The secret as a QR code")).to_be_visible()
    assert complaints_of(page) == []
    device = pyotp.TOTP(dialog.locator("code").inner_text())
    dialog.get_by_label("The code that it shows").fill("000000")
    dialog.get_by_role("button", name="Turn it on").click()
    expect(dialog.get_by_text("is not what the device shows now")).to_be_visible()
    dialog.get_by_label("The code that it shows").fill(device.now())
    dialog.get_by_role("button", name="Turn it on").click()
    shown = page.get_by_role("dialog", name="Your recovery codes").locator("code span")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    page.get_by_role("button", name="I have kept them").click()
    return codes


def test_a_second_factor_is_turned_on_asked_for_and_taken_from_who_lost_the_device(page: Page, system: System) -> None:
    sign_in(page, system, "/admin")
    made = system.administrator().post("/users", {"username": "hopper", "role": "planner"})
    with_another = page.context.browser.new_context(base_url=system.url)  # type: ignore[union-attr]
    hers = with_another.new_page()
    hers.goto("/login")
    sign_in_as(hers, "hopper", made["password"])
    codes = turned_on(hers, "hopper", made["password"])
    hers.get_by_role("button", name="Account of hopper").click()
    hers.get_by_role("menuitem", name="Sign out").click()
    sign_in_as(hers, "hopper", made["password"])
    hers.get_by_label("Code").fill(codes[4])
    hers.get_by_role("button", name="Sign in").click()
    expect(hers.get_by_role("heading", name="Today")).to_be_visible()
    page.reload()
    row = page.get_by_role("row").filter(has_text="hopper")
    row.get_by_role("button", name="Take the second factor from hopper").click()
    page.get_by_role("button", name="Take it away").click()
    expect(row.get_by_role("button", name="Take the second factor from hopper")).to_have_count(0)
    hers.goto("/login")
    sign_in_as(hers, "hopper", made["password"])
    expect(hers.get_by_role("heading", name="Today")).to_be_visible()
    password = system.run("let-in", "hopper", "--data", str(system.data)).splitlines()[-1]
    hers.goto("/login")
    sign_in_as(hers, "hopper", password)
    expect(hers.get_by_role("link", name="Administration")).to_be_visible()
    with_another.close()


def test_the_business_is_shown_as_it_counts(page: Page, system: System) -> None:
    sign_in(page, system, "/admin?view=settings")
    config = system.client().get("/config")
    for value in [config["currency"], config["timezone"], config["week_start"].capitalize()]:
        expect(page.get_by_role("definition").filter(has_text=value).first).to_be_visible()


def test_the_log_is_replayed_and_the_history_stays(page: Page, system: System) -> None:
    before = system.client().get("/forecast/history/totals")
    sign_in(page, system, "/pipeline")
    page.get_by_role("button", name="Replay", exact=True).click()
    asked = page.get_by_role("dialog", name="Replay the log of sales")
    asked.get_by_label("Sold from").fill("2023-01-02")
    asked.get_by_role("button", name="Replay", exact=True).click()
    expect(page.get_by_text("Replay 1 was asked for.")).to_be_visible()
    row = page.get_by_role("grid", name="Replays").get_by_role("row").filter(has_text="from 2 Jan 2023")
    expect(row.get_by_text("Succeeded")).to_be_visible(timeout=120_000)
    assert system.client().get("/forecast/history/totals")["units"] == before["units"]


def test_the_training_that_starts_by_itself_says_when(page: Page, system: System) -> None:
    schedule = system.client().get("/forecast/schedule")
    sign_in(page, system, "/training")
    said = "The next starts by itself" if schedule["enabled"] else "No training starts by itself here."
    expect(page.get_by_text(said)).to_be_visible()


# What is stopped, a page that shows its figures, what is told there, and one that does without.
STOPPED = [
    ("catalog-api", "Catalog", "Catalog of products could not be loaded", "Sales ledger"),
    ("forecaster-api", "Products", "Products and forecasts could not be loaded", "Catalog"),
    ("gateway-api", "Sales ledger", "Ledger could not be loaded", "Imports"),
    ("kafka", "Pipeline", "Not answering or not ready: kafka", "Catalog"),
]


@pytest.mark.parametrize(("process", "title", "told", "other"), STOPPED)
def test_what_is_stopped_is_told_where_it_is_missed_and_comes_back_by_itself(
    page: Page, system: System, process: str, title: str, told: str, other: str
) -> None:
    sign_in(page, system, "/start")
    menu = page.get_by_role("navigation", name="Main")
    page.wait_for_timeout(7000)  # all pages are at hand once the first is at rest
    system.stop(process)
    try:
        menu.get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        expect(page.get_by_role("main").get_by_text(re.compile(told))).to_be_visible(timeout=60_000)
        for each in PAGES:
            menu.get_by_role("link", name=each["title"], exact=True).click()
            expect(page.get_by_role("heading", name=each["title"], level=1)).to_be_visible()
            assert len(page.get_by_role("main").inner_text()) > len(each["title"]), f"{each['path']} is blank"
        if process != "gateway-api":
            menu.get_by_role("link", name=other, exact=True).click()
            expect(page.get_by_role("row").nth(1)).to_be_visible()
        menu.get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_role("main").get_by_text(re.compile(told))).to_be_visible(timeout=60_000)
    finally:
        system.start(process)
    expect(page.get_by_role("main").get_by_text(re.compile(told))).to_have_count(0, timeout=90_000)
    expect(page.get_by_role("alert")).to_have_count(0, timeout=60_000)
