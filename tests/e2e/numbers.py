"""Numbers on a screen, and whether the answers that it fetched tell them. Pure, but for what `written` reads.

Guarantee: a number is found when an answer has it at the precision that is shown: as itself, as a share (per cent, also
what is left to one, also a row's part of the sum of its field, also one of the ratios that are named below), as the
length of a list, as how many of its rows have a value in common or how many values there are, as the sum of a field of
its rows, as what remains of another where that is named below, and points as the difference of two numbers; a day, when
an answer has it, or it ends a week of one; a name or a code, when it is part of a text of one. What a page reckons
otherwise is not found.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from infra.launcher.paths import ROOT

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"]
_LONG = ["January", "February", "March", "April", "June", "July", "August", "October", "November", "December"]
MONTH = "|".join(["September", *_LONG, *MONTHS, "Sep"])
_DAY = re.compile(rf"\b(\d{{1,2}}) ({MONTH})\b(?: (\d{{4}}))?")
# Times of day, how long ago, months.
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_CLOCK = re.compile(rf"\b\d{{1,2}}:\d\d(:\d\d)?\b|\b(in )?\d+ (sec|min|hr|days?) ago\b|\b({MONTH}) \d{{4}}\b")
_PLAIN = re.compile(r"\W*\d[\d,.]*([kmb]n?|pp)\W*", re.IGNORECASE)
_NUMBER = re.compile(r"[−+-]?\d[\d,]*(?:\.\d+)?(?:[kmb]n?\b)?(?: ?%| ?pp)?", re.IGNORECASE)
# What pages reckon of two numbers of one row: how much more the first is than the second, and what it lacks of it.
_RATIOS = (("next4", "last4"), ("cost", "price"))
_REMAINS = (("wanted_value", "due_value"),)
_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9}


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
            self.parts += (ratio for row in rows for ratio in _ratios(row))
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
        return any(token in re.split(r"[\s,;:.]+", name) and (name in text or text in name) for name in names)


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
        yield from (answer[whole] - answer[part] for whole, part in _REMAINS if {whole, part} <= answer.keys())
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


def _ratios(row: dict[str, Any]) -> Iterator[float]:
    for one, other in _RATIOS:
        if row.get(one) is not None and float(row.get(other) or 0):
            yield float(row[one]) / float(row[other]) - 1


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


def this_year(zone: ZoneInfo) -> int:
    """The year that days are said without."""
    return datetime.now(UTC).astimezone(zone).year


def picked(
    seen: Mapping[str, Sequence[tuple[ScreenNumber, ToldNumbers]]], how_many: int, chance: Random
) -> list[tuple[ScreenNumber, ToldNumbers]]:
    """So many, screen by screen at random: a screen with a long table has no more of them than another."""
    left = {address: chance.sample(numbers, len(numbers)) for address, numbers in seen.items()}
    found = []
    while len(found) < how_many and (screens := [address for address, numbers in left.items() if numbers]):
        found += [left[address].pop() for address in chance.sample(screens, len(screens))]
    return found[:how_many]


def off_by_one(shown: ScreenNumber) -> ScreenNumber | None:
    """The same number, wrong by one in its last place; None where it is no plain one, or so short that any is right."""
    if shown.day is not None or not any(_meant(shown.token)) or sum(map(str.isdigit, shown.token)) < 3:
        return None
    last = next(place for place in range(len(shown.token) - 1, -1, -1) if shown.token[place].isdigit())
    digit = str((int(shown.token[last]) + 1) % 10)
    return replace(shown, token=shown.token[:last] + digit + shown.token[last + 1 :])
