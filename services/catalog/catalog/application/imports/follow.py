"""Following, cancelling and undoing a shop's imports."""

from collections import Counter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import audit, jobs, stored_files
from chassis.database import Connection, Database
from chassis.failures import Conflict, not_found

from catalog.application.imports.answers import ShopImportOut, Undone
from catalog.application.imports.judging import Tally
from catalog.application.imports.kind import Undoing
from catalog.application.imports.kinds import KINDS
from catalog.storage import imports

ENDED = ("succeeded", "failed", "cancelled")


def cancel_import(database: Database, import_id: UUID, actor: str) -> ShopImportOut:
    """Write no further line; what was written stays, and can be undone where its kind can."""
    with database.transaction() as connection:
        row = existing(connection, import_id)
        if not jobs.cancel(connection, import_id):
            raise Conflict("This import has ended.", code="ended")
        audit.record(connection, "catalog", actor, f"{row['kind']}-import-cancelled", f"import {import_id}")
        return shown(connection, row)


def undo_import(database: Database, zone: ZoneInfo, import_id: UUID, actor: str) -> ShopImportOut:
    """Take back what an import that has ended wrote, as far as nobody has changed it since; once."""
    with database.transaction() as connection:
        row = existing(connection, import_id, lock=True)
        kind = KINDS[row["kind"]]
        if kind.undo is None:
            raise Conflict(f"An import of {kind.name} cannot be undone: {kind.final}.", code="not_undoable")
        if row["undone_at"] is not None:
            raise Conflict("This import was undone before.", code="undone")
        if (jobs.get(connection, import_id) or {}).get("status") not in ENDED:
            raise Conflict("This import has not ended: cancel it first.", code="not_ended")
        lines = [Undoing(line["content"], line["before"]) for line in imports.written(connection, import_id)]
        results = kind.undo(connection, lines, zone, actor) if lines else []
        kept = Counter(reason for reason in results if reason is not None)
        result = {"lines": len(results) - kept.total(), "kept": dict(kept)}
        imports.undo(connection, import_id, actor, result)
        stored_files.forget(connection, import_id)
        audit.record(connection, "catalog", actor, f"{kind.name}-import-undone", f"import {import_id}", **result)
        return shown(connection, existing(connection, import_id))


def existing(connection: Connection, import_id: UUID, *, lock: bool = False) -> dict[str, Any]:
    """An import's row. Raises NotFound."""
    row = imports.get(connection, import_id, lock=lock)
    if row is None:
        raise not_found("This import")
    return row


def shown(connection: Connection, row: dict[str, Any]) -> ShopImportOut:
    """An import as it is told: its row, its job, and what became of its lines so far."""
    job = jobs.get(connection, row["id"]) or {}
    tally = Tally.of(row["tally"] or job.get("state") or {})
    kind, outcomes = KINDS[row["kind"]], tally.outcomes
    undone = Undone(by=row["undone_by"], at=row["undone_at"], **row["undone"]) if row["undone_at"] else None
    return ShopImportOut(
        id=row["id"], kind=row["kind"], name=row["name"], status=job.get("status", "waiting"), stage=job.get("stage"),
        total=row["lines"] or job.get("total"), done=sum(outcomes.values()), created=outcomes["created"],
        changed=outcomes["changed"], unchanged=outcomes["unchanged"], refused=outcomes["rejected"],
        reasons=dict(tally.reasons), warnings=row["warnings"], message=job.get("message"),
        seconds_left=job.get("seconds_left"), undoable=kind.undo is not None and undone is None, undo_note=kind.final,
        undone=undone, created_by=row["created_by"], created_at=row["created_at"], finished_at=job.get("finished_at"),
    )  # fmt: skip
