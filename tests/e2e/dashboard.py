"""What journeys through the dashboard share: its pages, how to sign in, what axe is, how long to wait (ms)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from infra.launcher.local import System
from infra.launcher.paths import ROOT

SAMPLE = ROOT / "tests" / "journeys" / "sample_data.csv"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PAGES: list[dict[str, str]] = json.loads((ROOT / "frontend" / "src" / "pages.json").read_text())
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
