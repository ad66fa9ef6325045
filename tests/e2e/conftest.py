"""A real browser, and a visitor of the `system` that each journey's module starts."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.launcher.local import System
from tests.e2e.dashboard import SECONDS


def chromium() -> str | None:
    """The installed browser; None lets playwright use its own."""
    return os.environ.get("ALMANAC_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=SECONDS)  # a busy machine is no fault of the page's
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, system: System) -> Iterator[Page]:
    """A fresh visitor; whatever the console complains of fails the test."""
    context = browser.new_context(base_url=system.url, reduced_motion="reduce", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(SECONDS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    context.close()
    assert complaints == []
