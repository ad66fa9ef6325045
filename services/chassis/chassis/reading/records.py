"""The records of a CSV, none larger than what is read, and none of them lost in another one's cell.

A quotation mark that nobody closes makes one cell of all lines up to the next mark. Where each of these lines is a
record of the table by itself, they are read as such, and the mark is a letter like others.
"""

import csv
import io
from collections.abc import Iterator

from chassis.reading.bounds import MOST_CELL, MOST_RECORD

csv.field_size_limit(MOST_CELL)


def records(text: io.TextIOBase, delimiter: str, width: int) -> Iterator[tuple[list[str], int]]:
    """Each record with the number of lines that it takes; `width`: the cells of a whole one. Raises csv.Error."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            record = next(reader, None)
        except csv.Error:
            cut = not lines.taken[-1:] or not lines.taken[-1].endswith(("\n", "\r"))
            apart = None if cut else _apart(lines.taken, delimiter, width)
            if apart is None:
                raise
            reader = csv.reader(lines, delimiter=delimiter)
        else:
            if record is None:
                return
            odd = len(lines.taken) > 1 or (len(record) < width and '"' in lines.taken[0])
            apart = _apart(lines.taken, delimiter, width) if odd else None
            if apart is None:
                yield record, len(lines.taken)
        yield from ((one, 1) for one in apart or ())
        lines.begin()


def _apart(lines: list[str], delimiter: str, width: int) -> list[list[str]] | None:
    """The lines as records of their own, if each is a whole one."""
    found = []
    for line in lines:
        try:
            if line.count('"') % 2:
                record = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
            else:
                record = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return None
        if record and len(record) != width:
            return None
        found.append(record)
    return found


class _Lines:
    """A text's lines without zeros; those of one record are kept, which takes so many characters and no more."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text, self.taken = text, list[str]()
        self._characters = 0

    def begin(self) -> None:
        """Another record."""
        self.taken, self._characters = [], 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_RECORD + 1)
        if not line:
            raise StopIteration
        self._characters += len(line)
        line = line.replace("\x00", "")
        self.taken.append(line)
        if self._characters > MOST_RECORD:
            raise csv.Error(f"it has more than {MOST_RECORD:,} characters; is a quotation mark missing?")
        return line
