"""How days of a kind's files of the same columns were read before: what was decided of one holds for the next."""

from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from chassis.database import Connection
from chassis.reading.day_order import BesideDays
from chassis.reading.headers import fingerprint
from chassis.saved_mappings import columns_of

from catalog.storage import imports


def known_as(file: BinaryIO) -> str:
    """By what the file's like are known: its columns."""
    return fingerprint(columns_of(file))


def beside(connection: Connection, file: BinaryIO, kind: str, zone: ZoneInfo, now: datetime) -> BesideDays:
    """What is known beside the file when it comes."""
    return BesideDays.of(now, zone, imports.days_before(connection, kind, known_as(file)))
