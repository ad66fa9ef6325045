"""The first day: what the forecasts are worth is measured at once, and said to be a rehearsal."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from infra.launcher.local import System
from tests.e2e.dashboard import SECONDS, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
WEEKS = 44


def sales() -> str:
    """Six products, each sold every week up to yesterday."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    lines = ["sku,date,quantity,unit price"]
    for number in range(6):
        for week in range(WEEKS):
            lines.append(f"P{number},{yesterday - timedelta(weeks=week)},{5 + (week * 5 + number * 3) % 7},12")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    file = tmp_path_factory.mktemp("first") / "sales.csv"
    file.write_text(sales())
    with System(dashboard=True) as running:
        running.run("import", str(file), "--data", str(running.data))
        running.run("verify", "--data", str(running.data))
        running.run("train", "--data", str(running.data))
        yield running


def test_accuracy_is_there_on_the_first_day_and_says_that_it_is_rehearsed(page: Page, system: System) -> None:
    sign_in(page, system, "/accuracy")
    expect(page.get_by_text("Rehearsing the weeks before")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^\d+ of 13 weeks: the forecasts that would have been"))).to_be_visible()
    until = time.monotonic() + SECONDS / 1000 * 5
    while (rehearsal := system.client().get("/forecast/accuracy/rehearsal"))["made"] < 13:
        assert time.monotonic() < until, rehearsal
        time.sleep(1)
    expect(page.get_by_text("Rehearsing the weeks before")).to_have_count(0)
    expect(page.get_by_text(re.compile("100(.0)?% of these weeks had no published forecast"))).to_be_visible()
    (whole,) = [row for row in system.client().get("/forecast/accuracy")["items"] if row["lag"] == 1]
    assert whole["weeks"] == 13 and whole["rehearsed"] == whole["cells"] == 13 * 6
    figures = page.get_by_role("region", name="Accuracy as a whole")
    expect(figures.get_by_text(f"{whole['wape'] * 100:.1f}%", exact=True).first).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("1 − WAPE, 4 weeks ahead, rehearsed")).to_be_visible()


def test_rehearsals_are_no_runs_to_choose_from(page: Page, system: System) -> None:
    kinds = {run["kind"] for run in system.client().get("/forecast/runs")["items"]}
    assert kinds == {"train"}
    sign_in(page, system, "/training")
    expect(page.get_by_text("rehearsal")).to_have_count(0)
