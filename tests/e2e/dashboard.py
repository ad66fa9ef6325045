"""What journeys through the dashboard share: its pages, how to sign in, what axe is, how long to wait (ms)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from infra.launcher.local import System
from infra.launcher.paths import ROOT

SAMPLE = ROOT / "tests" / "journeys" / "sample_data.csv"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PAGES: list[dict[str, Any]] = json.loads((ROOT / "frontend" / "src" / "pages.json").read_text())
# Every page and each of its parts, as addresses.
ADDRESSES = [
    (each["path"] if place == 0 else f"{each['path']}?view={view}", each["title"])
    for each in PAGES
    for place, view in enumerate(each.get("views") or [""])
]
SECONDS = 30_000


@contextmanager
def shop_of(folder: Path, sales: str) -> Iterator[System]:
    """A system with the dashboard that has imported a file of sales and counted them, and has not been trained yet."""
    file = folder / "sales.csv"
    file.write_text(sales)
    with System(dashboard=True) as running:
        running.run("import", str(file), "--data", str(running.data))
        running.run("verify", "--data", str(running.data))
        yield running


def sign_in(page: Page, system: System, path: str = "/") -> None:
    given = system.environment("auth-api")
    page.goto(path)
    page.get_by_label("User name").fill(given["ALMANAC_BOOTSTRAP_ADMIN_USERNAME"])
    page.get_by_label("Password").fill(given["ALMANAC_BOOTSTRAP_ADMIN_PASSWORD"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible(timeout=SECONDS)


def narrow(page: Page, label: str, value: str | None = None, *, name: str | None = None) -> None:
    """Choose in a list's head; what there is to choose is read when the choice has the focus."""
    choice = page.get_by_label(label)
    choice.focus()
    choice.select_option(value, label=name)


def save_view(page: Page, of: str, name: str) -> None:
    """Keep what a list shows under a name."""
    page.get_by_role("button", name=f"Views of {of}").click()
    page.get_by_role("menuitem", name="Save what is shown").click()
    page.get_by_label("Name of the view").fill(name)
    page.keyboard.press("Enter")


def open_view(page: Page, of: str, name: str) -> None:
    """Show what was kept."""
    page.get_by_role("button", name=f"Views of {of}").click()
    page.get_by_role("menuitem", name=name).click()
