"""Long work as rows: claimed by one process, kept alive by a heartbeat, fenced, cancellable, resumed after a crash.

A worker that lost its claim (it hung, and another took over) fails at its next `progress` or `finish`: every
write checks the fencing token, so a zombie can neither report nor publish. A worker that is told to stop hands its job
back, which is no attempt that failed: only crashes count. A job with which a process stood still (chassis.watchdog) is
resumed once; when one does so again at the same place the job fails and says where. So does a job that is not heard of
for an hour, and its process ends, since a thread cannot be ended.
"""

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import text

from chassis import metrics, watchdog
from chassis.claim import Claim, Fenced, JobCancelled
from chassis.database import Connection, Database, is_transient, rows
from chassis.logs import logger

__all__ = [
    "Claim", "Fenced", "JobCancelled", "cancel", "claim", "get", "newest_of", "one_at_a_time", "open_of", "submit",
    "work",
]  # fmt: skip

log = logger(__name__)

LOST_AFTER_SECONDS = 15
HEARTBEAT_SECONDS = 3
HAND_BACK_SECONDS = 3  # a job that ends by itself soon after its worker was told to stop may; a worker has eight
LOOK_SECONDS = 0.2
STILL_SECONDS = 3600.0  # no work of ours says nothing for so long
FREEZES = 2


class StoodStill(Exception):
    """Whoever works on the job stands still at the same place."""


def submit(
    connection: Connection, kind: str, arguments: dict[str, Any], requested_by: str, *, period: str | None = None,
    id: UUID | None = None,
) -> UUID | None:  # fmt: skip
    """Queue a job; with `period`, at most one a (kind, period) ever: None when there is one already."""
    made = connection.execute(
        text(
            "INSERT INTO job (id, kind, period, arguments, requested_by)"
            " VALUES (:id, :kind, :period, CAST(:arguments AS jsonb), :who)"
            " ON CONFLICT (kind, period) DO NOTHING RETURNING id"
        ),
        {"id": id or uuid4(), "kind": kind, "period": period, "who": requested_by,
         "arguments": orjson.dumps(arguments, default=str).decode()},
    ).scalar()  # fmt: skip
    return None if made is None else UUID(str(made))


def cancel(connection: Connection, job_id: UUID) -> bool:
    """Ask a job to stop; one that has not begun stops at once. False when it has ended, or never was."""
    done = connection.execute(
        text(
            "UPDATE job SET cancel_requested = true,"
            " status = CASE WHEN status = 'waiting' THEN 'cancelled' ELSE status END,"
            " finished_at = CASE WHEN status = 'waiting' THEN now() ELSE finished_at END"
            " WHERE id = :id AND status IN ('waiting', 'running')"
        ),
        {"id": job_id},
    )
    return bool(done.rowcount)


def get(connection: Connection, job_id: UUID) -> dict[str, Any] | None:
    """A job's row."""
    found = rows(connection, "SELECT * FROM job WHERE id = :id", id=job_id)
    return found[0] if found else None


def open_of(connection: Connection, kind: str) -> list[dict[str, Any]]:
    """The jobs of a kind that have not ended."""
    return rows(connection, "SELECT * FROM job WHERE kind = :kind AND status IN ('waiting', 'running')", kind=kind)


def newest_of(connection: Connection, kind: str, limit: int) -> list[dict[str, Any]]:
    """The last jobs of a kind, newest first."""
    return rows(connection, "SELECT * FROM job WHERE kind = :kind ORDER BY created_at DESC LIMIT :limit", kind=kind,
                limit=limit)  # fmt: skip


def one_at_a_time(connection: Connection, kind: str) -> None:
    """Whoever asks for jobs of this kind waits for the other who does, until the transaction ends."""
    sql = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || :kind))"
    connection.execute(text(sql), {"kind": kind})


def claim(database: Database, kinds: list[str], lost_after: float = LOST_AFTER_SECONDS) -> Claim | None:
    """Take the oldest job that waits, or whose worker has not been heard of for `lost_after` seconds."""
    with database.transaction() as connection:
        found = rows(
            connection,
            "UPDATE job SET status = 'running', fence = fence + 1, attempts = attempts + 1, heartbeat_at = now(),"
            " workers = (array_prepend(CAST(:me AS text), workers))[1:8], started_at = COALESCE(started_at, now())"
            " WHERE id = ("
            "  SELECT id FROM job WHERE kind = ANY(:kinds) AND (status = 'waiting' OR (status = 'running'"
            "   AND heartbeat_at < now() - make_interval(secs => :lost))) ORDER BY created_at LIMIT 1"
            "  FOR UPDATE SKIP LOCKED)"
            " RETURNING id, kind, arguments, state, fence, attempts, cancel_requested, freezes, froze_at",
            kinds=kinds, lost=lost_after, me=watchdog.ME,
        )  # fmt: skip
    if not found:
        return None
    row = found[0]
    return Claim(
        UUID(str(row["id"])), row["kind"], row["arguments"], row["state"], row["fence"], row["attempts"], database,
        row["cancel_requested"], freezes=row["freezes"], froze_at=row["froze_at"],
    )  # fmt: skip


def work(
    database: Database, kinds: dict[str, Callable[[Claim], None]], stop: threading.Event, *, max_attempts: int = 5
) -> None:
    """Claim and run jobs until told to stop. A job function ends its job itself; what it raises fails the job."""
    while not stop.is_set():
        try:
            job = claim(database, list(kinds))
        except Exception as error:
            if not is_transient(error):
                raise
            stop.wait(1.0)
            continue
        if job is None:
            stop.wait(0.5)
            continue
        with metrics.JOBS_RUNNING.labels(job.kind).track_inprogress():
            _run(job, kinds[job.kind], stop, max_attempts)


def _run(job: Claim, function: Callable[[Claim], None], stop: threading.Event, max_attempts: int) -> None:
    ended = threading.Event()
    beat = threading.Thread(target=_keep, args=(job, ended, stop), daemon=True)
    beat.start()
    try:
        if job.attempts > max_attempts:
            raise RuntimeError(f"given up after {max_attempts} attempts that ended in a crash")
        if job.freezes >= FREEZES:
            raise StoodStill(f"given up: {job.freezes} times in a row the process stood still at {job.froze_at}")
        job.check()
        function(job)
    except Fenced:
        log.warning("job_fenced", job=str(job.id), kind=job.kind)
    except JobCancelled:
        _end(job, "cancelled", "cancelled on request")
    except Exception as error:
        if is_transient(error):
            log.warning("job_interrupted", job=str(job.id), error=str(error).splitlines()[0])
            return  # its heartbeat stops; it is claimed again and resumed
        log.error("job_failed", job=str(job.id), kind=job.kind, exc_info=error)
        _end(job, "failed", f"{type(error).__name__}: {error}"[:1000])
    finally:
        ended.set()
        beat.join(timeout=5)


def _end(job: Claim, status: str, message: str) -> None:
    try:
        with job.database.transaction() as connection:
            job.finish(connection, status, message)
    except Fenced:
        log.warning("job_fenced", job=str(job.id), kind=job.kind)


def _keep(job: Claim, ended: threading.Event, stop: threading.Event) -> None:
    """Keep the claim alive while the job's function runs; hand the job back when the worker is told to stop."""
    beat_at = time.monotonic() + HEARTBEAT_SECONDS
    while not ended.wait(LOOK_SECONDS):
        try:
            if stop.is_set():
                if not ended.wait(HAND_BACK_SECONDS):
                    _hand_back(job)
                return
            if time.monotonic() - job.heard_at > STILL_SECONDS:
                return _end_with_process(job)
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + HEARTBEAT_SECONDS
                _beat(job, ended)
        except Exception as error:
            log.warning("heartbeat_missed", job=str(job.id), error=str(error).splitlines()[0])


def _end_with_process(job: Claim) -> None:
    """Fail a job that is not heard of, and end the process with it: its thread would never be free again."""
    stage, done = job.place
    log.error("job_stands_still", job=str(job.id), kind=job.kind, stage=stage, done=done)
    faulthandler.dump_traceback(file=sys.stderr)
    where = f"{stage or 'its beginning'} {done}"
    _end(
        job, "failed", f"StoodStill: given up: nothing was heard of it for {STILL_SECONDS / 60:.0f} minutes at {where}"
    )
    os._exit(1)


def _beat(job: Claim, ended: threading.Event) -> None:
    with job.database.transaction() as connection:
        asked = connection.execute(
            text(
                "UPDATE job SET heartbeat_at = now() WHERE id = :id AND fence = :fence AND status = 'running'"
                " RETURNING cancel_requested"
            ),
            {"id": job.id, "fence": job.fence},
        ).scalar()
    if asked is None and not ended.is_set():
        job.lost = True
    job.cancel_requested = job.cancel_requested or bool(asked)


def _hand_back(job: Claim) -> None:
    """Let another worker have the job now. The fence moves: what this process still does for it comes to nothing."""
    with job.database.transaction() as connection:
        done = connection.execute(
            text(
                "UPDATE job SET status = 'waiting', fence = fence + 1, attempts = attempts - 1, heartbeat_at = NULL"
                " WHERE id = :id AND fence = :fence AND status = 'running'"
            ),
            {"id": job.id, "fence": job.fence},
        )
    job.lost = True
    if done.rowcount:
        log.info("job_handed_back", job=str(job.id), kind=job.kind)
