"""A file is handed in: looked at, kept in chunks, and queued to be worked off."""

import io
from collections.abc import Sequence
from typing import BinaryIO
from uuid import UUID, uuid4

from chassis import audit, jobs, stored_files
from chassis.database import Database
from chassis.failures import invalid
from chassis.reading.bounds import UnreadableFile
from chassis.reading.signs import Doubt

from sales.application.bound_keys import only_own
from sales.application.run_import import KIND
from sales.application.survey import notation
from sales.application.take_file import taken
from sales.domain.mapping import Mapping, source_of
from sales.storage import imports


def submit_import(
    database: Database, file: BinaryIO, name: str, mapping: Mapping, actor: str, bound: str | None, currency: str
) -> UUID:  # fmt: skip
    """Keep what is read of the file and queue its import; its id. Raises Invalid for what is no table of sales.

    The file of a key that is bound to a source is of that source.
    """
    only_own(bound, mapping.source or bound or "import")
    with taken(file, mapping, currency) as found:
        _ask(found.questions)
        of_source = found.mapping.model_copy(update={"source": mapping.source or bound or found.mapping.source})
        return _submit(database, found.file, name, of_source, actor)


def _submit(database: Database, file: BinaryIO, name: str, mapping: Mapping, actor: str) -> UUID:
    _check(file, mapping)
    id_ = uuid4()
    size = file.seek(0, io.SEEK_END)
    with database.transaction() as connection:
        imports.create(connection, id_, name, source_of(mapping), mapping.model_dump(mode="json"), size, actor)
        stored_files.keep(connection, id_, file)
        jobs.submit(connection, KIND, {"import_id": str(id_)}, actor, id=id_)
        audit.record(connection, "sales", actor, "import-started", f"import {id_}", name=name, bytes=size)
    return id_


def _check(file: BinaryIO, mapping: Mapping) -> None:
    try:
        found = notation(file, mapping, only_first=1000)
        if found.questions:  # the rest of the file may answer them
            found = notation(file, mapping)
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None
    missing = found.mapping.missing()
    if missing:
        raise invalid("mapping", f"no column was found for {', '.join(missing)}; name them in `columns`", "unmapped")
    _ask(found.questions)


def _ask(questions: Sequence[Doubt]) -> None:
    if questions:
        raise invalid(f"mapping.{questions[0].setting}", questions[0].message, "ambiguous")
