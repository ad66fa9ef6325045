"""Files as rows of text: CSV in the usual encodings and delimiters, and Parquet (`reading.parquet`).

What a file may be is bounded (`reading.bounds`) before it is read: no line, cell or header is held that is larger.
Line numbers count the file's records from 1 (a CSV's header is no record).
"""

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from chassis.reading import encodings, own, parquet
from chassis.reading.bounds import MOST_COLUMNS, UnreadableFile, counted, too_many_columns
from chassis.reading.headers import told_apart
from chassis.reading.no_tables import what_it_is
from chassis.reading.own import FAULT
from chassis.reading.records import records

DELIMITERS = ",;\t|"
SAMPLE_BYTES = 256 * 1024
HEADER_RECORDS = 50
_SEPARATOR = re.compile(r"\s*\"?sep=([^\w\s\"]|\t)\"?[^\S\r\n]*[\r\n]", re.IGNORECASE)
# No name of a column is a number, a day or a time: a line with one stands above the table, or in it.
_is_data = re.compile(r"[-+]?\d[\d.,:/ -]*").fullmatch
TOO_MANY_CELLS, UNCLOSED_QUOTE = "too_many_cells", "unclosed_quote"
FAULTS = {
    TOO_MANY_CELLS: "the line has more cells than the table has columns: is a decimal comma or a delimiter not quoted?",
    UNCLOSED_QUOTE: "several lines of the file are in one cell: is a quotation mark missing?",
}


@dataclass(frozen=True)
class Layout:
    """How the file is written."""

    format: str
    headers: list[str]
    delimiter: str | None = None
    encoding: str | None = None
    header: int = 0  # records before it that are not blank
    repeated: frozenset[str] = frozenset()  # names that several columns have; the later ones are numbered
    strays: int = 0  # bytes that are none of the encoding
    texts: frozenset[str] = frozenset()  # of a file with numbers of its own: columns whose cells are text
    own: bool = False  # in the form that `reading.kept` writes; `format` is that of the file before

    def typed(self, columns: Mapping[str, str]) -> frozenset[str]:
        """The targets whose columns have numbers of their own, of which no notation need be decided."""
        found = () if self.format == "csv" else columns.items()
        return frozenset(target for target, name in found if name not in self.texts)

    def told(self) -> list[str]:
        """What is to be told of how the file is written."""
        if not self.strays:
            return []
        western = self.encoding in encodings.WESTERN
        mostly, then = (self.encoding, "lost") if western else ("UTF-8", "read as Windows-1252")
        return [
            f"Bytes that are not {mostly}, as the rest of the file is, are {then}: {self.strays:,}. Check its names."
        ]


def layout(file: BinaryIO) -> Layout:
    """Format, encoding, delimiter and headers. Raises UnreadableFile."""
    file.seek(0)
    sample = file.read(SAMPLE_BYTES)
    kept_of = own.format_of(sample)
    if kept_of is not None:
        names, texts = own.headers(sample, kept_of)
        return Layout(kept_of, names, texts=texts, own=True)
    if sample[:4] == parquet.MAGIC:
        names, texts = parquet.headers(file)
        return Layout("parquet", names, texts=texts)
    if said := what_it_is(sample):
        raise UnreadableFile(said)
    if not sample.strip():
        raise UnreadableFile("the file is empty")
    encoding, strays = encodings.of(file, sample)
    if encoding is None:
        raise UnreadableFile("this is neither CSV text nor Parquet")
    delimiter, headers, header = _header(sample.decode(encoding, errors=encodings.OF_OTHERS).replace("\x00", ""))
    if len(headers) > MOST_COLUMNS:
        raise too_many_columns(len(headers))
    repeated = frozenset(name for name, times in Counter(headers).items() if name and times > 1)
    return Layout("csv", told_apart(headers), delimiter, encoding, header, repeated, strays=strays)


def _header(text: str) -> tuple[str, list[str], int]:
    """Delimiter, names of the columns, and how many records (titles, `sep=`) come before them."""
    said = _SEPARATOR.match(text)
    candidates = said[1] if said else DELIMITERS
    best: tuple[int, str, list[list[str]]] = (0, "", [])
    for delimiter in candidates:
        found = _first_records(text, delimiter)
        wide = sum(len(record) - 1 for record in found if len(record) > 1)
        if wide > best[0]:
            best = wide, delimiter, found
    wide, delimiter, first = best
    if not wide:
        raise UnreadableFile("the first lines have no delimiter (comma, semicolon, tab or |)")
    # Titles above a table fill fewer columns than the table; its header fills most of those that its lines have.
    usual = Counter(len(record) for record in first if len(record) > 1).most_common(1)[0][0]
    fitting = [number for number, record in enumerate(first) if _could_be_names(record, usual)] or [0]
    number = next((one for one in fitting if not any(_is_data(cell.strip()) for cell in first[one])), fitting[0])
    return delimiter, [cell.strip() for cell in first[number]], number


def _could_be_names(record: list[str], usual: int) -> bool:
    filled = sum(bool(cell.strip()) for cell in record)
    return len(record) > 1 and len(record) >= usual / 2 and filled > max(1, usual / 2)


def _first_records(text: str, delimiter: str) -> list[list[str]]:
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
    """(line, cells by header) of every record; missing cells are empty, and what is wrong with one is its FAULT."""
    file.seek(0)
    if how.own:
        yield from own.rows(file, how.format)
        return
    if how.format == "parquet":
        yield from parquet.rows(file)
        return
    text = io.TextIOWrapper(file, encoding=how.encoding, errors=encodings.OF_OTHERS, newline="")
    line, width = -1 - how.header, len(how.headers)
    try:
        for record, lines in records(text, how.delimiter or ",", width):
            if not any(cell.strip() for cell in record):
                continue
            line += 1
            if line < 1:
                continue
            cells = dict(zip(how.headers, record + [""] * (width - len(record)), strict=False))
            if any(cell.strip() for cell in record[width:]):
                cells[FAULT] = TOO_MANY_CELLS
            elif lines > 1 and len(record) < width:
                cells[FAULT] = UNCLOSED_QUOTE
            yield counted(line), cells
    except csv.Error as error:
        raise UnreadableFile(f"record {line + 1}: {error}") from None
    finally:
        with contextlib.suppress(ValueError):  # the file was closed before us
            text.detach()
