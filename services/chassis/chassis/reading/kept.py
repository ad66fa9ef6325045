"""What is kept of a file that somebody sends: the columns that are read, and nothing else that it says of anybody."""

import csv
import io
import tempfile
from collections.abc import Collection
from typing import BinaryIO, cast

from chassis.reading import own
from chassis.reading.tables import Layout, rows


def only(file: BinaryIO, how: Layout, columns: Collection[str]) -> BinaryIO:
    """What the file says in some columns: a file of our own form, which its taker closes."""
    kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=8 * 1024**2))  # noqa: SIM115 - closed by its taker
    names = [header for header in how.headers if header in columns]
    kept.write(own.MAGIC[how.format])
    text = io.TextIOWrapper(kept, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    writer.writerows([row[name] for name in names] for _, row in rows(file, how))
    text.detach()
    kept.seek(0)
    return kept
