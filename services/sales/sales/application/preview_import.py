"""How a file would be read, before it counts; nothing is stored."""

from itertools import islice
from typing import BinaryIO

from chassis.failures import invalid

from sales.application.import_answers import Preview, PreviewError, PreviewRow
from sales.application.survey import notation
from sales.domain import tables
from sales.domain.lines import LineError
from sales.domain.mapping import Mapping
from sales.domain.tables import UnreadableFile

PREVIEW_ROWS = 50


def preview_import(file: BinaryIO, mapping: Mapping) -> Preview:
    """The first lines as they would be read, and what is wrong with them. Raises Invalid for what is no table."""
    try:
        found = notation(file, mapping, only_first=10_000)
        first = list(islice(tables.rows(file, found.layout), PREVIEW_ROWS))
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None
    reader, missing = found.reader(), found.mapping.missing()
    shown = []
    for line, row in first:
        sale = None if missing else reader.read(line, row)
        errors = (
            [PreviewError(column=sale.column, code=sale.code, message=sale.message)]
            if isinstance(sale, LineError)
            else []
        )
        shown.append(PreviewRow(line=line, values=[row.get(name, "") for name in found.layout.headers], errors=errors))
    return Preview(
        columns=found.layout.headers, mapping=dict(found.mapping.columns), missing=list(missing),
        format=found.layout.format, delimiter=found.layout.delimiter, encoding=found.layout.encoding,
        decimal="," if found.decimal_comma else ".", day_first=found.day_first, rows=shown, warnings=found.warnings,
    )  # fmt: skip
