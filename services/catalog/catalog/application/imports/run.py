"""A file is handed in and worked off: judged and written batch by batch, each in one transaction with how far it is.

Whatever dies, the batch that was not committed is judged anew; what the file says already is not written again. Only
the columns that are read are kept of the file, and those until its import ends: what else it says is dropped.
"""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import BinaryIO, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from chassis import audit, jobs, stored_files
from chassis.database import Database
from chassis.jobs import Claim
from chassis.reading.day_order import BesideDays
from chassis.reading.kept import only
from chassis.saved_mappings import used as note_use

from catalog.application.imports import days_before, kept_mappings
from catalog.application.imports.judging import Look, Tally, batches, digest_of, judged, look, refuse_unclear
from catalog.application.imports.kind import Context, LineFate, ShopSettings
from catalog.application.imports.kinds import KINDS
from catalog.domain.imports.columns import ShopMapping
from catalog.domain.imports.reading import ShopReading
from catalog.storage import imports

JOB = "shop-import"


def submit_import(
    database: Database, business: ShopSettings, file: BinaryIO, kind: str, name: str, given: ShopMapping | None,
    actor: str,
) -> UUID:  # fmt: skip
    """Keep what the file says and queue its import; its id. Raises Invalid for what cannot be begun with."""
    with database.snapshot() as connection:
        mapping, saved = kept_mappings.resolved(connection, file, kind, given)
        beside = days_before.beside(connection, file, kind, business.zone, datetime.now(UTC))
    found = look(file, KINDS[kind], mapping, beside, business.currency)
    refuse_unclear(found)
    decided = mapping.model_copy(update={"day_first": found.days.first}) if found.days.settled else mapping
    id_ = uuid4()
    with only(file, found.layout, set(found.columns.values())) as kept:
        size = kept.seek(0, io.SEEK_END)
        content = {
            "kind": kind, "name": name, "mapping": decided.model_dump(mode="json"), "digest": digest_of(kept),
            "bytes": size, "created_by": actor, "known_as": days_before.known_as(file),
            "day_first": found.days.first if found.days.settled else None,
            "warnings": [*([saved.told] if saved else []), *found.warnings],
        }  # fmt: skip
        with database.transaction() as connection:
            imports.create(connection, id_, content)
            stored_files.keep(connection, id_, kept)
            if given is not None:
                kept_mappings.keep(connection, file, kind, mapping, actor)
            if saved is not None:
                note_use(connection, saved.fingerprint)
            jobs.submit(connection, JOB, {"import_id": str(id_)}, actor, id=id_)
            audit.record(connection, "catalog", actor, f"{kind}-import-started", f"import {id_}", name=name)
    return id_


class ShopImports:
    """Works imports off."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database, self._zone = database, zone

    def run(self, job: Claim) -> None:
        """From the stored file to the last line's outcome."""
        id_ = UUID(job.arguments["import_id"])
        with tempfile.TemporaryFile() as handle:
            file = cast(BinaryIO, handle)
            with self._database.transaction() as connection:
                stored_files.fetch(connection, id_, file)
                stored = imports.get(connection, id_)
            assert stored is not None
            found = look(file, KINDS[stored["kind"]], ShopMapping.model_validate(stored["mapping"]), BesideDays())
            found.warnings = list(dict.fromkeys([*stored["warnings"], *found.warnings]))
            now, actor = stored["created_at"], stored["created_by"]  # the same moment whenever it is resumed
            self._write(job, id_, file, found, found.context(self._zone, now, actor, stored["digest"], locks=True))

    def _write(self, job: Claim, id_: UUID, file: BinaryIO, found: Look, context: Context) -> None:
        tally, done = Tally.of(job.state), int(job.state.get("batches", 0))
        every = list(batches(file, found, context))
        lines = sum(map(len, every))
        read = sum(map(len, every[:done]))
        for ordinal, batch in enumerate(every[done:], done + 1):
            with self._database.transaction() as connection:
                job.hold(connection)
                verdicts = judged(connection, found.kind, batch, context)
                writing = [verdict for verdict in verdicts if verdict.outcome in ("created", "changed")]
                if writing:
                    found.kind.write(connection, writing, context)
                imports.note(connection, id_, _rows(verdicts))
                tally.add(verdicts)
                read += len(batch)
                state = {"batches": ordinal, **tally.kept()}
                job.progress("importing", read, lines, state=state, connection=connection)
        with self._database.transaction() as connection:
            imports.looked_at(connection, id_, lines, [*found.warnings, *tally.told()])
            imports.keep_reading(connection, id_, ShopReading.of(found.columns, found.notation).model_dump(mode="json"))
            stored_files.forget(connection, id_)
            changed = tally.outcomes["created"] + tally.outcomes["changed"]
            action = f"{found.kind.name}-imported"
            audit.record(connection, "catalog", context.actor, action, f"import {id_}", lines=changed)
            job.finish(connection, "succeeded")


def _rows(verdicts: Sequence[LineFate]) -> list[imports.NotedRow]:
    return [
        (
            v.line.number,
            v.outcome,
            v.line.values,
            v.before,
            [asdict(fault) for fault in v.line.faults],
            dict(v.line.cells) if v.outcome == "rejected" else None,
        )
        for v in verdicts
        if v.outcome != "unchanged"
    ]
