"""The form in which what is kept of a file is written (`reading.kept`): nothing of it is detected again.

Lines keep their numbers, also those of which nothing is left, and cells what they were.
"""

import contextlib
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

FAULT = "\ufdd0fault"  # the cell, of a column that no file has, that says what is wrong with a line as a whole
# By the format of the file that it was kept of: the cells of a Parquet file had types, those of a CSV have notations.
TEXT = "\ufdd1"  # ends the name of a column of a Parquet file whose cells are text, and have notations as well
MAGIC = {"csv": b"#almanac text\n", "parquet": b"#almanac typed\n"}


def format_of(sample: bytes) -> str | None:
    """The format of the file before, if the sample begins one of ours."""
    return next((name for name, magic in MAGIC.items() if sample.startswith(magic)), None)


def headers(sample: bytes, kept_of: str) -> tuple[list[str], frozenset[str]]:
    """The columns that were kept, and which of them are text in a file of numbers of its own."""
    text = io.StringIO(sample[len(MAGIC[kept_of]) :].decode(errors="replace"), newline="")
    names = [name for name in next(csv.reader(text), []) if name != FAULT]
    return list(map(_bare, names)), frozenset(_bare(name) for name in names if name.endswith(TEXT))


def _bare(name: str) -> str:
    return name.removesuffix(TEXT)


def rows(file: BinaryIO, kept_of: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by header) of every record."""
    file.seek(len(MAGIC[kept_of]))
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        lines = csv.reader(text)
        names = list(map(_bare, next(lines, [])))
        for line, said in enumerate(lines, 1):
            cells = dict(zip(names, said, strict=False))
            if not cells.get(FAULT, "-"):
                del cells[FAULT]
            yield line, cells
    finally:
        with contextlib.suppress(ValueError):  # the file was closed before us
            text.detach()
