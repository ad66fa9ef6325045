"""What is kept of a file that somebody sends: the columns that are read, and nothing else that it says of anybody."""

import csv
import io
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import BinaryIO, cast

from chassis.reading import own
from chassis.reading.tables import Layout, rows


def only(file: BinaryIO, how: Layout, columns: Collection[str]) -> BinaryIO:
    """What the file says in some columns: a file of our own form, which its taker closes."""
    names = [header for header in how.headers if header in columns]
    return written(names, (row for _, row in rows(file, how)), how.format, how.texts)


def written(
    names: Sequence[str], lines: Iterable[Mapping[str, str]], kept_of: str, texts: Collection[str] = ()
) -> BinaryIO:  # fmt: skip
    """Lines in our own form; `kept_of` is `parquet` where cells need no notation to be decided but those of `texts`."""
    kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=8 * 1024**2))  # noqa: SIM115 - closed by its taker
    kept.write(own.MAGIC[kept_of])
    text = io.TextIOWrapper(kept, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([*(f"{name}{own.TEXT}" if name in texts else name for name in names), own.FAULT])
    writer.writerows([*(line[name] for name in names), line.get(own.FAULT, "")] for line in lines)
    text.detach()
    kept.seek(0)
    return kept
