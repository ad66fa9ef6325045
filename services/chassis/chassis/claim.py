"""A job as the process that works on it holds it: what it may write, and how it learns that it may no longer."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from chassis.database import Connection, Database


class JobCancelled(Exception):
    """Somebody asked the job to stop."""


class Fenced(Exception):
    """The job is no longer ours: another process has taken it over, or it was handed back."""


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
    freezes: int = 0  # how often in a row a process stood still with it, and where
    froze_at: str | None = None
    heard_at: float = field(default_factory=time.monotonic)
    _stage: tuple[str, float, int] = field(default=("", 0.0, 0))
    _done: int = 0

    @property
    def place(self) -> tuple[str, int]:
        """The stage that it is in, and how much of that is done."""
        return self._stage[0], self._done

    def check(self) -> None:
        """Raise when the job was cancelled or taken over. Cheap; call it often: who is not heard of stands still."""
        self.heard_at = time.monotonic()
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
        self._done = done
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
