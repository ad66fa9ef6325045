"""Files as rows of text: CSV in the usual encodings and delimiters, and Parquet.

Line numbers count the file's records from 1 (a CSV's header is no record).
"""

import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

import pyarrow.parquet

PARQUET_MAGIC = b"PAR1"
DELIMITERS = ",;\t|"
SAMPLE_BYTES = 256 * 1024

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
    lines = sample.decode(encoding, errors="replace").splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    if not first.count(delimiter):
        raise UnreadableFile("the first line has no delimiter (comma, semicolon, tab or |)")
    headers = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter))]
    repeated = {name for name in headers if name and headers.count(name) > 1}
    if repeated:
        raise UnreadableFile(f"the header names {', '.join(sorted(repeated))} more than once")
    return Layout("csv", headers, delimiter, encoding)


def rows(file: BinaryIO, how: Layout) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by header) of every record; missing cells are empty."""
    file.seek(0)
    if how.format == "parquet":
        yield from _parquet_rows(file)
        return
    text = io.TextIOWrapper(file, encoding=how.encoding, errors="replace", newline="")
    try:
        reader = csv.reader(text, delimiter=how.delimiter or ",")
        next((row for row in reader if any(cell.strip() for cell in row)), None)
        line = 0
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            line += 1
            yield line, dict(zip(how.headers, row + [""] * (len(how.headers) - len(row)), strict=False))
    except csv.Error as error:
        raise UnreadableFile(f"record {line + 1}: {error}") from None
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
