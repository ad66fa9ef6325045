"""A key that is bound to a source sees to that source's claims, and no other's; people and free keys to all.

An import is of one source, too: lines that name it come from that, or from nobody.
"""

from collections.abc import Collection
from uuid import UUID

from chassis.database import Connection
from chassis.failures import NotAllowed

from sales.domain.sources import of_file
from sales.storage import imports


def only_own(bound: str | None, source: str) -> None:
    """Raise NotAllowed where the caller's key is bound to another source. A file's source begins with `file:`."""
    if bound is not None and source not in (bound, of_file(bound)):
        raise NotAllowed(f"This key is bound to the source {bound}.", code="other_source")


def foreign_to_imports(connection: Connection, named: Collection[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Those of (import, source) of which the import is not there, or of another source."""
    of = imports.sources(connection, {import_id for import_id, _ in named})
    return {(import_id, source) for import_id, source in named if of.get(import_id) != source}
