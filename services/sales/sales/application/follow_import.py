"""Following and cancelling imports."""

from typing import Any
from uuid import UUID

from chassis import audit, jobs
from chassis.database import Connection, Database
from chassis.failures import Conflict, not_found
from chassis.reading.own import FAULT

from sales.application.bound_keys import only_own
from sales.application.import_answers import FollowUp, ImportOut, RejectedLine
from sales.domain.reading import Reading
from sales.storage import failed_lines, imports


def cancel_import(database: Database, import_id: UUID, actor: str, bound: str | None) -> ImportOut:
    """Stop sending lines; what was recorded stays recorded."""
    with database.transaction() as connection:
        row = existing(connection, import_id)
        only_own(bound, row["source"])
        if not jobs.cancel(connection, import_id):
            raise Conflict("This import has ended.", code="ended")
        audit.record(connection, "sales", actor, "import-cancelled", f"import {import_id}")
        return shown(connection, row)


def existing(connection: Connection, import_id: UUID, *, lock: bool = False) -> dict[str, Any]:
    """An import's row. Raises NotFound."""
    row = imports.locked(connection, import_id) if lock else imports.get(connection, import_id)
    if row is None:
        raise not_found("This import")
    return row


def under_way(connection: Connection, job_id: UUID | None) -> bool:
    """Whether a job waits or runs."""
    job = jobs.get(connection, job_id) if job_id else None
    return job is not None and job["status"] in ("waiting", "running")


def _follow_up(connection: Connection, job_id: UUID | None) -> FollowUp | None:
    job = jobs.get(connection, job_id) if job_id else None
    if job is None:
        return None
    names = ("status", "stage", "done", "total", "seconds_left", "message", "requested_by", "finished_at")
    return FollowUp(requested_at=job["created_at"], **{name: job[name] for name in names})


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
        finished_at=job.get("finished_at"), mend=_follow_up(connection, row["mend_job"]),
        undo=_follow_up(connection, row["undo_job"]), undone=(row["undo"] or {}).get("undone", 0),
        kept=(row["undo"] or {}).get("kept", 0), withdrawn=(row["undo"] or {}).get("withdrawn", 0),
    )  # fmt: skip


def columns(row: dict[str, Any]) -> dict[str, str]:
    """The file's columns by the fields of a sale that were read from them."""
    return Reading.model_validate(row["reading"]).names if row["reading"] else {}


def failed(connection: Connection, row: dict[str, Any], after: int, limit: int) -> list[RejectedLine]:
    """Lines of an import that became no sale, with the file's own name of the column at fault; their cells once they
    can be mended."""
    reading = Reading.model_validate(row["reading"]) if row["reading"] else None
    found = [RejectedLine(**one) for one in failed_lines.page(connection, row["id"], after, limit)]
    mendable = reading is not None and not under_way(connection, row["id"])
    for line in found:
        if reading is not None:
            line.column = reading.column(line.column)
        if reading is None or not mendable or line.cells is None:
            line.cells = None
        else:
            line.cells = reading.ordered(line.cells)
            line.cells.pop(FAULT, None)
    return found
