"""Cells of a file as numbers and moments, whatever their notation; the notation is decided on the whole column."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_ISO = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}")
_SLASHED = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?$")


class BadCell(Exception):
    """A cell that can not be read. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def decimal_comma(cells: Iterable[str]) -> bool:
    """Whether the column writes 1.234,50 rather than 1,234.50."""
    commas = points = 0
    for cell in cells:
        commas += bool(re.search(r",\d{1,2}$|,\d{4,}$", cell))
        points += bool(re.search(r"\.\d+$", cell))
    return commas > points


# Files repeat their prices, quantities and minutes: most cells have been read before.
@lru_cache(maxsize=100_000)
def number(cell: str, comma: bool) -> Decimal:
    """A number, thousands separators removed. Raises BadCell."""
    plain = cell.strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "").replace("'", "")
    plain = plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
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
    text = cell.strip()
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
