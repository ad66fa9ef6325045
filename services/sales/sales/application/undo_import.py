"""A whole import is taken back: each sale that it recorded is voided, each line that waits withdrawn.

History stays true: nothing is deleted, and every projection takes the voids as it takes any. From the moment of asking
no line of the import is recorded any more, however late it arrives. A sale that somebody has corrected since is left as
it is, and listed. The job may be cancelled and asked for again: what is voided is voided once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from chassis import audit, jobs
from chassis.database import Connection, Database
from chassis.failures import Conflict
from chassis.jobs import Claim
from contracts.events import SaleSubmitted

from sales.application import announce
from sales.application.bound_keys import only_own
from sales.application.follow_import import existing, shown, under_way
from sales.application.import_answers import ImportOut
from sales.application.record import withdraw_lines
from sales.domain.changes import successor
from sales.domain.claims import Horizon, normalise
from sales.domain.entries import written
from sales.domain.generations import undo_id
from sales.domain.sale import Sale
from sales.settings import Settings
from sales.storage import entries, imports, known, undoing

KIND = "undo-import"
CHUNK = 2_000
MOST_OF_MESSAGE = 200


def undo_import(database: Database, import_id: UUID, actor: str, bound: str | None) -> ImportOut:
    """Queue it; asked for again while it runs, or when all is undone, it changes nothing."""
    with database.transaction() as connection:
        known.arrivals_lock(connection, exclusive=True)  # batches that are under way end before, the others see it
        row = existing(connection, import_id, lock=True)
        only_own(bound, row["source"])
        if under_way(connection, row["id"]) or under_way(connection, row["mend_job"]):
            raise Conflict("This import is still under way: cancel it first.", code="under_way")
        if not under_way(connection, row["undo_job"]) and not _all_undone(row):
            _begin(connection, row, actor)
        return shown(connection, existing(connection, import_id))


def _all_undone(row: dict[str, Any]) -> bool:
    return bool(row["undo"] and row["undo"]["finished"])


def _begin(connection: Connection, row: dict[str, Any], actor: str) -> None:
    job = uuid4()
    undo = row["undo"] or {"undone": 0, "kept": 0, "withdrawn": 0}
    imports.began_undoing(connection, row["id"], job, undo | {"finished": False, "by": actor})
    withdrawn = withdraw_lines(connection, row["id"])
    imports.note_undo(
        connection, row["id"], undo | {"finished": False, "by": actor, "withdrawn": undo["withdrawn"] + withdrawn}
    )
    jobs.submit(connection, KIND, {"import_id": str(row["id"]), "by": actor}, actor, id=job)
    audit.record(connection, "sales", actor, "import-undo-started", f"import {row['id']}", name=row["name"])


def cancel_undo(database: Database, import_id: UUID, actor: str, bound: str | None) -> ImportOut:
    """Stop voiding; what was voided stays so, and asked for again it goes on."""
    with database.transaction() as connection:
        row = existing(connection, import_id)
        only_own(bound, row["source"])
        if row["undo_job"] is None or not jobs.cancel(connection, row["undo_job"]):
            raise Conflict("No undo of this import is under way.", code="ended")
        audit.record(connection, "sales", actor, "import-undo-cancelled", f"import {import_id}")
        return shown(connection, row)


class UndoJob:
    """Voids what one import recorded."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def run(self, job: Claim) -> None:
        """From the file's first line to its last; a chunk is voided, told and counted in one transaction."""
        import_id = UUID(job.arguments["import_id"])
        with self._database.snapshot() as connection:
            total = int(job.state.get("total") or undoing.counting(connection, import_id))
        done, after = int(job.state.get("done", 0)), int(job.state.get("line", -1))
        while True:
            with self._database.transaction() as connection:
                job.hold(connection)
                job.check()
                known.arrivals_lock(connection, exclusive=False)  # before the chains' own locks, as everywhere
                found = undoing.following(connection, import_id, after, CHUNK)
                if not found:
                    return self._end(connection, job, import_id)
                void(connection, found, f"import {import_id} undone", Horizon(self._settings.zone, datetime.now(UTC)))
                done, after = done + len(found), found[-1].line or 0
                self._count(connection, import_id, len(found))
                state = {"total": total, "done": done, "line": after}
                job.progress("taking sales back", done, total, state=state, connection=connection)

    def _count(self, connection: Connection, import_id: UUID, voided: int) -> None:
        undo = existing(connection, import_id, lock=True)["undo"]
        imports.note_undo(connection, import_id, undo | {"undone": undo["undone"] + voided})

    def _end(self, connection: Connection, job: Claim, import_id: UUID) -> None:
        row = existing(connection, import_id, lock=True)
        kept = undoing.kept(connection, import_id)
        imports.note_undo(connection, import_id, row["undo"] | {"finished": True, "kept": kept})
        audit.record(
            connection, "sales", job.arguments["by"], "import-undone", f"import {import_id}", name=row["name"],
            undone=row["undo"]["undone"], kept=kept,
        )  # fmt: skip
        job.finish(connection, "succeeded")


def void(connection: Connection, heads: Sequence[Sale], why: str, horizon: Horizon) -> None:
    """Void entries that count and are locked, in bulk; their events say what no longer counts."""
    pairs = []
    for head in heads:
        said = SaleSubmitted.model_construct(
            kind="void", original=head.event_id, location=head.location, reference=why[:MOST_OF_MESSAGE]
        )
        claim = normalise(said, head.source, undo_id(head.sale_id), horizon)
        pairs.append((head, successor(claim, head, head.sale_id)))
    now = datetime.now(UTC)
    ready = [written(entry, head) for head, entry in pairs]
    entries.append(connection, ready, now)
    entries.supersede_all(connection, {head.sale_id: entry.sale_id for head, entry in pairs})
    announce.recorded(connection, ready, now)
