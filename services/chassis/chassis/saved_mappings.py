"""What somebody has said of a file's columns is kept, and holds for the next file of the same kind and columns.

The table `saved_mapping` is each service's own that takes files (`TABLE`). A file that comes without a mapping is read
by the one that was kept, and that is said; so is one with answers to questions alone, which are added to it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, BinaryIO, TypeVar

import orjson
from fastapi import Path
from pydantic import BaseModel
from sqlalchemy import text

from chassis import audit, pagination
from chassis.database import Connection, Database, rows
from chassis.failures import not_found
from chassis.pagination import Page
from chassis.reading import tables
from chassis.reading.bounds import UnreadableFile

Said = TypeVar("Said", bound=BaseModel)
Kept = TypeVar("Kept", bound="OfColumns")
Fingerprint = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
TABLE = """
CREATE TABLE saved_mapping (
    fingerprint text PRIMARY KEY,
    kind text NOT NULL,
    columns jsonb NOT NULL,
    mapping jsonb NOT NULL,
    saved_by text NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz NOT NULL DEFAULT now()
)
"""
_COLUMNS = "fingerprint, kind, columns, mapping, saved_by, saved_at, used_at"


class OfColumns(BaseModel):
    """Of which files a mapping was kept, by whom and when."""

    fingerprint: str
    kind: str
    columns: list[str]
    saved_by: str
    saved_at: datetime
    used_at: datetime

    @property
    def told(self) -> str:
        """What is to be told of a file that is read by it."""
        return (
            f"The file is read by the mapping that {self.saved_by} has given for the same columns on"
            f" {self.saved_at:%Y-%m-%d}; an empty mapping (`{{}}`) refuses it."
        )


def columns_of(file: BinaryIO) -> list[str]:
    """A file's columns; none where it is no table, which is told by who reads it."""
    try:
        return tables.layout(file).headers
    except UnreadableFile:
        return []


def stands_alone(given: BaseModel | None, answers: Collection[str]) -> bool:
    """Whether what was given says more than answers to questions, or refuses with an empty mapping what was kept."""
    return given is not None and not (given.model_fields_set and given.model_fields_set <= set(answers))


def answered(kept: Said, given: Said | None) -> Said:
    """The kept mapping with the answers that were given."""
    return kept.model_copy(update={name: getattr(given, name) for name in given.model_fields_set} if given else {})


def save(
    connection: Connection, kind: str, fingerprint: str, columns: Sequence[str], mapping: Mapping[str, Any], who: str
) -> None:
    """Keep a mapping, in the place of an earlier one for the same columns."""
    connection.execute(
        text(
            "INSERT INTO saved_mapping (kind, fingerprint, columns, mapping, saved_by) VALUES (:kind, :fingerprint,"
            " CAST(:columns AS jsonb), CAST(:mapping AS jsonb), :who) ON CONFLICT (fingerprint) DO UPDATE SET"
            " mapping = EXCLUDED.mapping, saved_by = EXCLUDED.saved_by, saved_at = now(), used_at = now()"
        ),
        {"kind": kind, "fingerprint": fingerprint, "columns": orjson.dumps(list(columns)).decode(),
         "mapping": orjson.dumps(dict(mapping)).decode(), "who": who},
    )  # fmt: skip


def find(connection: Connection, fingerprint: str) -> dict[str, Any] | None:
    """The mapping for these columns."""
    found = rows(connection, f"SELECT {_COLUMNS} FROM saved_mapping WHERE fingerprint = :of", of=fingerprint)
    return found[0] if found else None


def page(database: Database, what: type[Kept], limit: int, cursor: str | None) -> Page[Kept]:
    """Saved mappings, by fingerprint, as `what` tells them."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
        found = rows(
            connection,
            f"SELECT {_COLUMNS} FROM saved_mapping WHERE fingerprint > :after ORDER BY fingerprint LIMIT :limit",
            after=after[0] if after else "", limit=limit + 1,
        )  # fmt: skip
    items = [what.model_validate(row) for row in found]
    kept, following = pagination.page(items, limit, lambda item: [item.fingerprint])
    return Page(items=kept, next_cursor=following)


def used(connection: Connection, fingerprint: str) -> None:
    """A file was imported by it."""
    connection.execute(text("UPDATE saved_mapping SET used_at = now() WHERE fingerprint = :of"), {"of": fingerprint})


def forget(database: Database, service: str, fingerprint: str, actor: str) -> None:
    """From now on files of these columns are read as any. Raises NotFound."""
    with database.transaction() as connection:
        gone = connection.execute(text("DELETE FROM saved_mapping WHERE fingerprint = :of"), {"of": fingerprint})
        if not gone.rowcount:
            raise not_found("This mapping")
        audit.record(connection, service, actor, "mapping-forgotten", f"mapping {fingerprint}")
