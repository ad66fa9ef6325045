"""Numbers on a screen, and whether the answers that it fetched tell them. Pure, but for `read`.

Guarantee: a number is found when an answer has it at the precision that is shown: as itself, as a share (per cent, also
what is left to one, also a row's part of the sum of its field), as the length of a list, as how many of its rows have a
value in common or how many values there are, as the sum of a field of its rows, and points as the difference of two
numbers; a day, when an answer has it, or it ends a week of one; a name or a code, when it is part of a text of one.
What a page reckons otherwise is not found.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Error, Page

from infra.launcher.paths import ROOT

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"]
_LONG = ["January", "February", "March", "April", "June", "July", "August", "October", "November", "December"]
MONTH = "|".join(["September", *_LONG, *MONTHS, "Sep"])
_DAY = re.compile(rf"\b(\d{{1,2}}) ({MONTH})\b(?: (\d{{4}}))?")
# Times of day, how long ago, months.
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_CLOCK = re.compile(rf"\b\d{{1,2}}:\d\d(:\d\d)?\b|\b(in )?\d+ (sec|min|hr|days?) ago\b|\b({MONTH}) \d{{4}}\b")
_PLAIN = re.compile(r"\W*\d[\d,.]*([kmb]n?|pp|d)\W*", re.IGNORECASE)
_NUMBER = re.compile(r"[−+-]?\d[\d,]*(?:\.\d+)?(?:[kmb]n?\b)?(?: ?%| ?pp)?", re.IGNORECASE)
_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9}
# Text nodes in sight of the page's own part, but for axes of charts, and what stands in its fields.
_TEXTS = """() => {
  const found = []
  const walk = document.createTreeWalker(document.querySelector('#main'), NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement
    if (!/\\d/.test(walk.currentNode.data) || parent.closest('svg, option, [role=grid][aria-label=Calendar]')) continue
    if (parent.checkVisibility()) found.push(walk.currentNode.data)
  }
  for (const field of document.querySelectorAll('#main input:not([type=checkbox]):not([type=radio])'))
    if (/\\d/.test(field.value)) found.push(field.value + (/%/.test(field.ariaLabel ?? '') ? ' %' : ''))
  return found
}"""


@dataclass(frozen=True)
class ScreenNumber:
    """A number, or a day, on a page."""

    address: str
    text: str
    token: str
    day: date | None = None


@dataclass
class ToldNumbers:
    """What answers of the API tell."""

    zone: ZoneInfo
    numbers: list[float] = field(default_factory=list)
    parts: list[float] = field(default_factory=list)
    differences: list[float] = field(default_factory=list)
    days: set[date] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def hear(self, answer: Any) -> None:
        """One more answer."""
        for value in _values(answer):
            if isinstance(value, str):
                self._text(value)
            else:
                self.numbers.append(float(value))
        for rows in _lists(answer):
            self.parts += _parts(rows)
            self.differences += _differences(rows)
        for found in (self.numbers, self.parts, self.differences):
            found.sort()

    def _text(self, value: str) -> None:
        self.words |= {value.lower(), re.sub("[_-]+", " ", value.lower())}  # codes are written as words
        if re.fullmatch(r"-?\d+(\.\d+)?", value):
            self.numbers.append(float(value))
        if not re.match(r"\d{4}-\d\d-\d\d", value):
            return
        if len(value) > 10:
            try:
                self.days.add(datetime.fromisoformat(value).astimezone(self.zone).date())
            except ValueError:
                return
        else:
            self.days.add(date.fromisoformat(value))

    def tells(self, shown: ScreenNumber) -> bool:
        """Whether an answer has it."""
        if shown.day is not None:
            return any(shown.day - timedelta(days=days) in self.days for days in (0, 6))
        known = [self.numbers]
        if shown.token.endswith("%"):
            known.append(self.parts)
        if shown.token.endswith("pp"):
            known.append(self.differences)
        return self._names(shown) or any(
            _has(numbers, low, high) for low, high in _meant(shown.token) for numbers in known
        )

    def _names(self, shown: ScreenNumber) -> bool:
        """Whether it is (part of) a name or a code that an answer has."""
        token, text = shown.token.strip("().,;:·").lower(), " ".join(shown.text.lower().split())
        if re.search("[a-z]", token):
            return any(token in word for word in self.words)
        if text in self.words:
            return True
        names = (word for word in self.words if re.search(r"[a-z].*\d|\d.*[a-z]", word) and len(word) > 3)
        return any(token in name.split() and (name in text or text in name) for name in names)



def _has(numbers: list[float], low: float, high: float) -> bool:
    place = bisect_left(numbers, low)
    return place < len(numbers) and numbers[place] <= high


def _meant(token: str) -> Iterator[tuple[float, float]]:
    """Between which values lies what a token rounds; its sign may be said in words."""
    plain = token.lower().replace(",", "").replace("−", "-").replace("\u202f", " ").replace("\u00a0", " ")
    found = re.fullmatch(r"([+-]?)(\d+(?:\.(\d+))?)([kmb])?n?( ?%| ?pp)?", plain)
    if found is None:
        return
    sign, digits, decimals, scale, share = found.groups()
    unit = _SCALES.get(scale or "", 1.0) / (100 if share else 1)
    half = 0.5 * 10 ** -len(decimals or "") * unit + 1e-9
    value = float(digits) * unit
    yield from ((side * value - half, side * value + half) for side in ((-1,) if sign == "-" else (1, -1)))
    if share:
        yield 1 - value - half, 1 - value + half


def _values(answer: Any) -> Iterator[str | float]:
    if isinstance(answer, dict):
        for name, value in answer.items():
            yield name  # quantiles and the like are named by numbers
            yield from _values(value)
    elif isinstance(answer, list):
        yield len(answer)
        yield from _of_rows([row for row in answer if isinstance(row, dict)])
        for value in answer:
            yield from _values(value)
    elif isinstance(answer, str | int | float) and not isinstance(answer, bool):
        yield answer


def _lists(answer: Any) -> Iterator[list[dict[str, Any]]]:
    """Every list of rows within an answer."""
    if isinstance(answer, dict):
        for value in answer.values():
            yield from _lists(value)
    elif isinstance(answer, list):
        yield [row for row in answer if isinstance(row, dict)]
        for value in answer:
            yield from _lists(value)


def _numeric(row: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in row.items() if type(value) in (int, float)}


def _parts(rows: list[dict[str, Any]]) -> Iterator[float]:
    for name in {name for row in rows for name in _numeric(row)}:
        found = [_numeric(row).get(name, 0.0) for row in rows]
        yield from (value / sum(found) for value in found if sum(found))


def _differences(rows: list[dict[str, Any]]) -> Iterator[float]:
    """Of two numbers of a row, and of two rows' same number: shares, so small ones."""
    numbers = [{name: value for name, value in _numeric(row).items() if abs(value) < 10} for row in rows[:50]]
    named: dict[str, list[float]] = {}
    for row in numbers:
        for name, value in row.items():
            named.setdefault(name, []).append(value)
    for found in [*(list(row.values()) for row in numbers), *named.values()]:
        yield from (one - other for one in found for other in found)


def _of_rows(rows: list[dict[str, Any]]) -> Iterator[float]:
    """Sums of fields, and how many rows have a value in common."""
    for name in {name for row in rows for name in row}:
        found = [row.get(name) for row in rows]
        numbers = [float(value) for value in found if isinstance(value, int | float) and not isinstance(value, bool)]
        texts = [value for value in found if isinstance(value, str)]
        decimals = [float(value) for value in texts if re.fullmatch(r"-?\d+(\.\d+)?", value)]
        yield from (sum(numbers), sum(decimals))
        counted = Counter(value for value in found if isinstance(value, str | bool))
        yield from (*counted.values(), len(counted))


def written() -> str:
    """All that the dashboard says by itself, whatever the data: its sources."""
    sources = ROOT / "frontend" / "src"
    return " ".join(
        " ".join(file.read_text().split())
        for pattern in ("*.tsx", "*.ts", "*.json")
        for file in sorted(sources.rglob(pattern))
        if ".gen." not in file.name
    )


def numbers_of(address: str, texts: Iterable[str], own_words: str, year: int) -> Iterator[ScreenNumber]:
    """Every number and day of a page's texts; what the dashboard always says there is none."""
    for text in texts:
        rest = " ".join(text.split())
        if len(rest) > 5 and re.search("[A-Za-z]{2}", rest) and rest in own_words:
            continue
        for day, month, said in _DAY.findall(rest):
            number = next(place for place, name in enumerate(MONTHS, 1) if month.startswith(name[:3]))
            meant = date(int(said or year), number, int(day))
            yield ScreenNumber(address, text, f"{day} {month} {said}".strip(), meant)
        for iso in _ISO.finditer(rest):
            yield ScreenNumber(address, text, iso[0], date.fromisoformat(iso[0]))
        rest = _CLOCK.sub(" ", _ISO.sub(" ", _DAY.sub(" ", rest)))
        for word in re.split(r"\s+(?!%|pp\b)", rest.replace("–", " ")):
            if re.search("[A-Za-z_/]", word) and not _PLAIN.fullmatch(word):
                if re.search(r"\d", word):
                    yield ScreenNumber(address, text, word)  # a code, a name
                continue
            yield from (ScreenNumber(address, text, found[0]) for found in _NUMBER.finditer(word))


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


def this_year(zone: ZoneInfo) -> int:
    """The year that days are said without."""
    return datetime.now(UTC).astimezone(zone).year
