"""A file is handed in: looked at, kept in chunks, and queued to be worked off."""

import hashlib
import io
from collections.abc import Sequence
from typing import BinaryIO
from uuid import uuid4

from chassis import audit, idempotency, jobs, stored_files
from chassis.database import Connection, Database
from chassis.failures import invalid
from chassis.reading import tables
from chassis.reading.bounds import UnreadableFile
from chassis.reading.day_order import BesideDays, DayOrder
from chassis.reading.signs import Doubt
from chassis.saved_mappings import used as note_use

from sales.application import days_before, saved_mappings
from sales.application.bound_keys import only_own
from sales.application.import_answers import ImportStarted
from sales.application.record_sales import Caller
from sales.application.run_import import KIND
from sales.application.survey import notation
from sales.application.take_file import TakenFile, taken
from sales.domain.claims import Horizon
from sales.domain.mapping import Mapping, source_of
from sales.storage import imports


def submit_import(
    database: Database, file: BinaryIO, name: str, given: Mapping | None, caller: Caller, horizon: Horizon,
    currency: str, key: str | None,
) -> ImportStarted:  # fmt: skip
    """Keep what is read of the file and queue its import. Raises Invalid for what is no table of sales.

    The same file, name and mapping under one Idempotency-Key are one import. The file of a key that is bound to a
    source is of that source.
    """
    with database.snapshot() as connection:
        mapping, saved = saved_mappings.resolved(connection, file, given, caller.source)
        beside = days_before.beside(connection, file, mapping.source or caller.source, horizon)
    only_own(caller.source, mapping.source or caller.source or "import")
    digest = idempotency.request_hash([name, (given or Mapping()).model_dump(mode="json"), _sum(file)]) if key else ""
    with taken(file, mapping, currency, beside) as found, database.transaction() as connection:
        before = idempotency.earlier(connection, caller.id, key, digest)
        if before:
            return ImportStarted(**before["response"])
        _ask(found.questions)
        of_source = found.mapping.model_copy(
            update={"source": mapping.source or caller.source or found.mapping.source}
        )  # fmt: skip
        days, decided = _checked(found, of_source, beside)
        told = [*([saved.told] if saved else []), *found.warnings, *days.told]
        started = _submit(connection, found.file, name, decided, caller.actor, told)
        if days.settled:
            known_as = days_before.known_as(file, mapping.source or caller.source)
            imports.keep_days(connection, started.id, known_as, day_first=days.first)
        if given is not None and caller.source is None:  # a key that is bound to a source speaks for that alone
            saved_mappings.keep(connection, file, mapping, caller.actor)
        if saved is not None:
            note_use(connection, saved.fingerprint)
        idempotency.keep(connection, caller.id, key, digest, 202, started.model_dump(mode="json"))
        return started


def _submit(
    connection: Connection, file: BinaryIO, name: str, mapping: Mapping, actor: str, told: Sequence[str]
) -> ImportStarted:
    id_, size, said = uuid4(), file.seek(0, io.SEEK_END), mapping.model_dump(mode="json")
    imports.create(connection, id_, name, source_of(mapping), said, size, actor)
    imports.warn(connection, id_, *told)
    stored_files.keep(connection, id_, file)
    jobs.submit(connection, KIND, {"import_id": str(id_)}, actor, id=id_)
    audit.record(connection, "sales", actor, "import-started", f"import {id_}", name=name, bytes=size)
    return ImportStarted(id=id_, status="waiting")


def _sum(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(file, hashlib.sha256).hexdigest()  # type: ignore[arg-type]


def _checked(taken_file: TakenFile, mapping: Mapping, beside: BesideDays) -> tuple[DayOrder, Mapping]:
    """How the file's days are read, and its mapping with what was decided. Raises Invalid for what must be asked."""
    file = taken_file.file
    try:
        found = notation(file, mapping, beside, only_first=1000)
        if found.questions or (found.days.settled and not found.days.shown):  # the rest of the file may say more
            found = notation(file, mapping, beside)
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None
    missing = found.mapping.missing()
    if missing:
        raise invalid("mapping", f"no column was found for {', '.join(missing)}; name them in `columns`", "unmapped")
    _ask(found.questions)
    if next(tables.rows(file, found.layout), None) is None:
        raise invalid("file", "the file has no lines below the names of its columns", "no_lines")
    if taken_file.plain:
        return taken_file.days, mapping
    by_evidence = found.days.settled and not found.days.shown
    return found.days, mapping.model_copy(update={"day_first": found.days.first}) if by_evidence else mapping


def _ask(questions: Sequence[Doubt]) -> None:
    if questions:
        raise invalid(f"mapping.{questions[0].setting}", questions[0].message, "ambiguous")
