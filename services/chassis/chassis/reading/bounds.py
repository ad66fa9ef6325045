"""What a file may be, asked before it is read: what is beyond is refused with a sentence, and nothing of it is kept.

A file's size says little: 5 kB of Parquet may write out to 1 GB, and one line of commas is 500 million cells.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

MOST_COLUMNS = 1_000
MOST_LINES = 5_000_000
MOST_CELL = 32_768  # characters; a spreadsheet's cell holds 32,767
MOST_RECORD = 1024 * 1024  # characters of a line with all its cells
MOST_SHORT = 200  # characters of a number, a day, a kind or a word for totals: a longer cell is none

P = ParamSpec("P")
Read = TypeVar("Read")
Beyond = TypeVar("Beyond")


class UnreadableFile(Exception):
    """The file is no table we can read; the message says why."""


def too_many_columns(columns: int) -> UnreadableFile:
    """What is said of a table that is too wide."""
    return UnreadableFile(f"the table has {columns:,} columns; at most {MOST_COLUMNS:,} are read")


def counted(line: int) -> int:
    """The line's number. Raises UnreadableFile beyond the last that is read."""
    if line > MOST_LINES:
        raise UnreadableFile(f"the file has more than {MOST_LINES:,} lines; split it")
    return line


def of_short_cells(
    beyond: Callable[[str], Beyond], remembered: int = 100_000
) -> Callable[[Callable[Concatenate[str, P], Read]], Callable[Concatenate[str, P], Read | Beyond]]:
    """For a function of a cell: remembers its answers, since files repeat their cells.

    A cell that is too long to be what the function looks for gets what `beyond` says, and is neither looked through nor
    remembered.
    """

    def made(read: Callable[Concatenate[str, P], Read]) -> Callable[Concatenate[str, P], Read | Beyond]:
        known = lru_cache(remembered)(read)

        @wraps(read)
        def answer(cell: str, /, *more: P.args, **named: P.kwargs) -> Read | Beyond:
            return known(cell, *more, **named) if len(cell) <= MOST_SHORT else beyond(cell)  # type: ignore[arg-type]

        return answer

    return made
