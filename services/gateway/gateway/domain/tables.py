"""A list's rows as a table: which fields of a row make its cells. A cell that looks like a formula stays a text, and a
number stays a number, those below zero too."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from chassis.spreadsheets import csv_line, csv_number_line

_FIELD = re.compile(r"\w+(\.\w+)*")
END = "\r\n"


class NoColumn(ValueError):
    """What was asked for names no field."""


def column(said: str) -> tuple[list[str], str]:
    """(the way to a field of a row, the table's word for it) of "next4.mean:Next 4 weeks". Raises NoColumn."""
    field, _, label = said.partition(":")
    if not _FIELD.fullmatch(field):
        raise NoColumn(said)
    return field.split("."), label or field


def head(columns: Sequence[tuple[list[str], str]]) -> str:
    """The first line."""
    return csv_line(label for _, label in columns) + END


def line(columns: Sequence[tuple[list[str], str]], row: Any) -> str:
    """A row's line."""
    return csv_number_line(_cell(_at(row, way)) for way, _ in columns) + END


def _at(row: Any, way: Iterable[str]) -> Any:
    for part in way:
        row = row.get(part) if isinstance(row, dict) else None
    return row


def _cell(value: Any) -> object:
    """A value as one cell: a list's parts beside each other, yes and no as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(str(_cell(part)) for part in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_cell(part)}" for name, part in value.items())
    return value
