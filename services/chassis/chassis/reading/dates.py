"""Days and moments of a file, in the notations of tills, spreadsheets and shop systems.

Which of `01/02/2026` is the month is decided on the whole column: by a number above twelve, by dots (nobody writes the
month first with them), by the order of the lines.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chassis.reading.bounds import of_short_cells
from chassis.reading.cells import BadCell

_CLOCK = (
    r"(?:,?[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?"
    r"\s*([AaPp])?\.?(?:[Mm]\.?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}")
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_CLOCK}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_CLOCK}")
_NAMED = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(\d{1,2})\.?(?:st|nd|rd|th)?[ -]+(?:de\s+)?([^\W\d_]+)\.?,?[ -]+(?:de\s+)?"
    rf"(\d{{4}}|\d{{2}}){_CLOCK}"
)
_NAME_FIRST = re.compile(rf"(?:[^\W\d_]+\.?,\s+)?([^\W\d_]+)\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_CLOCK}")
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,](\d+))?")
_SERIAL_BEGINS = date(1899, 12, 30)  # as spreadsheets count, with their leap day of 1900
_MONTHS = (
    "january jan januar jänner janvier janv enero ene", "february feb februar février fevrier févr fevr febrero",
    "march mar märz maerz mrz mär mars marzo", "april apr avril avr abril abr", "may mai mayo",
    "june jun juni juin junio", "july jul juli juillet juil julio", "august aug août aout agosto ago",
    "september sep sept septembre septiembre set", "october oct oktober okt octobre octubre",
    "november nov novembre noviembre", "december dec dezember dez décembre decembre déc diciembre dic",
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_Time = tuple[str | None, ...]


@of_short_cells(lambda _: None)
def _year_last(cell: str) -> "re.Match[str] | None":
    return _YEAR_LAST.fullmatch(cell.strip())


def day_first(cells: Sequence[str]) -> bool | None:
    """Whether the day comes before the month; None if nothing says so. `cells`: the different ones, in their order."""
    found = [parts for cell in cells if (parts := _year_last(cell))]
    says_day = sum(int(parts[1]) > 12 or parts[2] == "." for parts in found)
    says_month = sum(int(parts[3]) > 12 for parts in found if parts[2] != ".")
    if says_day or says_month:
        return bool(says_day >= says_month)
    ordered = {first: _ordered(cells, first) for first in (True, False)}
    return None if ordered[True] == ordered[False] else ordered[True]


def ambiguous(cells: Sequence[str]) -> bool:
    """Whether the column has dates whose order of day and month must be decided."""
    return any(_year_last(cell) for cell in cells)


def _ordered(cells: Sequence[str], first: bool) -> bool:
    """Whether days that are read so go one way, as lines of a till do."""
    days = []
    for cell in cells:
        try:
            found = moment(cell, first)
        except BadCell:
            continue
        days.append((found.year, found.month, found.day))
    days = list(dict.fromkeys(days))
    return len(days) > 2 and days in (sorted(days), sorted(days, reverse=True))


def _none(cell: str) -> datetime | date:
    raise BadCell("bad_date", f"{cell[:40]!r} is not a date")


@of_short_cells(_none)
def moment(cell: str, day_comes_first: bool) -> datetime | date:
    """A day, or a naive or aware moment. Raises BadCell."""
    text = cell.strip()
    try:
        found = _read(text, day_comes_first)
    except (ValueError, OverflowError):
        found = None
    return _none(cell) if found is None else found


def _read(text: str, day_comes_first: bool) -> datetime | date | None:
    if parts := _YEAR_FIRST.fullmatch(text):
        return _at(date(int(parts[1]), int(parts[3]), int(parts[4])), parts.groups()[4:])
    if parts := _YEAR_LAST.fullmatch(text):
        day, month = (parts[1], parts[3]) if day_comes_first else (parts[3], parts[1])
        return _at(date(_year(parts[4]), int(month), int(day)), parts.groups()[4:])
    if parts := _COMPACT.fullmatch(text):
        return _at(date(int(parts[1]), int(parts[2]), int(parts[3])), parts.groups()[3:])
    if parts := _SERIAL.fullmatch(text):
        day_ = _SERIAL_BEGINS + timedelta(days=int(parts[1]))
        seconds = round(float(f"0.{parts[2]}") * 86_400) if parts[2] else 0
        return datetime(day_.year, day_.month, day_.day) + timedelta(seconds=seconds) if seconds else day_  # noqa: DTZ001
    if (parts := _NAMED.fullmatch(text)) and (number := _MONTH.get(parts[2].lower())):
        return _at(date(_year(parts[3]), number, int(parts[1])), parts.groups()[3:])
    if (parts := _NAME_FIRST.fullmatch(text)) and (number := _MONTH.get(parts[1].lower())):
        return _at(date(int(parts[3]), number, int(parts[2])), parts.groups()[3:])
    return datetime.fromisoformat(text) if text[4:5] == "-" else None


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _at(day: date, clock: _Time) -> datetime | date:
    """The day at its time, if it has one: naive in the business's time zone, aware with an offset."""
    hour, minute, second, fraction, half, zone = clock
    if hour is None:
        return day
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError("no hour of half a day")
        hours = hours % 12 + (12 if half in "Pp" else 0)
    micro = f"{fraction or '0':0<6}"
    offset = "" if not zone else "+00:00" if zone == "Z" else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    return datetime.fromisoformat(f"{day}T{hours:02}:{minute}:{second or '00'}.{micro}{offset}")
