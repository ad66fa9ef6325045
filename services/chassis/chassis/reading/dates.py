"""Days and moments of a file, in the notations of tills, spreadsheets and shop systems.

Which of `01/02/2026` is the month is decided on the whole file (`reading.day_order`).
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

from chassis.reading.bounds import of_short_cells
from chassis.reading.cells import BadCell, unwrapped

# Zones that are known by their letters: those of Europe, and those of mail in North America (RFC 5322). Others, like
# IST and BST, are of several countries.
_OFFSETS = {
    "Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00", "WET": "+00:00", "WEST": "+01:00", "CET": "+01:00",
    "MEZ": "+01:00", "CEST": "+02:00", "MESZ": "+02:00", "EET": "+02:00", "EEST": "+03:00", "EDT": "-04:00",
    "EST": "-05:00", "CDT": "-05:00", "CST": "-06:00", "MDT": "-06:00", "MST": "-07:00", "PDT": "-07:00",
    "PST": "-08:00",
}  # fmt: skip
_ZONE = rf"(?:(?:UTC|GMT)?[+-]\d{{1,2}}(?::?\d{{2}})?|{'|'.join(_OFFSETS)})"
_CLOCK = (
    r"(?:(?:,|\s+(?:at|um|à|a\s+las))?(?:\s+|T)(\d{1,2})(?:[:.hH](\d{2})(?:[:.m](\d{2})(?:[.,](\d{1,9}))?)?)?"
    rf"\s*(?:[Uu]hr)?\s*(?:([AaPp])\.?\s?[Mm]?\.?)?\s*({_ZONE})?(?:\[[\w/+-]+\]|\s+\([^()]*\))?)?"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}")
_ZONED_DAY = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}})\s?{_ZONE}")
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_CLOCK}")
_COMPACT_CLOCK = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}})T?(\d{{2}})(\d{{2}})(\d{{2}})?({_ZONE})?")
YEAR_LAST = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_CLOCK}")
_WEEKDAY = r"(?:([^\W\d_]+)\.?,?\s+)?"
_WEEKDAYS = (
    "mon monday mo montag lun lundi lunes", "tue tues tuesday di dienstag mar mardi martes",
    "wed weds wednesday mi mittwoch mer mercredi mié mie miércoles",
    "thu thur thurs thursday do donnerstag jeu jeudi jue jueves",
    "fri friday fr freitag ven vendredi vie viernes", "sat saturday sa samstag sonnabend sam samedi sáb sab sábado",
    "sun sunday so sonntag dim dimanche dom domingo",
)  # fmt: skip
_WEEKDAY_OF = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
_NAMED = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?[\s/-]*(?:of\s+|de\s+)?([^\W\d_]+)\.?,?[\s/-]*(?:del?\s+)?"
    rf"(\d{{4}}|\d{{2}}){_CLOCK}"
)
_NAME_FIRST = re.compile(rf"{_WEEKDAY}([^\W\d_]+)\.?[\s-]+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+|-)(\d{{4}}){_CLOCK}")
_YEAR_AT_END = re.compile(  # as C writes a moment
    r"([^\W\d_]+)\s+([^\W\d_]+)\s+(\d{1,2})\s+(\d{2}:\d{2}:\d{2})\s+(\d{4})"
)
_SECONDS = re.compile(r"(1\d{9}|[2-3]\d{9})(\d{3})?(?:[.,]\d+)?")  # since 1970, or thousandths
# A day or moment of digits that a program took for a number: all of them are there.
_MADE_A_FLOAT = re.compile(r"(\d{8}|\d{10}|\d{12,14})[.,]0+")
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,](\d+))?")
_SERIAL_BEGINS = date(1899, 12, 30)  # as spreadsheets count, with their leap day of 1900
_MONTHS = (
    "january jan januar jänner jän janvier janv enero ene",
    "february feb februar feber février fevrier févr fevr febrero",
    "march mar märz maerz mrz mär mars marzo", "april apr avril avr abril abr", "may mai mayo",
    "june jun juni juin junio", "july jul juli juillet juil julio", "august aug août aout agosto ago",
    "september sep sept septembre septiembre set", "october oct oktober okt octobre octubre",
    "november nov novembre noviembre", "december dec dezember dez décembre decembre déc diciembre dic",
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_Time = tuple[str | None, ...]


_OF_A_DAY = re.compile(r"0?[.,]\d+")
_SPREADSHEETS_FIRST = re.compile(r"(?:1899-12-3[01]|1900-01-0[01])[T ](.*)")  # where they put a time that has no day


def clock_of(cell: str) -> str:
    """A time's cell as clocks write it, also where a spreadsheet wrote it as a part of a day."""
    text = unwrapped(cell)
    if found := _SPREADSHEETS_FIRST.fullmatch(text):
        return found[1]
    if _OF_A_DAY.fullmatch(text):
        return str(timedelta(seconds=round(float(f"0.{re.split('[.,]', text)[1]}") * 86_400)))
    return text


def is_serial(cell: str) -> bool:
    """Whether a cell is a day as a spreadsheet counts it."""
    return _SERIAL.fullmatch(unwrapped(cell)) is not None


def is_midnight(moment: datetime) -> bool:
    """Whether a moment without an offset may be a day alone, which a program wrote with a time of nothing."""
    return moment.tzinfo is None and (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def _none(cell: str) -> datetime | date:
    raise BadCell("bad_date", f"{cell[:40]!r} is not a date")


@of_short_cells(_none)
def moment(cell: str, day_comes_first: bool) -> datetime | date:
    """A day, or a naive or aware moment. Raises BadCell."""
    text = unicodedata.normalize("NFC", unwrapped(cell))
    try:
        found = _read(text, day_comes_first)
    except (ValueError, OverflowError):
        found = None
    return _none(cell) if found is None else found


def _read(text: str, day_comes_first: bool) -> datetime | date | None:
    if made := _MADE_A_FLOAT.fullmatch(text):
        text = made[1]
    if text.isdigit() or _SERIAL.fullmatch(text):
        return _of_digits(text)
    if parts := _YEAR_FIRST.fullmatch(text):
        return _at(date(int(parts[1]), int(parts[3]), int(parts[4])), parts.groups()[4:])
    if parts := YEAR_LAST.fullmatch(text):
        day, month = (parts[1], parts[3]) if day_comes_first else (parts[3], parts[1])
        return _at(date(full_year(parts[4]), int(month), int(day)), parts.groups()[4:])
    if parts := _COMPACT.fullmatch(text) or _ZONED_DAY.fullmatch(text):
        return _at(date(int(parts[1]), int(parts[2]), int(parts[3])), parts.groups()[3:] or (None,) * 6)
    if parts := _COMPACT_CLOCK.fullmatch(text):
        return _compact(parts)
    return _with_name(text)


def _of_digits(text: str) -> datetime | date | None:
    """A day, a moment or a spreadsheet's number of a day, of which nothing but digits is written."""
    if parts := _COMPACT.fullmatch(text):
        return date(int(parts[1]), int(parts[2]), int(parts[3]))
    if parts := _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(parts[1]), UTC)
    if parts := _SERIAL.fullmatch(text):
        day = _SERIAL_BEGINS + timedelta(days=int(parts[1]))
        seconds = round(float(f"0.{parts[2]}") * 86_400) if parts[2] else 0
        return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds) if seconds else day  # noqa: DTZ001
    parts = _COMPACT_CLOCK.fullmatch(text)
    return _compact(parts) if parts else None


def _compact(parts: "re.Match[str]") -> datetime | date:
    day = date(int(parts[1]), int(parts[2]), int(parts[3]))
    return _at(day, (parts[4], parts[5], parts[6], None, None, parts[7]))


def _with_name(text: str) -> datetime | date | None:
    """A day whose month is written out."""
    if (parts := _NAMED.fullmatch(text)) and (number := _MONTH.get(parts[3].lower())):
        return _at(_on(date(full_year(parts[4]), number, int(parts[2])), parts[1]), parts.groups()[4:])
    if (parts := _NAME_FIRST.fullmatch(text)) and (number := _MONTH.get(parts[2].lower())):
        return _at(_on(date(int(parts[4]), number, int(parts[3])), parts[1]), parts.groups()[4:])
    if (parts := _YEAR_AT_END.fullmatch(text)) and (number := _MONTH.get(parts[2].lower())):
        return datetime.fromisoformat(f"{_on(date(int(parts[5]), number, int(parts[3])), parts[1])}T{parts[4]}")
    return None


def _on(day: date, weekday: str | None) -> date:
    """The day, which is the weekday that its cell says, if it says one."""
    if _WEEKDAY_OF.get((weekday or "").lower(), day.weekday()) != day.weekday():
        raise ValueError("its weekday is another one")
    return day


def full_year(text: str) -> int:
    """A year of two or four digits."""
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
    elif minute is None:
        raise ValueError("an hour alone may be anything")
    micro = f"{fraction or '0':0<6}"[:6]
    time = f"{hours:02}:{minute or '00'}:{second or '00'}.{micro}"
    return datetime.fromisoformat(f"{day}T{time}{_offset(zone) if zone else ''}")


def _offset(zone: str) -> str:
    """An offset as ISO writes it."""
    if zone in _OFFSETS:
        return _OFFSETS[zone]
    digits = zone.removeprefix("UTC").removeprefix("GMT").replace(":", "")
    hours, minutes = (digits[1:], "00") if len(digits) < 4 else (digits[1:-2], digits[-2:])
    return f"{digits[0]}{int(hours):02}:{minutes}"
