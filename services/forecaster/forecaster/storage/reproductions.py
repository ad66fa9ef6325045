"""Reproductions of runs: who asked, and what came of it."""

from typing import Any
from uuid import UUID

import orjson
from chassis.database import Connection, rows
from sqlalchemy import text


def create(connection: Connection, reproduction_id: UUID, run_id: UUID, who: str) -> None:
    """A reproduction that waits."""
    connection.execute(
        text("INSERT INTO reproduction (id, run_id, requested_by) VALUES (:id, :run, :who)"),
        {"id": reproduction_id, "run": run_id, "who": who},
    )


def get(connection: Connection, reproduction_id: UUID) -> dict[str, Any] | None:
    """A reproduction with its job's progress."""
    found = rows(
        connection,
        "SELECT r.id, run_id, r.requested_by, requested_at, result, job.status, job.stage, job.done, job.total,"
        " job.seconds_left, job.message, job.finished_at FROM reproduction AS r JOIN job USING (id) WHERE r.id = :id",
        id=reproduction_id,
    )
    return found[0] if found else None


def keep_result(connection: Connection, reproduction_id: UUID, result: dict[str, Any]) -> None:
    """What came of it."""
    connection.execute(
        text("UPDATE reproduction SET result = CAST(:result AS jsonb) WHERE id = :id"),
        {"id": reproduction_id, "result": orjson.dumps(result, default=str).decode()},
    )
