"""A cell of a shop's file understood: the value that it means by what its column says, or what is wrong with it.

No cell is taken for something else than it says: money is no number of goods, packs are no pieces, a part of all is no
percent, and what a program writes where there is nothing is nothing.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from chassis.reading.cells import BadCell, bare, number, unwrapped, word_of
from chassis.reading.codes import is_barcode, is_nothing, mended
from chassis.reading.dates import moment
from chassis.reading.units import check
from pydantic import ValidationError

from catalog.domain.imports.columns import FileColumn, Read

_YES = frozenset(
    {"1", "true", "yes", "y", "x", "ja", "j", "oui", "o", "vrai", "si", "sí", "s", "archived", "archiviert"}
)
_NO = frozenset({"0", "false", "no", "n", "nein", "non", "faux", "falso", "active", "aktiv", "actif", "activo", "-"})
_ZEROS = re.compile(r"(?<=^[01])[.,]0+$")  # data frames write 1.0 and 0.0
_LISTED = (";", "|", ",")
_PERCENT = re.compile(r"^%\s*|\s*(?:%|percent|prozent|pour\s?cent|por\s?ciento)(?:\s+off)?$", re.IGNORECASE)
_DAYS = re.compile(r"\s*\b(?:d|days?|tagen?|tage|jours?|d[ií]as?)\.?$", re.IGNORECASE)
_WEEKS = re.compile(r"\s*\b(?:wks?|weeks?|wochen?|sem|semaines?|semanas?)\.?$", re.IGNORECASE)
_CELSIUS = re.compile(r"\s*°\s*C$|(?<=\d)\s*C$")
_MILLIMETRES = re.compile(r"\s*(?:mm|l/m[²2])$", re.IGNORECASE)


@dataclass(frozen=True)
class Notation:
    """What was decided on whole columns: the order of day and month, decimal signs, and which shares are percents."""

    day_first: bool = True
    commas: Mapping[str, bool] = field(default_factory=dict)
    percents: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)
    fractions: frozenset[str] = frozenset()  # shares of which some cells are parts of all, as 0.2
    zone: ZoneInfo | None = None  # in which a moment with an offset is of a day


def understood(column: FileColumn, cell: str, notation: Notation) -> Any:
    """The value that a cell means, within its bounds. Raises BadCell."""
    value = _READERS[column.read](cell, column, notation)
    try:
        return column.judge(value)
    except ValidationError as wrong:
        message = wrong.errors(include_url=False, include_input=False, include_context=False)[0]["msg"]
        raise BadCell("bad_value", message) from None


def _number(cell: str, column: FileColumn, notation: Notation) -> Decimal:
    check(cell, notation.units.get(column.target), money=column.money)
    if not column.money and is_barcode(bare(cell)):
        raise BadCell("barcode", f"{cell[:40]!r} is a barcode, and no number of goods")
    return number(cell, notation.commas.get(column.target, False))


def _plain_number(cell: str, column: FileColumn, notation: Notation, must_be: str) -> Decimal:
    """A number beside which nothing stands."""
    if word_of(cell) and any(map(str.isdigit, cell)):
        raise BadCell("other_unit", f"{cell[:40]!r} is no {must_be}")
    return number(cell, notation.commas.get(column.target, False))


def _share(cell: str, column: FileColumn, notation: Notation) -> Decimal:
    text = unwrapped(cell)
    said = _PERCENT.sub("", text)
    value = _plain_number(said, column, notation, "share: write it as percents")
    if said != text or not value:
        return value / 100
    percents, part = column.target in notation.percents, abs(value)
    if part < 1 if percents else part == 1 and column.target not in notation.fractions:
        raise BadCell("mixed_shares", f"{cell[:40]!r} may be that many percent or that part of all: write it with `%`")
    return value / 100 if percents else value


def _days(cell: str, column: FileColumn, notation: Notation) -> Decimal:
    text = unwrapped(cell)
    weeks = _WEEKS.sub("", text)
    said = weeks if weeks != text else _DAYS.sub("", text)
    return _plain_number(said, column, notation, "number of days or weeks") * (7 if weeks != text else 1)


def _moment(cell: str, notation: Notation) -> datetime | date:
    """In the business's time if it has an offset, but the midnight of its own: that is how programs write a day."""
    found = moment(cell, notation.day_first)
    if not isinstance(found, datetime) or found.tzinfo is None or notation.zone is None or found.time() == time():
        return found
    try:
        return found.astimezone(notation.zone)
    except OverflowError:
        raise BadCell("bad_date", f"{cell[:40]!r} is out of range") from None


def _day(cell: str, column: FileColumn, notation: Notation) -> date:
    found = _moment(cell, notation)
    return found.date() if isinstance(found, datetime) else found


def _whole_day(cell: str, column: FileColumn, notation: Notation) -> date:
    found = _moment(cell, notation)
    if isinstance(found, datetime) and found.time() != time():
        raise BadCell("not_a_day", f"{cell[:40]!r} is an hour: what is said here is of a whole day")
    return found.date() if isinstance(found, datetime) else found


def _text(cell: str, column: FileColumn, notation: Notation) -> str:
    if is_nothing(cell):
        raise BadCell("no_value", f"{cell[:40]!r} is what a program writes where there is nothing")
    if "\ufffd" in cell:
        raise BadCell("lost_letters", f"{cell[:40]!r} has letters that were lost: save the file as UTF-8")
    return " ".join(cell.split())


def _reference(cell: str, column: FileColumn, notation: Notation) -> str:
    """A number of a paper, as its writer knew it; a day may be one."""
    try:
        return mended(cell)
    except BadCell as bad:
        if bad.code != "code_became_day":
            raise
        return unwrapped(cell)


def _listed(cell: str, column: FileColumn, notation: Notation) -> list[str]:
    separator = next((sign for sign in _LISTED if sign in cell), "\n")
    return [mended(part.strip()) for part in cell.split(separator) if part.strip()]


def _flag(cell: str, column: FileColumn, notation: Notation) -> bool:
    said = _ZEROS.sub("", cell.casefold())
    if said not in _YES | _NO:
        raise BadCell("bad_flag", f"{cell[:40]!r} is neither yes nor no")
    return said in _YES


_READERS: dict[Read, Callable[[str, FileColumn, Notation], Any]] = {
    "text": _text,
    "code": lambda cell, column, notation: mended(cell),
    "reference": _reference,
    "number": _number,
    "share": _share,
    "discount": lambda cell, column, notation: abs(_share(cell, column, notation)),
    "days": _days,
    "celsius": lambda cell, column, notation: _plain_number(
        _CELSIUS.sub("", unwrapped(cell)), column, notation, "temperature in degrees Celsius"
    ),
    "millimetres": lambda cell, column, notation: _plain_number(
        _MILLIMETRES.sub("", unwrapped(cell)), column, notation, "number of millimetres"
    ),
    "day": _day,
    "whole_day": _whole_day,
    "moment": lambda cell, column, notation: moment(cell, notation.day_first),
    "list": _listed,
    "flag": _flag,
}
