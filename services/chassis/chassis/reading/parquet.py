"""Parquet files as rows of text, of a size that is known before anything is unpacked.

Guarantee: what is held at a time does not depend on what the file claims. Its pages are counted first
(`parquet_pages`); a text that stands in a dictionary is held once, however many rows name it; batches are as long as
their cells allow.
"""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO

import numpy as np
import pyarrow
import pyarrow.parquet as parquet

from chassis.reading import parquet_pages
from chassis.reading.bounds import MOST_CELL, MOST_COLUMNS, UnreadableFile, counted, too_many_columns

MAGIC = b"PAR1"
# What the library raises for a file that is: names and numbers that are none reach Python as well.
_DAMAGED = (pyarrow.ArrowException, OSError, ValueError, KeyError, OverflowError)
MOST_FOOTER = 16 * 1024**2
MOST_EXPANDED = 4 * 1024**3  # of a whole file
FREELY = 64 * 1024**2  # however small the file is
MOST_RATIO = 100  # of the file's size, beyond that: repetitive sales pack to a fiftieth
MOST_AT_ONCE = 512 * 1024**2  # the largest pages of all columns, which are open together
_BYTES = pyarrow.large_binary()  # of text as it lies in the file, be it UTF-8 or not
_DIGITS = 15  # of a number that is not whole: what comes after them is what computing left, as in 3.3000000000000003
MOST_OF_SINGLE = 2**24  # above that a number of 32 bits has not all whole ones
_BATCH_ROWS, _BATCH_CELLS, _BATCH_BYTES = 10_000, 200_000, 64 * 1024**2


def headers(file: BinaryIO) -> tuple[list[str], frozenset[str]]:
    """The names of the columns, and which are text. Raises UnreadableFile for what is damaged, or too large."""
    opened = _opened(file)
    _rows_at_a_time(file, opened)
    described = opened.metadata.schema.to_arrow_schema()
    return list(opened.schema_arrow.names), frozenset(field.name for field in described if _is_text(field.type))


def rows(file: BinaryIO) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by header) of every record."""
    opened = _opened(file)
    at_a_time, line = _rows_at_a_time(file, opened), 0
    texts = _Texts()
    try:
        for batch in opened.iter_batches(batch_size=at_a_time, row_groups=_filled(opened.metadata)):
            columns = {name: texts.of(name, batch.column(name)) for name in batch.schema.names}
            for index in range(batch.num_rows):
                line = counted(line + 1)
                yield line, {name: cells[index] for name, cells in columns.items()}
    except _DAMAGED as error:
        raise _damaged(error) from None


def _opened(file: BinaryIO) -> parquet.ParquetFile:
    """The file, of whose content only the footer was read."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 8))
    if int.from_bytes(file.read(4), "little") > min(size, MOST_FOOTER):
        raise UnreadableFile(f"the footer of this Parquet file is damaged, or larger than {MOST_FOOTER // 1024**2} MiB")
    file.seek(0)
    try:
        metadata = parquet.read_metadata(file)
        if metadata.num_columns > MOST_COLUMNS:
            raise too_many_columns(metadata.num_columns)
        flat = metadata.schema.to_arrow_schema()
        if twins := [name for name, times in Counter(flat.names).items() if times > 1]:
            raise UnreadableFile(f"two columns are called {twins[0]!r}; give each a name of its own")
        nested = next((field.name for field in flat if pyarrow.types.is_nested(field.type)), None)
        if nested is not None:
            raise UnreadableFile(f"the column {nested!r} holds lists or records; a cell is one value")
        text = [field.name for field in flat if _is_text(field.type)]
        file.seek(0)
        return parquet.ParquetFile(file, metadata=metadata, read_dictionary=text)
    except _DAMAGED as error:
        raise _damaged(error) from None


def _filled(metadata: parquet.FileMetaData) -> list[int]:
    """The row groups that have rows: a table without any is written as a group without pages."""
    return [group for group in range(metadata.num_row_groups) if metadata.row_group(group).num_rows > 0]


def _is_text(kind: pyarrow.DataType) -> bool:
    types = pyarrow.types
    asked = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    return any(is_kind(kind) for is_kind in asked)


def _rows_at_a_time(file: BinaryIO, opened: parquet.ParquetFile) -> int:
    """How many rows fit, after all pages were counted. Raises UnreadableFile for a file that writes out to too much."""
    metadata, size = opened.metadata, file.seek(0, io.SEEK_END)
    counted(max(metadata.num_rows, 0))
    expanded, seen = 0, 0
    largest = [0] * metadata.num_columns
    wide = [0] * metadata.num_columns  # bytes of a cell, at most, on average over a page
    for group in _filled(metadata):
        described = metadata.row_group(group)
        for place in range(metadata.num_columns):
            values = 0
            for page in parquet_pages.pages(file, described.column(place), size):
                expanded, seen, values = expanded + page.size, seen + 1, values + page.values
                largest[place] = max(largest[place], page.size)
                wide[place] = max(wide[place], page.size // page.values + 1 if page.values else 0)
                _must_fit(expanded, seen, sum(largest), size)
            if values != described.num_rows:
                raise UnreadableFile("this Parquet file is damaged: a column has more or fewer values than rows")
    file.seek(0)
    by_cells: int = _BATCH_CELLS // max(1, metadata.num_columns)
    return max(1, min(_BATCH_ROWS, by_cells, _BATCH_BYTES // max(1, sum(wide))))


def _must_fit(expanded: int, seen: int, at_once: int, size: int) -> None:
    if expanded > min(MOST_EXPANDED, max(FREELY, MOST_RATIO * size)) or at_once > MOST_AT_ONCE:
        raise UnreadableFile(f"the file of {size:,} bytes writes out to {expanded:,} and more; that much is not read")
    if seen > parquet_pages.MOST_PAGES:
        raise UnreadableFile(f"the file has more than {parquet_pages.MOST_PAGES:,} pages; save it with larger ones")


class _Texts:
    """Columns as lists of text. A dictionary that the next batch has too is written out once."""

    def __init__(self) -> None:
        self._written: dict[str, tuple[pyarrow.Array, list[str]]] = {}

    def of(self, name: str, column: pyarrow.Array) -> list[str]:
        """The cells of a column's batch."""
        if not pyarrow.types.is_dictionary(column.type):
            single = pyarrow.types.is_float32(column.type)
            return [_text(_shortest(value) if single else value) for value in _values(column)]
        known = self._written.get(name)
        if known is None or not known[0].equals(column.dictionary):
            known = column.dictionary, [_text(value) for value in column.dictionary.cast(_BYTES).to_pylist()]
            self._written[name] = known
        words = known[1]
        return ["" if index is None else words[index] for index in column.indices.to_pylist()]


def _values(column: pyarrow.Array) -> list[object]:
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):  # a day that Python's calendar has not
        return list(column.cast(pyarrow.string()).to_pylist())


def _shortest(value: object) -> object:
    """What was meant by a number of half as many bits; a whole one beyond them shows that digits are lost."""
    if not isinstance(value, float) or value != value or abs(value) == float("inf"):
        return value
    shortest = np.format_float_positional(np.float32(value), unique=True)
    return f"{value:.6E}" if value.is_integer() and abs(value) > MOST_OF_SINGLE else float(shortest)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float):
        return "" if value != value else repr(value) if value.is_integer() else f"{value:.{_DIGITS}g}"
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if len(text) > MOST_CELL:
        raise UnreadableFile(f"a cell has more than {MOST_CELL:,} characters")
    return text


def _damaged(error: Exception) -> UnreadableFile:
    return UnreadableFile(f"this Parquet file is damaged: {error}"[:500])
