"""Mappings of files of sales that are kept by the files' columns.

One that only names a source is not kept: many files have the same plain columns, and are not of one till.
"""

from typing import Any, BinaryIO

from chassis import saved_mappings
from chassis.database import Connection
from chassis.reading.headers import fingerprint
from chassis.saved_mappings import OfColumns, columns_of

from sales.domain.mapping import Mapping

KIND = "sales"
ANSWERS = {"day_first", "decimal_comma", "unknown_codes", "make_locations", "counts_again"}  # they name no column
NOT_OF_COLUMNS = {"source", "shift_to_last_ended_week", "unknown_codes", "make_locations", "location"}


class SavedMapping(OfColumns):
    """A mapping, the columns of the files that it is for, and who has said so."""

    mapping: Mapping


def resolved(
    connection: Connection, file: BinaryIO, given: Mapping | None, bound: str | None
) -> tuple[Mapping, SavedMapping | None]:
    """The mapping that a file is read by, and the kept one that it is made of: none of another source than `bound`."""
    columns = [] if saved_mappings.stands_alone(given, ANSWERS) else columns_of(file)
    found = saved_mappings.find(connection, fingerprint(columns)) if columns else None
    saved = SavedMapping.model_validate(found) if found else None
    if saved is None or (bound and saved.mapping.source not in (None, bound)):
        return given or Mapping(), None
    return saved_mappings.answered(saved.mapping, given), saved


def keep(connection: Connection, file: BinaryIO, mapping: Mapping, actor: str) -> None:
    """Keep what was said of the file's columns, if anything was."""
    said: dict[str, Any] = mapping.model_dump(mode="json", exclude_defaults=True, exclude={"counts_again"})
    columns = columns_of(file)
    if columns and said.keys() - NOT_OF_COLUMNS:
        saved_mappings.save(connection, KIND, fingerprint(columns), columns, said, actor)
