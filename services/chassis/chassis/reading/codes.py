"""Codes that went through a spreadsheet or a data frame: mended where certain, refused where digits are lost."""

import re
import unicodedata
from decimal import Decimal

from chassis.reading.bounds import of_short_cells
from chassis.reading.cells import BadCell, unwrapped

_WHOLE_FLOAT = re.compile(r"\d+[.,]0+")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+)[eE]\+?|[eE]\+)(\d{1,3})")
_TEXT = re.compile(r"'(\d+)")  # as a spreadsheet marks digits that are no number
MOST_OF_FLOAT = 2**53  # above that a float has not all whole numbers
# What spreadsheets, databases and data frames write where there is nothing.
_NOTHING = frozenset((
    "#n/a", "#na", "#nv", "#ref!", "#value!", "#wert!", "#valeur!", "#name?", "#div/0!", "#null!", "#num!", "nan",
    "null", "none", "n/a", "n.a.", "<na>", "(blank)", "(leer)", "(vide)", "(en blanco)", "inf",
))  # fmt: skip


@of_short_cells(str)
def mended(cell: str) -> str:
    """The code that the cell meant: 885705737 of `885705737.0`. Raises BadCell where only some digits are left."""
    code = _TEXT.sub(r"\1", unwrapped(cell))
    if not code.isascii() or not code.isprintable():
        code = "".join(sign for sign in code if unicodedata.category(sign) != "Cf")  # it shows nothing
    if code.lower() in _NOTHING or (code and not any(map(str.isalnum, code))):
        raise BadCell("no_code", f"{cell!r} is what a program writes where there is no code")
    if _WHOLE_FLOAT.fullmatch(code):
        whole = re.split("[.,]", code)[0]
        return _lost(cell) if int(whole) > MOST_OF_FLOAT else whole
    found = _SCIENTIFIC.fullmatch(code)
    if found is None:
        return code
    if len(found[2] or "") < int(found[3]):
        return _lost(cell)
    return format(Decimal(code.replace(",", ".")), "f").partition(".")[0]


def _lost(cell: str) -> str:
    raise BadCell(
        "code_lost_digits",
        f"{cell!r} is a code that a spreadsheet has shortened: format the column as text and export it again",
    )
