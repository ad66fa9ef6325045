"""How days of files of the same columns were read before: what was decided of one holds for the next, and is told."""

from typing import BinaryIO

from chassis.database import Connection
from chassis.reading.day_order import BesideDays
from chassis.reading.headers import fingerprint
from chassis.saved_mappings import columns_of

from sales.domain.claims import Horizon
from sales.storage import imports


def known_as(file: BinaryIO, source: str | None) -> str:
    """By what the file's like are known: its columns, and the source that somebody has named."""
    return f"{fingerprint(columns_of(file))} {source or ''}".strip()


def beside(connection: Connection, file: BinaryIO, source: str | None, horizon: Horizon) -> BesideDays:
    """What is known beside the file when it comes."""
    return BesideDays.of(horizon.now, horizon.zone, imports.days_before(connection, known_as(file, source)))
