"""Codes that went through a spreadsheet or a data frame: mended where certain, refused where digits are lost."""

import re
import unicodedata
from decimal import Decimal

from chassis.reading.bounds import of_short_cells
from chassis.reading.cells import BadCell, unwrapped
from chassis.reading.encodings import read_askew

_WHOLE_FLOAT = re.compile(r"\d+[.,]0+")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+)[eE]\+?|[eE]\+)(\d{1,3})")
_TEXT = re.compile(r"'(\d.*)")  # as a spreadsheet marks digits that are no number
MOST_OF_FLOAT = 2**53  # above that a float has not all whole numbers
# What spreadsheets, databases and data frames write where there is nothing.
_NOTHING = frozenset((
    "#n/a", "#na", "#nv", "#ref!", "#value!", "#wert!", "#valeur!", "#name?", "#div/0!", "#null!", "#num!", "nan",
    "null", "none", "n/a", "n.a.", "<na>", "(blank)", "(leer)", "(vide)", "(en blanco)", "inf",
    "(none)", "(null)", "nil", "undefined",
))  # fmt: skip
_LOGICAL = frozenset(("true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso"))  # no code, but a flag
# What is drawn alike and differs only by how a program wrote it: letters as wide as high, hyphens, what shows nothing.
# Dashes and minus signs stay: a code may have them.
_WRITTEN: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WRITTEN |= {0x2010: ord("-"), 0x2011: ord("-")}
_WRITTEN |= dict.fromkeys((0x34F, 0x115F, 0x1160, 0x3164, *range(0xFE00, 0xFE10)))
_BARCODE = re.compile(r"\d(?: ?\d){7,13}")
_BARCODES = (8, 12, 13, 14)
_MON = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONAT = "(?:Jan|Feb|Mrz|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
_DAY = re.compile(  # what spreadsheets make of `3-1`, `MAR-1` and `1.3.26`
    rf"\d{{4}}-\d\d-\d\d(?:[ T]00:00:00)?|\d{{1,2}}-{_MON}(?:-\d\d(?:\d\d)?)?|{_MON}-\d\d"
    rf"|\d\d\. {_MONAT}(?: \d\d)?|{_MONAT} \d\d|\d\d([./])\d\d\1\d{{4}}"
)
_IN_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0*)?")  # the number that a spreadsheet made of a code, for reading


@of_short_cells(str)
def mended(cell: str) -> str:
    """The code that the cell meant: 885705737 of `885705737.0`. Raises BadCell where a part of it was lost."""
    code = unwrapped(cell)
    if found := _TEXT.fullmatch(code):
        code = found[1]
    if not code.isascii() or not code.isprintable():
        code = unicodedata.normalize("NFC", code).translate(_WRITTEN)
        code = "".join(sign for sign in code if unicodedata.category(sign) != "Cf")  # it shows nothing
        if read_askew(code):
            raise BadCell("code_lost_letters", f"{cell!r} was written in another encoding than it was read in")
    code = " ".join(code.split())
    if _DAY.fullmatch(code):
        raise BadCell("code_became_day", f"{cell!r} is a day that a spreadsheet made of a code: export it as text")
    if _IN_GROUPS.fullmatch(code):
        raise BadCell("code_became_number", f"{cell!r} is a number that a spreadsheet made of a code: write it as text")
    if code.lower() in _NOTHING | _LOGICAL or (code and not any(map(str.isalnum, code))):
        raise BadCell("no_code", f"{cell!r} is what a program writes where there is no code")
    if _WHOLE_FLOAT.fullmatch(code):
        whole = re.split("[.,]", code)[0]
        return _lost(cell) if int(whole) > MOST_OF_FLOAT else whole
    if " " in code and _BARCODE.fullmatch(code) and is_barcode(digits := code.replace(" ", "")):
        return digits  # as it is printed below its bars
    found = _SCIENTIFIC.fullmatch(code)
    if found is None:
        return code
    if len(found[2] or "") < int(found[3]):
        return _lost(cell)
    return format(Decimal(code.replace(",", ".")), "f").partition(".")[0]


def is_nothing(cell: str) -> bool:
    """Whether a cell says what programs write where there is nothing."""
    return cell.strip().lower() in _NOTHING


def is_barcode(digits: str) -> bool:
    """Whether digits are a barcode of goods, by the last of them."""
    if len(digits) not in _BARCODES or not digits.isdecimal():
        return False
    odd, even = (sum(map(int, digits[place::-2])) for place in (-2, -3))
    return (3 * odd + even + int(digits[-1])) % 10 == 0


def _lost(cell: str) -> str:
    raise BadCell(
        "code_lost_digits",
        f"{cell!r} is a code that a spreadsheet has shortened: format the column as text and export it again",
    )
