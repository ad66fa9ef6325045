"""Long work as rows: claimed by one process, kept alive by a heartbeat, fenced, cancellable, resumed after a crash.

A worker that lost its claim (it hung, and another took over) fails at its next `progress` or `finish`: every
write checks the fencing token, so a zombie can neither report nor publish. A worker that is told to stop hands its job
back, which is no attempt that failed: only crashes count.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import text

from chassis import metrics
from chassis.database import Connection, Database, is_transient, rows
from chassis.logs import logger

log = logger(__name__)

LOST_AFTER_SECONDS = 15
HEARTBEAT_SECONDS = 3
HAND_BACK_SECONDS = 3  # a job that ends by itself soon after its worker was told to stop may; a worker has eight
LOOK_SECONDS = 0.2


class JobCancelled(Exception):
    """Somebody asked the job to stop."""


class Fenced(Exception):
    """The job is no longer ours: another process has taken it over, or it was handed back."""


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


@dataclass
class Claim:
    """A job that this process works on."""

    id: UUID
    kind: str
    arguments: dict[str, Any]
    state: dict[str, Any]
    fence: int
    attempts: int
    database: Database
    cancel_requested: bool = False
    lost: bool = False
    _stage: tuple[str, float, int] = field(default=("", 0.0, 0))

    def check(self) -> None:
        """Raise when the job was cancelled or taken over. Cheap; call it often."""
        if self.lost:
            raise Fenced(f"job {self.id} was taken over")
        if self.cancel_requested:
            raise JobCancelled(f"job {self.id} was cancelled")

    def hold(self, connection: Connection) -> None:
        """Lock the job's row for the transaction; raises Fenced when it is no longer ours. Call before effects."""
        held = connection.execute(
            text(
                "SELECT cancel_requested FROM job WHERE id = :id AND fence = :fence AND status = 'running' FOR UPDATE"
            ),
            {"id": self.id, "fence": self.fence},
        ).scalar()
        if held is None:
            self.lost = True
            raise Fenced(f"job {self.id} was taken over")
        self.cancel_requested = self.cancel_requested or bool(held)

    def progress(
        self, stage: str, done: int, total: int, *, seconds_left: float | None = None,
        state: dict[str, Any] | None = None, connection: Connection | None = None,
    ) -> float | None:  # fmt: skip
        """Record how far it is, and the state to resume from (in the caller's transaction, if given).

        Returns the estimated seconds left, measured from this stage's own rate unless given.
        """
        self.check()
        if self._stage[0] != stage:
            self._stage = (stage, time.monotonic(), done)
        gained, spent = done - self._stage[2], time.monotonic() - self._stage[1]
        if seconds_left is None and gained > 0:
            seconds_left = spent / gained * (total - done)
        if state is not None:
            self.state = state
        values = {"id": self.id, "fence": self.fence, "stage": stage, "done": done, "total": total,
                  "left": seconds_left, "state": orjson.dumps(self.state, default=str).decode()}  # fmt: skip
        if connection is not None:
            self._write(connection, values)
        else:
            with self.database.transaction() as own:
                self._write(own, values)
        return seconds_left

    def _write(self, connection: Connection, values: dict[str, Any]) -> None:
        held = connection.execute(
            text(
                "UPDATE job SET stage = :stage, done = :done, total = :total, seconds_left = :left,"
                " state = CAST(:state AS jsonb), heartbeat_at = now()"
                " WHERE id = :id AND fence = :fence AND status = 'running' RETURNING cancel_requested"
            ),
            values,
        ).scalar()
        if held is None:
            self.lost = True
            raise Fenced(f"job {self.id} was taken over")
        self.cancel_requested = bool(held)

    def finish(self, connection: Connection, status: str, message: str | None = None) -> None:
        """End the job in the caller's transaction, together with its last effects."""
        done = connection.execute(
            text(
                "UPDATE job SET status = :status, message = :message, finished_at = now(), seconds_left = NULL"
                " WHERE id = :id AND fence = :fence AND status = 'running'"
            ),
            {"id": self.id, "fence": self.fence, "status": status, "message": message},
        )
        if not done.rowcount:
            self.lost = True
            raise Fenced(f"job {self.id} was taken over")


def claim(database: Database, kinds: list[str], lost_after: float = LOST_AFTER_SECONDS) -> Claim | None:
    """Take the oldest job that waits, or whose worker has not been heard of for `lost_after` seconds."""
    with database.transaction() as connection:
        found = rows(
            connection,
            "UPDATE job SET status = 'running', fence = fence + 1, attempts = attempts + 1, heartbeat_at = now(),"
            " started_at = COALESCE(started_at, now()) WHERE id = ("
            "  SELECT id FROM job WHERE kind = ANY(:kinds) AND (status = 'waiting' OR (status = 'running'"
            "   AND heartbeat_at < now() - make_interval(secs => :lost))) ORDER BY created_at LIMIT 1"
            "  FOR UPDATE SKIP LOCKED)"
            " RETURNING id, kind, arguments, state, fence, attempts, cancel_requested",
            kinds=kinds, lost=lost_after,
        )  # fmt: skip
    if not found:
        return None
    row = found[0]
    return Claim(
        UUID(str(row["id"])), row["kind"], row["arguments"], row["state"], row["fence"], row["attempts"], database,
        row["cancel_requested"],
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
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + HEARTBEAT_SECONDS
                _beat(job, ended)
        except Exception as error:
            log.warning("heartbeat_missed", job=str(job.id), error=str(error).splitlines()[0])


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
