"""`./almanac bench frontend [--data DIR] [--json OUT]`: how quick the dashboard is in a real browser.

On the demo that runs from DIR; without DIR on the project's own one, or where none runs on one made for it. Signed in,
with an empty cache, several times over:

  lcp_ms      largest contentful paint of Today; the median of the loads
  first_kb    compressed document, scripts and styles of that first load; fonts (`font_kb`) and data (`data_kb`) apart
  chunk_kb    the largest compressed script that another page adds
  today_ms    until all of Today is shown: nothing is loading any more, no answer is waited for; the median
  cls         layout shift, the largest of all pages
  nodes       DOM nodes, the largest of all pages and of the product list while it is scrolled
  inp_ms      the longest of the interactions on the product list: typing, sorting, opening (event timing)
  api_p95_ms  by route, of what the pages asked for, seen by the browser

Exit code 1 when a goal of docs/operations.md is missed.
"""

import argparse
import json
import os
import re
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from infra.launcher.client import Client, administrator
from tests.bench.reads import running
from tests.e2e.conftest import chromium
from tests.e2e.dashboard import PAGES

GOALS = {"lcp_ms": 800, "first_kb": 150, "chunk_kb": 40, "today_ms": 1000, "cls": 0.001, "nodes": 2000, "inp_ms": 100}
API_GOAL_MS = 150
WATCH = """
window.__seen = {lcp: 0, cls: 0, inp: 0};
const watch = (type, deed, more) =>
  new PerformanceObserver(list => list.getEntries().forEach(deed)).observe({type, buffered: true, ...more});
watch('largest-contentful-paint', entry => { window.__seen.lcp = entry.startTime; });
watch('layout-shift', entry => { if (!entry.hadRecentInput) window.__seen.cls += entry.value; });
watch('event', entry => { if (entry.interactionId) window.__seen.inp = Math.max(window.__seen.inp, entry.duration); },
      {durationThreshold: 16});
"""
NODES = "document.getElementsByTagName('*').length"
NAMED = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27,}|(?<=/forecast)/(?!runs|summary|accuracy|schedule|sums)[^/]+")


class Seen:
    """What a browser was sent: bytes by kind, and milliseconds by route of the API."""

    def __init__(self, page: Page) -> None:
        self.bytes: dict[str, int] = defaultdict(int)
        self.scripts: dict[str, int] = {}
        self.routes: dict[str, list[float]] = defaultdict(list)
        self._kinds: dict[str, tuple[str, str]] = {}
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.responseReceived", self._began)
        network.on("Network.loadingFinished", self._ended)
        page.on("response", self._answered)

    def _began(self, event: dict[str, Any]) -> None:
        self._kinds[event["requestId"]] = (event["type"], event["response"]["url"])

    def _ended(self, event: dict[str, Any]) -> None:
        kind, url = self._kinds.get(event["requestId"], ("Other", ""))
        self.bytes[kind] += int(event["encodedDataLength"])
        if kind == "Script":
            self.scripts[url] = int(event["encodedDataLength"])

    def _answered(self, response: Response) -> None:
        path = urlparse(response.url).path
        if path.startswith("/api/") and not path.endswith("/stream") and response.request.method == "GET":
            timing = response.request.timing
            self.routes[NAMED.sub("/{}", path)].append(max(0.0, timing["responseStart"] - timing["requestStart"]))


def main(arguments: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser("almanac bench frontend", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder of a running demo")
    parser.add_argument("--loads", type=int, default=5, help="how often Today is loaded anew (5)")
    parser.add_argument(
        "--json", nargs="?", const="-", metavar="OUT", help="the figures as JSON, there or to the screen"
    )
    options = parser.parse_args(arguments)
    with running(options.data, dashboard=True) as data, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            figures = measure(browser, Client.connect(data).url, administrator(data), options.loads)
        finally:
            browser.close()
    told = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "cores": os.cpu_count(),
            "load": os.getloadavg()[0], "loads": options.loads} | figures  # fmt: skip
    if options.json and options.json != "-":
        Path(options.json).write_text(json.dumps(told, indent=1) + "\n")
    if options.json == "-":
        print(json.dumps(told, indent=1))
    else:
        report(figures)
    return int(bool(missed(figures)))


def missed(figures: dict[str, Any]) -> list[str]:
    """Which goals were."""
    slow = [route for route, took in figures["api_p95_ms"].items() if took > API_GOAL_MS]
    return [name for name, most in GOALS.items() if figures[name] > most] + slow


def report(figures: dict[str, Any]) -> None:
    """A line a figure, and the slow routes."""
    for name, goal in GOALS.items():
        print(f"{name:<12} {figures[name]:>10}   at most {goal}: {'met' if figures[name] <= goal else 'MISSED'}")
    for name in ("font_kb", "data_kb", "largest_page"):
        print(f"{name:<12} {figures[name]:>10}")
    for route, took in sorted(figures["api_p95_ms"].items(), key=lambda each: -each[1]):
        print(f"{route:<52} {took:>8.1f}   {'met' if took <= API_GOAL_MS else 'MISSED'}")


def measure(browser: Browser, url: str, sign_in: tuple[str, str], loads: int) -> dict[str, Any]:
    """All figures, of one browser."""
    kept = _signed_in(browser, url, sign_in)
    routes: dict[str, list[float]] = defaultdict(list)
    figures = _first_loads(browser, url, kept, loads, routes) | _all_pages(browser, url, kept, routes)
    return figures | {"api_p95_ms": {route: round(_p95(took), 1) for route, took in sorted(routes.items())}}


def _first_loads(browser: Browser, url: str, kept: Any, loads: int, routes: dict[str, list[float]]) -> dict[str, Any]:
    """Today, each time with an empty cache."""
    lcp, whole, sent = [], [], dict[str, int]()
    for _ in range(loads):
        with _visitor(browser, url, kept) as context:
            page, seen = _opened(context)
            whole.append(_load(page, "/"))
            lcp.append(float(page.evaluate("window.__seen.lcp")))
            kept.update(context.storage_state())
        _add(routes, seen)
        sent = seen.bytes
    first = sum(sent.get(kind, 0) for kind in ("Document", "Script", "Stylesheet"))
    return {
        "lcp_ms": round(median(lcp)), "today_ms": round(median(whole)), "first_kb": round(first / 1e3, 1),
        "font_kb": round(sent.get("Font", 0) / 1e3, 1),
        "data_kb": round((sent.get("Fetch", 0) + sent.get("XHR", 0)) / 1e3, 1),
    }  # fmt: skip


def _all_pages(browser: Browser, url: str, kept: Any, routes: dict[str, list[float]]) -> dict[str, Any]:
    """Every page after the first, and the product list in use."""
    with _visitor(browser, url, kept) as context:
        page, seen = _opened(context)
        _load(page, "/")
        known, nodes = set(seen.scripts), {"/": int(page.evaluate(NODES))}
        shift = float(page.evaluate("window.__seen.cls"))
        for each in PAGES:
            _load(page, each["path"])
            nodes[each["path"]] = int(page.evaluate(NODES))
            shift = max(shift, float(page.evaluate("window.__seen.cls")))
        nodes["/products, scrolled"], inp = _use_products(page)
        _add(routes, seen)
    chunk = max([0, *(size for url_, size in seen.scripts.items() if url_ not in known)])
    largest = max(nodes, key=nodes.__getitem__)
    return {
        "chunk_kb": round(chunk / 1e3, 1), "cls": round(shift, 4), "nodes": nodes[largest],
        "largest_page": f"{largest} ({nodes[largest]})", "inp_ms": round(inp),
    }  # fmt: skip


def _p95(took: list[float]) -> float:
    return quantiles(took, n=100, method="inclusive")[94] if len(took) > 1 else took[0]


def _add(routes: dict[str, list[float]], seen: Seen) -> None:
    for route, took in seen.routes.items():
        routes[route] += took


def _signed_in(browser: Browser, url: str, sign_in: tuple[str, str]) -> Any:
    with browser.new_context(base_url=url) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_label("User name").fill(sign_in[0])
        page.get_by_label("Password").fill(sign_in[1])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible(timeout=30_000)
        return context.storage_state()


def _visitor(browser: Browser, url: str, kept: Any) -> BrowserContext:
    return browser.new_context(
        base_url=url, storage_state=kept, reduced_motion="reduce", viewport={"width": 1440, "height": 900}
    )  # fmt: skip


def _opened(context: BrowserContext) -> tuple[Page, Seen]:
    context.add_init_script(WATCH)
    page = context.new_page()
    return page, Seen(page)


def _load(page: Page, path: str) -> float:
    """Milliseconds until all of a page is shown: no answer is open, nothing says that it is busy."""
    open_: set[object] = set()
    last = [time.perf_counter()]

    def begin(request: Any) -> None:
        if "/api/stream" not in request.url:
            open_.add(request)

    def end(request: Any) -> None:
        open_.discard(request)
        last[0] = time.perf_counter()

    page.on("request", begin)
    page.on("requestfinished", end)
    page.on("requestfailed", end)
    began = time.perf_counter()
    page.goto(path, wait_until="commit")
    while time.perf_counter() - began < 30:
        page.wait_for_timeout(20)
        busy = page.locator("[aria-busy=true]").count()
        if busy:
            last[0] = time.perf_counter()
        if not open_ and not busy and time.perf_counter() - last[0] > 0.4:
            break
    for name, deed in (("request", begin), ("requestfinished", end), ("requestfailed", end)):
        page.remove_listener(name, deed)
    return (last[0] - began) * 1000


def _use_products(page: Page) -> tuple[int, float]:
    """(the most nodes while the product list is scrolled, the longest interaction)."""
    _load(page, "/products")
    most = 0
    page.mouse.move(700, 500)
    for _ in range(40):
        page.mouse.wheel(0, 1200)
        page.wait_for_timeout(50)
        most = max(most, int(page.evaluate(NODES)))
    search = page.get_by_role("searchbox").first
    search.click()
    search.press_sequentially("heart", delay=60)
    page.wait_for_timeout(600)
    search.fill("")
    header = page.get_by_role("columnheader").get_by_role("button")
    for number in range(min(3, header.count())):
        header.nth(number).click()
        page.wait_for_timeout(500)
    return most, float(page.evaluate("window.__seen.inp"))
