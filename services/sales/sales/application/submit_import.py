"""A file is handed in: looked at, kept in chunks, and queued to be worked off."""

import io
from typing import BinaryIO
from uuid import UUID, uuid4

from chassis import audit, jobs, stored_files
from chassis.database import Database
from chassis.failures import invalid
from chassis.reading.bounds import UnreadableFile

from sales.application.bound_keys import only_own
from sales.application.run_import import KIND
from sales.application.survey import notation
from sales.domain.mapping import Mapping, source_of
from sales.storage import imports


def submit_import(
    database: Database, file: BinaryIO, name: str, mapping: Mapping, actor: str, bound: str | None
) -> UUID:
    """Keep the file and queue its import; the import's id. Raises Invalid for what is no table of sales.

    The file of a key that is bound to a source is of that source.
    """
    source = mapping.source or bound or "import"
    only_own(bound, source)
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
    if found.questions:
        asked = found.questions[0]
        raise invalid(f"mapping.{asked.setting}", asked.message, "ambiguous")
