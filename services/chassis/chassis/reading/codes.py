"""Codes that went through a spreadsheet or a data frame: mended where certain, refused where digits are lost."""

import re
from decimal import Decimal

from chassis.reading.bounds import of_short_cells
from chassis.reading.cells import BadCell

_WHOLE_FLOAT = re.compile(r"\d+\.0+")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+(\d{1,3})")


@of_short_cells(str)
def mended(cell: str) -> str:
    """The code that the cell meant: 885705737 of `885705737.0`. Raises BadCell where only some digits are left."""
    if _WHOLE_FLOAT.fullmatch(cell):
        return cell.partition(".")[0]
    found = _SCIENTIFIC.fullmatch(cell)
    if found is None:
        return cell
    if len(found[2] or "") < int(found[3]):
        raise BadCell(
            "code_lost_digits",
            f"{cell!r} is a code that a spreadsheet has shortened: format the column as text and export it again",
        )
    return format(Decimal(cell.replace(",", ".")), "f").partition(".")[0]
