"""What a spreadsheet makes of a cell: text that begins like a formula would be computed where the file is opened."""

import re
from collections.abc import Iterable

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
_needs_quotes = re.compile(r'[",\r\n]').search
_is_number = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII).fullmatch


def harmless(cell: object) -> str:
    """The cell as text that no spreadsheet takes for a formula; None is nothing."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_BEGINNINGS) else text


def csv_line(cells: Iterable[object]) -> str:
    """Harmless cells as CSV writes them, without the line's end."""
    return ",".join(map(_quoted, map(harmless, cells)))


def csv_number_line(cells: Iterable[object]) -> str:
    """The same of cells some of which are numbers, also those told as decimals: below zero they are no formula."""
    return ",".join(_quoted("" if cell is None else _kept(cell)) for cell in cells)


def csv_cell_sql(column: str) -> str:
    """SQL of the same of a text column, always quoted: for files of many rows, whose cells need be no objects here."""
    beginnings = ", ".join(f"chr({ord(character)})" for character in _BEGINNINGS)
    guard = f"CASE WHEN left({column}, 1) IN ({beginnings}) THEN chr(39) ELSE '' END"
    return f"chr(34) || {guard} || replace(COALESCE({column}, ''), chr(34), chr(34) || chr(34)) || chr(34)"


def _kept(cell: object) -> str:
    return str(cell) if _is_number(str(cell)) else harmless(cell)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _needs_quotes(text) else text
