"""Following and cancelling imports."""

from typing import Any
from uuid import UUID

from chassis import audit, jobs
from chassis.database import Connection, Database
from chassis.failures import Conflict, not_found

from sales.application.import_answers import ImportOut
from sales.storage import imports


def cancel_import(database: Database, import_id: UUID, actor: str) -> ImportOut:
    """Stop sending lines; what was recorded stays recorded."""
    with database.transaction() as connection:
        row = existing(connection, import_id)
        if not jobs.cancel(connection, import_id):
            raise Conflict("This import has ended.", code="ended")
        audit.record(connection, "sales", actor, "import-cancelled", f"import {import_id}")
        return shown(connection, row)


def existing(connection: Connection, import_id: UUID) -> dict[str, Any]:
    """An import's row. Raises NotFound."""
    row = imports.get(connection, import_id)
    if row is None:
        raise not_found("This import")
    return row


def shown(connection: Connection, row: dict[str, Any]) -> ImportOut:
    """An import as it is told: its row, its job, and what became of its lines so far."""
    job = jobs.get(connection, row["id"]) or {}
    counts = imports.outcomes(connection, row["id"])
    began, done = job.get("started_at"), int(job.get("done") or 0)
    ended = job.get("finished_at") or job.get("heartbeat_at")
    seconds = (ended - began).total_seconds() if began and ended else 0
    return ImportOut(
        id=row["id"], name=row["name"], source=row["source"], status=job.get("status", "waiting"),
        stage=job.get("stage"), total=row["lines"], done=sum(counts.values()), recorded=counts.get("recorded", 0),
        duplicates=counts.get("duplicate", 0), quarantined=counts.get("quarantined", 0),
        rejected=counts.get("rejected", 0), reasons=imports.reasons(connection, row["id"]),
        rate=round(sum(counts.values()) / seconds, 1) if seconds > 0 and done else None,
        seconds_left=job.get("seconds_left"), message=job.get("message"), warnings=row["warnings"],
        shift_weeks=row["shift_weeks"], created_by=row["created_by"], created_at=row["created_at"],
        finished_at=job.get("finished_at"),
    )  # fmt: skip
