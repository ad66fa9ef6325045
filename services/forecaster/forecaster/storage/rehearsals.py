"""Rehearsals among the runs: which are wanted, which models they are made with, how far they are."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.database import Connection, rows, scalar

from forecaster.storage import runs


def first_published(connection: Connection) -> date:
    """The first week of the earliest forecasts that were really published; there must be one."""
    found: date = scalar(
        connection, "SELECT min(r.first_week) FROM publication AS p JOIN run AS r ON r.id = p.run_id"
    )  # fmt: skip
    return found


def wanted(connection: Connection, first_week: date) -> bool:
    """Whether nothing was published or rehearsed before the forecasts that begin with this week."""
    return not scalar(
        connection,
        "SELECT EXISTS (SELECT FROM run WHERE kind = 'rehearsal')"
        " OR EXISTS (SELECT FROM publication AS p JOIN run AS r ON r.id = p.run_id WHERE r.first_week < :first_week)",
        first_week=first_week,
    )


def models_before(connection: Connection, first_week: date) -> UUID | None:
    """The newest rehearsal that was trained, not updated, for an earlier week."""
    found = scalar(
        connection,
        "SELECT id FROM run WHERE kind = 'rehearsal' AND outcome = 'succeeded' AND models_of IS NULL"
        " AND first_week < :first_week ORDER BY version DESC LIMIT 1",
        first_week=first_week,
    )
    return None if found is None else UUID(str(found))


def all_runs(connection: Connection) -> list[dict[str, Any]]:
    """Every rehearsal, oldest first, as it is shown."""
    return rows(connection, f"SELECT {runs.SHOWN}{runs.FROM} WHERE run.kind = 'rehearsal' ORDER BY run.version")
