"""Lines that are no sales now and were recorded as such before: what was recorded goes on counting, which is told.

An order that is cancelled or refunded after its sales came is refused when its export comes again; but a file takes
nothing back by itself (ADR 0023): its sales are voided, or their import is undone, by somebody.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from itertools import islice
from typing import BinaryIO

from chassis.database import Connection
from chassis.reading import tables
from contracts.events import sale_id

from sales.application.identity import KnownBy
from sales.application.survey import Survey
from sales.domain.lines import LineError
from sales.domain.mapping import source_of
from sales.storage import entries

CHUNK = 5_000


def told(connection: Connection, file: BinaryIO, found: Survey, identity: KnownBy) -> list[str]:
    """What is to be told of lines that are refused, and of whose ids the ledger has sales that count."""
    source, reader = source_of(found.mapping), found.reader(within=identity.within)
    others = set(identity.ids.values())  # ids of the file's other lines
    count, first = 0, ""
    read = ((line, reader.read(line, row)) for line, row in tables.rows(file, found.layout))
    refused = ((line, one) for line, one in read if isinstance(one, LineError) and one.event_id not in others)
    while some := list(islice(refused, CHUNK)):
        by_id = {sale_id(source, error.event_id): (line, error) for line, error in some}
        there = entries.contents(connection, by_id)
        counting = there.keys() - entries.successors(connection, there).keys()
        count += len(counting)
        if counting and not first:
            line, error = min((by_id[id_] for id_ in counting), key=lambda pair: pair[0])
            first = f"line {line}, {error.code} in {error.column!r}"
    if not count:
        return []
    return [
        f"{count:,} lines are no sales in this file and were recorded as sales before, which still count (the first:"
        f" {first}): void these sales, or undo the import that brought them and import this file again."
    ]
