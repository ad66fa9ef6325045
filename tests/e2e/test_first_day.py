"""The first day: what the forecasts are worth is measured at once, and said to be a rehearsal."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import SECONDS, shop_of, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
WEEKS = 44


def sales(products: int = 6) -> str:
    """Products that each sold every week up to yesterday."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    lines = ["sku,date,quantity,unit price"]
    for number in range(products):
        for week in range(WEEKS):
            lines.append(f"P{number},{yesterday - timedelta(weeks=week)},{5 + (week * 5 + number * 3) % 7},12")
    return "\n".join(lines)


def rehearsed(system: System) -> None:
    """Wait until all weeks are rehearsed."""
    until = time.monotonic() + SECONDS / 1000 * 5
    while (rehearsal := system.client().get("/forecast/accuracy/rehearsal"))["made"] < 13:
        assert time.monotonic() < until, rehearsal
        time.sleep(1)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with shop_of(tmp_path_factory.mktemp("first"), sales()) as running:
        running.run("train", "--data", str(running.data))
        yield running


def test_accuracy_is_there_on_the_first_day_and_says_that_it_is_rehearsed(page: Page, system: System) -> None:
    sign_in(page, system, "/accuracy")
    expect(page.get_by_text("Rehearsing the weeks before")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^\d+ of 13 weeks: the forecasts that would have been"))).to_be_visible()
    rehearsed(system)
    expect(page.get_by_text("Rehearsing the weeks before")).to_have_count(0)
    expect(page.get_by_text(re.compile("100(.0)?% of these weeks had no published forecast"))).to_be_visible()
    (whole,) = [row for row in system.client().get("/forecast/accuracy")["items"] if row["lag"] == 1]
    assert whole["weeks"] == 13 and whole["rehearsed"] == whole["cells"] == 13 * 6
    figures = page.get_by_role("region", name="Accuracy as a whole")
    expect(figures.get_by_text(f"{whole['wape'] * 100:.1f}%", exact=True).first).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("1 − WAPE, 4 weeks ahead, rehearsed")).to_be_visible()


def test_a_product_shows_what_was_expected_of_its_past_weeks_and_how_far_its_band_held(
    page: Page, system: System
) -> None:
    rehearsed(system)
    sign_in(page, system, "/products/P0")
    record = page.get_by_role("status", name="Record")
    for lag, weeks in (("4", 10), ("13", 1), ("1", 13)):
        page.get_by_label("Past forecasts").select_option(lag)
        past = system.client().get("/forecast/P0/past", lag=lag, weeks=26)
        assert len(past["items"]) == weeks
        share = f"{past['coverage80'] * 100:.1f}%"
        expect(record).to_contain_text(f"{lag} week")
        expect(record).to_contain_text(f"held {share} of {'one week' if weeks == 1 else f'the last {weeks} weeks'}")
        expect(record).to_contain_text("Rehearsal All of them made afterwards, from what was known then")
    expect(page).to_have_url(re.compile("lag=1"))
    page.reload()
    expect(page.get_by_label("Past forecasts")).to_have_value("1")
    expect(page.get_by_text("Expected before, 80% range")).to_be_visible()
    page.get_by_role("button", name="Table").click()
    said = past["items"][-1]
    row = page.get_by_role("row").filter(has_text=datetime.fromisoformat(said["week"]).strftime("%-d %b %Y"))
    expect(row.get_by_role("gridcell", name=f"{said['expected']:.1f}".removesuffix(".0"), exact=True)).to_be_visible()
    page.get_by_label("Past forecasts").select_option("0")
    expect(record).to_have_count(0)


def test_a_product_is_read_and_its_order_explained_by_keyboard_alone(page: Page, system: System) -> None:
    rehearsed(system)
    sign_in(page, system, "/products/P1")
    expect(page.get_by_role("status", name="Record")).to_be_visible()
    reached: list[str] = []

    def tab_to(what: Locator) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.textContent.slice(0, 40)"))
            if what.evaluate("it => it === document.activeElement"):
                return
        raise AssertionError(reached)

    tab_to(page.get_by_label("Past forecasts"))
    page.keyboard.press("ArrowUp")  # from four weeks to one
    expect(page.get_by_role("status", name="Record")).to_contain_text("1 week ahead")
    tab_to(page.get_by_role("img", name=re.compile("^Weekly demand of")))
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(re.compile(r"^Week of .*: sold .*; 1 week before, .* were expected"))).to_be_attached()
    tab_to(page.get_by_role("button", name="Movements"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Movements")).to_be_focused()


def test_rehearsals_are_no_runs_to_choose_from(page: Page, system: System) -> None:
    kinds = {run["kind"] for run in system.client().get("/forecast/runs")["items"]}
    assert kinds == {"train"}
    sign_in(page, system, "/training")
    expect(page.get_by_text("rehearsal")).to_have_count(0)
