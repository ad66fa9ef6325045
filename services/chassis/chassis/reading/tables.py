"""Files as rows of text: CSV in the usual encodings and delimiters, and Parquet (`reading.parquet`).

What a file may be is bounded (`reading.bounds`) before it is read: no line, cell or header is held that is larger.
Line numbers count the file's records from 1 (a CSV's header is no record).
"""

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from chassis.reading import own, parquet
from chassis.reading.bounds import MOST_CELL, MOST_COLUMNS, MOST_RECORD, UnreadableFile, counted, too_many_columns

DELIMITERS = ",;\t|"
SAMPLE_BYTES = 256 * 1024
HEADER_RECORDS = 50
_SEPARATOR = re.compile(r"\s*\"?sep=([,;\t|])\"?[^\S\r\n]*[\r\n]", re.IGNORECASE)

csv.field_size_limit(MOST_CELL)


@dataclass(frozen=True)
class Layout:
    """How the file is written."""

    format: str
    headers: list[str]
    delimiter: str | None = None
    encoding: str | None = None
    header: int = 0  # records before it that are not blank
    own: bool = False  # in the form that `reading.kept` writes; `format` is that of the file before


def _encoding(sample: bytes) -> str:
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if sample[:3] == b"\xef\xbb\xbf":
        return "utf-8-sig"
    try:
        sample[: len(sample) - 4].decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return "latin-1"


def layout(file: BinaryIO) -> Layout:
    """Format, encoding, delimiter and headers. Raises UnreadableFile."""
    file.seek(0)
    sample = file.read(SAMPLE_BYTES)
    kept_of = own.format_of(sample)
    if kept_of is not None:
        return Layout(kept_of, own.headers(sample, kept_of), own=True)
    if sample[:4] == parquet.MAGIC:
        return Layout("parquet", parquet.headers(file))
    if not sample.strip():
        raise UnreadableFile("the file is empty")
    if b"\x00" in sample and sample[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableFile("this is neither CSV text nor Parquet")
    encoding = _encoding(sample)
    delimiter, headers, header = _header(sample.decode(encoding, errors="replace"))
    if len(headers) > MOST_COLUMNS:
        raise too_many_columns(len(headers))
    repeated = {name for name, times in Counter(headers).items() if name and times > 1}
    if repeated:
        raise UnreadableFile(f"the header names {', '.join(sorted(repeated))} more than once")
    return Layout("csv", headers, delimiter, encoding, header)


def _header(text: str) -> tuple[str, list[str], int]:
    """Delimiter, names of the columns, and how many records (titles, `sep=`) come before them."""
    said = _SEPARATOR.match(text)
    candidates = said[1] if said else DELIMITERS
    best: tuple[int, str, list[list[str]]] = (0, "", [])
    for delimiter in candidates:
        records = _records(text, delimiter)
        wide = sum(len(record) - 1 for record in records if len(record) > 1)
        if wide > best[0]:
            best = wide, delimiter, records
    wide, delimiter, records = best
    if not wide:
        raise UnreadableFile("the first lines have no delimiter (comma, semicolon, tab or |)")
    # Titles above a table fill fewer columns than the table; its header fills most of those that its lines have.
    usual = Counter(len(record) for record in records if len(record) > 1).most_common(1)[0][0]
    for number, record in enumerate(records):
        filled = sum(bool(cell.strip()) for cell in record)
        if len(record) > 1 and len(record) >= usual / 2 and filled > max(1, usual / 2):
            return delimiter, [cell.strip() for cell in record], number
    return delimiter, [cell.strip() for cell in records[0]], 0


def _records(text: str, delimiter: str) -> list[list[str]]:
    """The first records that are not blank."""
    found: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # told when the records are read
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in record):
                found.append(record)
            if len(found) == HEADER_RECORDS:
                break
    return found


def rows(file: BinaryIO, how: Layout) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by header) of every record; missing cells are empty."""
    file.seek(0)
    if how.own:
        yield from own.rows(file, how.format, how.headers)
        return
    if how.format == "parquet":
        yield from parquet.rows(file)
        return
    text = io.TextIOWrapper(file, encoding=how.encoding, errors="replace", newline="")
    try:
        taken = _Lines(text)
        reader = csv.reader(taken, delimiter=how.delimiter or ",")
        line = -1 - how.header
        for row in reader:
            taken.characters = 0
            if not any(cell.strip() for cell in row):
                continue
            line += 1
            if line < 1:
                continue
            yield counted(line), dict(zip(how.headers, row + [""] * (len(how.headers) - len(row)), strict=False))
    except csv.Error as error:
        raise UnreadableFile(f"record {line + 1}: {error}") from None
    finally:
        with contextlib.suppress(ValueError):  # the file was closed before us
            text.detach()


class _Lines:
    """A text's lines, of which a record takes so many characters and no more."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text, self.characters = text, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_RECORD + 1)
        if not line:
            raise StopIteration
        self.characters += len(line)
        if self.characters > MOST_RECORD:
            raise csv.Error(f"it has more than {MOST_RECORD:,} characters; is a quotation mark missing?")
        return line
