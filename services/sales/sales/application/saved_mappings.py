"""What somebody has said of a file's columns is kept, and holds for the next file that has the same ones.

A mapping that only names a source is not kept: many files have the same plain columns, and are not of one till. A file
that comes without a mapping is read by the one that was kept, and that is said; so is one that comes with answers to
questions alone, which are added to it. `{}` as a mapping refuses it.
"""

from datetime import datetime
from typing import Any, BinaryIO

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import not_found
from chassis.reading import tables
from chassis.reading.bounds import UnreadableFile
from chassis.reading.headers import fingerprint
from pydantic import BaseModel

from sales.domain.mapping import Mapping
from sales.storage import saved_mappings

ANSWERS = {"day_first", "decimal_comma", "unknown_codes", "make_locations"}  # they name no column
NOT_OF_COLUMNS = {"source", "shift_to_last_ended_week", "unknown_codes", "make_locations", "location"}


class SavedMapping(BaseModel):
    """A mapping, the columns of the files that it is for, and who has said so."""

    fingerprint: str
    columns: list[str]
    mapping: Mapping
    saved_by: str
    saved_at: datetime
    used_at: datetime


def print_of(file: BinaryIO) -> str:
    """The fingerprint of a file's columns."""
    return fingerprint(_columns(file))


def of_file(connection: Connection, file: BinaryIO, bound: str | None) -> SavedMapping | None:
    """The mapping that was kept for the file's columns; none that is of another source than the caller's key."""
    columns = _columns(file)
    found = saved_mappings.find(connection, fingerprint(columns)) if columns else None
    saved = SavedMapping.model_validate(found) if found else None
    return None if saved and bound and saved.mapping.source not in (None, bound) else saved


def resolved(
    connection: Connection, file: BinaryIO, given: Mapping | None, bound: str | None
) -> tuple[Mapping, SavedMapping | None]:
    """The mapping that a file is read by, and the kept one that it is made of."""
    if given is not None and not (given.model_fields_set and given.model_fields_set <= ANSWERS):
        return given, None
    saved = of_file(connection, file, bound)
    if saved is None:
        return given or Mapping(), None
    answers = {name: getattr(given, name) for name in given.model_fields_set} if given else {}
    return saved.mapping.model_copy(update=answers), saved


def keep(connection: Connection, file: BinaryIO, mapping: Mapping, actor: str) -> None:
    """Keep what was said of the file's columns, if anything was."""
    said: dict[str, Any] = mapping.model_dump(mode="json", exclude_defaults=True)
    columns = _columns(file)
    if columns and said.keys() - NOT_OF_COLUMNS:
        saved_mappings.save(connection, fingerprint(columns), columns, said, actor)


def note_use(connection: Connection, saved: SavedMapping) -> None:
    """A file was imported by it."""
    saved_mappings.used(connection, saved.fingerprint)


def _columns(file: BinaryIO) -> list[str]:
    try:
        return tables.layout(file).headers
    except UnreadableFile:  # told by who reads it
        return []


def told(saved: SavedMapping) -> str:
    """What is to be told of a file that is read by it."""
    return (
        f"The file is read by the mapping that {saved.saved_by} has given for the same columns on"
        f" {saved.saved_at:%Y-%m-%d}; an empty mapping (`{{}}`) refuses it."
    )


def forget(database: Database, of: str, actor: str) -> None:
    """From now on files of these columns are read as any. Raises NotFound."""
    with database.transaction() as connection:
        if not saved_mappings.forget(connection, of):
            raise not_found("This mapping")
        audit.record(connection, "sales", actor, "mapping-forgotten", f"mapping {of}")
