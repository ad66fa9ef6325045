"""What a page got of the API, and what it shows once it stands still."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Error, Page

from tests.e2e.numbers import ScreenNumber, ToldNumbers, numbers_of, this_year, written

# Text nodes in sight of the page's own part, but for axes of charts, days of a calendar and samples of how something is
# written, and what stands in its fields.
_TEXTS = """() => {
  const found = []
  const walk = document.createTreeWalker(document.querySelector('#main'), NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement
    if (!/\\d/.test(walk.currentNode.data)) continue
    if (parent.closest('svg, option, time, samp, [role=grid][aria-label=Calendar]')) continue
    if (parent.checkVisibility()) found.push(walk.currentNode.data)
  }
  for (const field of document.querySelectorAll('#main input:not([type=checkbox]):not([type=radio]):not([type=range])'))
    if (/\\d/.test(field.value)) found.push(field.value + (/%/.test(field.ariaLabel ?? '') ? ' %' : ''))
  return found
}"""


class Answers:
    """The API's answers to a page, since `begin`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Any] = set()
        self._heard: list[Any] = []
        page.on("request", lambda asked: self._open.add(asked) if self._counts(asked.url) else None)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", lambda asked: self._open.discard(asked))

    @staticmethod
    def _counts(url: str) -> bool:
        return "/api/" in url and not url.endswith("/api/stream")  # the stream stays open

    def _finished(self, asked: Any) -> None:
        if asked in self._open:
            self._heard.append(asked)
            self._open.discard(asked)

    def begin(self) -> None:
        """Forget what came before."""
        self._heard.clear()
        self._open.clear()

    def settle(self) -> list[str]:
        """The texts with numbers, once nothing is asked for any more and they stand still."""
        self._page.locator("#main").wait_for()
        before: list[str] = []
        for _ in range(120):
            self._page.wait_for_timeout(250)
            texts: list[str] = self._page.evaluate(_TEXTS)
            if not self._open and texts == before and self._page.locator("[aria-busy=true]").count() == 0:
                return texts
            before = texts
        raise AssertionError(f"{self._page.url} does not stand still: {[asked.url for asked in self._open]}")

    def told(self, zone: ZoneInfo) -> ToldNumbers:
        """All of them together."""
        told = ToldNumbers(zone)
        for asked in self._heard:
            try:
                answer = asked.response()
                if answer is not None and "json" in answer.headers.get("content-type", ""):
                    told.hear(answer.json())
            except Error:  # of the page before, which is gone with its answers
                continue
        return told


def read_off(page: Page, addresses: Iterable[str], zone: ZoneInfo) -> dict[str, list[tuple[ScreenNumber, ToldNumbers]]]:
    """Every number of each screen, with what the screen's own answers tell."""
    answers, own_words = Answers(page), written()
    seen = {}
    for address in addresses:
        answers.begin()
        page.goto(address)
        texts = answers.settle()
        told = answers.told(zone)
        seen[address] = [(number, told) for number in numbers_of(address, texts, own_words, this_year(zone))]
    return seen
