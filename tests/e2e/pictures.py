"""`./almanac screens [--data DIR] [--out DIR]`: the pictures of docs/screens, taken of the running demo.

Every page, light, dark and on a phone, and a product, each once all of it is shown. As WebP, all together under 6 MB.
"""

import argparse
import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.launcher.client import Client, administrator
from infra.launcher.errors import run_program
from infra.launcher.paths import ROOT
from tests.e2e.conftest import chromium
from tests.e2e.dashboard import PAGES

LOOKS = {"light": (1440, 900), "dark": (1440, 900), "phone": (390, 844)}
MOST_BYTES = 6_000_000
SETTLED_MS = 500


def main(arguments: list[str]) -> int:
    """Take them all."""
    parser = argparse.ArgumentParser("almanac screens", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / ".almanac", metavar="DIR", help="the demo's folder")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screens", metavar="DIR", help="where to")
    options = parser.parse_args(arguments)
    client = Client.connect(options.data.resolve())
    best = client.get("/forecast/summary", limit=1)["items"][0]["sku"]
    screens = dict(shown(best))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for look, size in LOOKS.items():
            take(browser, client.url, administrator(options.data.resolve()), look, size, screens, options.out)
        browser.close()
    total = sum(file.stat().st_size for file in options.out.glob("*.webp"))
    print(f"{len(screens) * len(LOOKS)} pictures, {total / 1e6:.1f} MB")
    return int(total > MOST_BYTES)


def shown(best: str) -> Iterator[tuple[str, str]]:
    """Names and addresses of all screens: pages, their views, and the best seller's."""
    for page in PAGES:
        name = page["path"].strip("/") or "today"
        views: dict[str, str] = page.get("views") or {}
        yield name, page["path"]
        for view in list(views)[1:]:
            yield f"{name}-{view}", f"{page['path']}?view={view}"
    yield "product", f"/products/{best}"


def take(
    browser: Browser, url: str, sign_in: tuple[str, str], look: str, size: tuple[int, int], screens: dict[str, str],
    out: Path,
) -> None:  # fmt: skip
    """Every screen in one look."""
    context = browser.new_context(
        base_url=url, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", locale="en-GB",
        color_scheme="dark" if look == "dark" else "light",
    )  # fmt: skip
    page = context.new_page()
    page.goto("/")
    page.get_by_label("User name").fill(sign_in[0])
    page.get_by_label("Password").fill(sign_in[1])
    page.get_by_role("button", name="Sign in").click()
    page.locator("#main").wait_for()
    for name, address in screens.items():
        page.goto(address)
        _settle(page)
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.save(out / f"{name}-{look}.webp", quality=72, method=6)
    context.close()


def _settle(page: Page) -> None:
    """Until nothing on it says that it is loading."""
    page.locator("#main").wait_for()
    page.wait_for_timeout(SETTLED_MS)
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=60_000)
    page.wait_for_timeout(SETTLED_MS)


if __name__ == "__main__":
    raise SystemExit(run_program(main))
