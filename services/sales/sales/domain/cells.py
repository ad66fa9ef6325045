"""Cells of a file as numbers and moments, whatever their notation; the notation is decided on the whole column."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_ISO = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})|^(\d{4})(\d{2})(\d{2})(?=$|[ T])")
_SLASHED = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?$")


class BadCell(Exception):
    """A cell that can not be read. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


_CURRENCY = r"(?:[^\W\d_]{2,3}\.?|[A-Za-z]{1,2}[$£]|[$€£¥₹₩₺₽₴₪฿₫₱₦₡])"
_AROUND = re.compile(rf"^{_CURRENCY}?\s*([-+]?)\s*{_CURRENCY}?\s*(.*?)\s*{_CURRENCY}?$", re.DOTALL)
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")
_EXPONENT = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d{1,3}")


@lru_cache(maxsize=100_000)
def bare(cell: str) -> str:
    """A number's cell without currency, spaces and the many ways to write a minus."""
    text = cell.strip().replace("\u2212", "-").replace("\u2013", "-")
    if _EXPONENT.fullmatch(text):
        return text
    if text[:1] == "(" and text[-1:] == ")":  # as accountants do
        text = f"-{text[1:-1]}"
    found = _AROUND.match(text)
    if found:
        text = found[1] + found[2]
    if text[-1:] in ("-", "+"):
        text = text[-1] + text[:-1]
    return text.translate(_SPACES)


# Digits, in threes from the right if they are in groups; in India those before the last three are in twos.
_GROUPED = re.compile(r"[-+]?(?:\d*|\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*|\d{1,2}(?:([.,])\d{2})+\2\d{3})")


def _decimal_sign(plain: str, comma: bool) -> str:
    """The sign before a number's decimals: what it shows, else the one that was decided on the whole file."""
    sign = "," if plain.rfind(",") > plain.rfind(".") else "."
    if plain.count(sign) > 1:
        return "." if sign == "," else ","
    whole, _, part = plain.lstrip("+-").partition(sign)
    if whole.isdigit() and len(whole) <= 3 and whole[0] != "0" and len(part) == 3 and part.isdigit():
        return "," if comma else "."
    return sign


# Files repeat their prices, quantities and minutes: most cells have been read before.
@lru_cache(maxsize=100_000)
def number(cell: str, comma: bool) -> Decimal:
    """A number, thousands separators removed; a cell that shows its decimal sign is read by that. Raises BadCell."""
    plain = bare(cell)
    if "," in plain or "." in plain:
        decimal = _decimal_sign(plain, comma)
        whole, _, rest = plain.partition(decimal)
        if not _GROUPED.fullmatch(whole):
            raise BadCell("bad_number", f"{cell[:40]!r} is not a number")
        plain = f"{whole.replace(',' if decimal == '.' else '.', '')}.{rest}"
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise BadCell("bad_number", f"{cell[:40]!r} is not a number") from None
    if not value.is_finite():
        raise BadCell("bad_number", f"{cell[:40]!r} is not a finite number")
    return value


def day_first(cells: Iterable[str]) -> tuple[bool, bool]:
    """(day before month, was it certain): certain when some first or second part is above twelve."""
    for cell in cells:
        parts = _SLASHED.match(cell.strip())
        if parts and int(parts[1]) > 12:
            return True, True
        if parts and int(parts[2]) > 12:
            return False, True
    return True, False


def ambiguous(cells: Iterable[str]) -> bool:
    """Whether the column has dates whose order of day and month must be decided."""
    return any(_SLASHED.match(cell.strip()) for cell in cells)


@lru_cache(maxsize=100_000)
def moment(cell: str, day_comes_first: bool) -> datetime | date:
    """A day, or a naive or aware moment. Raises BadCell."""
    text = _YEAR_FIRST.sub(lambda found: "-".join(part for part in found.groups() if part), cell.strip())
    try:
        if _ISO.match(text):
            year, month, rest = text.split("-", 2)
            day = re.sub(r"^(\d)(?!\d)", r"0\1", rest)
            padded = f"{year}-{month:0>2}-{day}"
            return date.fromisoformat(padded) if len(padded) == 10 else datetime.fromisoformat(padded)
        parts = _SLASHED.match(text)
        if parts:
            first, second, year_ = int(parts[1]), int(parts[2]), int(parts[3])
            day_, month_ = (first, second) if day_comes_first else (second, first)
            found = date(year_ + 2000 if year_ < 100 else year_, month_, day_)
            if not parts[4]:
                return found
            hour, minute, second = (int(part) for part in f"{parts[4]}:0".split(":")[:3])
            return datetime(found.year, found.month, found.day, hour, minute, second)  # noqa: DTZ001 - local time
    except ValueError:
        pass
    raise BadCell("bad_date", f"{cell[:40]!r} is not a date")
