"""What a page sends of an act, counted, and made to fail."""

import json
import re

from playwright.sync_api import Locator, Page, Request, expect

from tests.e2e.acts import Act


class Sent:
    """The requests of an act, told from all others."""

    def __init__(self, page: Page, act: Act) -> None:
        self.method, self._path = act.sent
        self._page, self.times = page, 0
        page.on("request", self._count)

    def is_it(self, asked: Request) -> bool:
        """Whether it does the act."""
        return asked.method == self.method and self._path in asked.url

    def _count(self, asked: Request) -> None:
        self.times += self.is_it(asked)

    def refuse(self) -> None:
        """The server fails at it, until `answer`."""
        body = json.dumps({"status": 500, "title": "Internal Server Error", "detail": "The disk is full."})
        answer = {"status": 500, "content_type": "application/problem+json", "body": body}
        fail = lambda route: route.fulfill(**answer) if self.is_it(route.request) else route.fallback()  # noqa: E731
        self._page.route("**/api/**", fail)

    def answer(self) -> None:
        """The server is well again."""
        self._page.unroute("**/api/**")

    def end(self) -> None:
        """Count no more."""
        self._page.remove_listener("request", self._count)


def opener(page: Page, name: str) -> Locator:
    return page.locator("#main").get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first


def open_to(act: Act, asked: Locator, sent: Sent) -> None:
    """Once a dialog is open; the dry run that it is counted by is none of the act."""
    if act.asks_server:
        expect(asked.get_by_role("button", name=act.does, exact=True)).to_be_enabled()
        assert sent.times == 1
        sent.times = 0
