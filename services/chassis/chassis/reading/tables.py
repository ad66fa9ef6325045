"""Files as rows of text: CSV in the usual encodings and delimiters, and Parquet.

Line numbers count the file's records from 1 (a CSV's header is no record). What is kept of a file (`only`) is written
in a form of our own, so that lines keep their numbers and cells what they were: nothing of it is detected again.
"""

import contextlib
import csv
import io
import re
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, cast

import pyarrow.parquet

PARQUET_MAGIC = b"PAR1"
DELIMITERS = ",;\t|"
SAMPLE_BYTES = 256 * 1024
HEADER_RECORDS = 50
_OWN = {"csv": b"#almanac text\n", "parquet": b"#almanac typed\n"}
_SEPARATOR = re.compile(r"\s*\"?sep=([,;\t|])\"?[^\S\r\n]*[\r\n]", re.IGNORECASE)

csv.field_size_limit(1024 * 1024)


class UnreadableFile(Exception):
    """The file is no table we can read; the message says why."""


@dataclass(frozen=True)
class Layout:
    """How the file is written."""

    format: str
    headers: list[str]
    delimiter: str | None = None
    encoding: str | None = None
    header: int = 0  # records before it that are not blank
    own: bool = False  # written by `only`; the format is that of the file before


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
    own = next((name for name, magic in _OWN.items() if sample.startswith(magic)), None)
    if own is not None:
        first = next(csv.reader(io.StringIO(sample[len(_OWN[own]) :].decode(errors="replace"), newline="")), [])
        return Layout(own, first, own=True)
    if sample[:4] == PARQUET_MAGIC:
        try:
            return Layout("parquet", list(pyarrow.parquet.ParquetFile(file).schema_arrow.names))
        except (pyarrow.ArrowException, OSError) as error:
            raise UnreadableFile(f"this Parquet file is damaged: {error}") from None
    if not sample.strip():
        raise UnreadableFile("the file is empty")
    if b"\x00" in sample and sample[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableFile("this is neither CSV text nor Parquet")
    encoding = _encoding(sample)
    delimiter, headers, header = _header(sample.decode(encoding, errors="replace"))
    repeated = {name for name in headers if name and headers.count(name) > 1}
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
        yield from _own_rows(file, how)
        return
    if how.format == "parquet":
        yield from _parquet_rows(file)
        return
    text = io.TextIOWrapper(file, encoding=how.encoding, errors="replace", newline="")
    try:
        reader = csv.reader(text, delimiter=how.delimiter or ",")
        line = -1 - how.header
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            line += 1
            if line < 1:
                continue
            yield line, dict(zip(how.headers, row + [""] * (len(how.headers) - len(row)), strict=False))
    except csv.Error as error:
        raise UnreadableFile(f"record {line + 1}: {error}") from None
    finally:
        with contextlib.suppress(ValueError):  # the file was closed before us
            text.detach()


def only(file: BinaryIO, how: Layout, columns: Collection[str]) -> BinaryIO:
    """What the file says in some columns, and nothing else of it: a file of our own, which its taker closes."""
    kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=8 * 1024**2))  # noqa: SIM115 - closed by its taker
    headers = [header for header in how.headers if header in columns]
    kept.write(_OWN[how.format])
    text = io.TextIOWrapper(kept, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(headers)
    writer.writerows([row[header] for header in headers] for _, row in rows(file, how))
    text.detach()
    kept.seek(0)
    return kept


def _own_rows(file: BinaryIO, how: Layout) -> Iterator[tuple[int, dict[str, str]]]:
    file.seek(len(_OWN[how.format]))
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        lines = csv.reader(text)
        next(lines, None)
        for line, cells in enumerate(lines, 1):
            yield line, dict(zip(how.headers, cells, strict=False))
    finally:
        with contextlib.suppress(ValueError):  # the file was closed before us
            text.detach()


def _parquet_rows(file: BinaryIO) -> Iterator[tuple[int, dict[str, str]]]:
    line = 0
    for batch in pyarrow.parquet.ParquetFile(file).iter_batches(batch_size=10_000):
        columns = {name: [_text(value) for value in batch.column(name).to_pylist()] for name in batch.schema.names}
        for index in range(batch.num_rows):
            line += 1
            yield line, {name: cells[index] for name, cells in columns.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float):
        return "" if value != value else repr(value)
    return str(value)
