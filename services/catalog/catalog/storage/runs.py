"""Training runs as catalog knows them: which are complete, which one counts, which one is being decided.

`live_run` has one row. Whoever decides holds it shared until the end of his transaction, so that the run that
counts, or is prepared, never changes under a decision.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.database import Connection, rows, scalar
from sqlalchemy import text


@dataclass(frozen=True)
class RunsInUse:
    """The run that counts, and the one that will when all of it is decided."""

    live: UUID | None
    preparing: UUID | None

    @property
    def ids(self) -> list[UUID]:
        """Both, as far as there are any."""
        return [id_ for id_ in (self.live, self.preparing) if id_ is not None]


def in_use(connection: Connection) -> RunsInUse:
    """The runs whose series are decided, held until the transaction ends."""
    found = rows(connection, "SELECT run_id, preparing FROM live_run FOR SHARE")[0]
    return RunsInUse(found["run_id"], found["preparing"])


def live(connection: Connection) -> UUID | None:
    """The run that counts, for whoever only reads."""
    found: UUID | None = scalar(connection, "SELECT run_id FROM live_run")
    return found


def live_as_of(connection: Connection) -> date | None:
    """The day that the run is of that counts."""
    found: date | None = scalar(connection, "SELECT as_of FROM live_run")
    return found


def complete(connection: Connection, run_id: UUID, as_of: date, series: int, at: datetime) -> None:
    """Remember that a run has succeeded, and how many forecasts it has."""
    connection.execute(
        text(
            "INSERT INTO forecast_run (run_id, as_of, series, completed_at) VALUES (:run, :as_of, :series, :at)"
            " ON CONFLICT (run_id) DO UPDATE SET series = EXCLUDED.series, completed_at = EXCLUDED.completed_at"
            " WHERE forecast_run.completed_at < EXCLUDED.completed_at"
        ),
        {"run": run_id, "as_of": as_of, "series": series, "at": at},
    )


def next_run(connection: Connection) -> UUID | None:
    """The newest run that succeeded after the live one and whose forecasts have all arrived."""
    found: UUID | None = scalar(
        connection,
        "SELECT r.run_id FROM forecast_run r CROSS JOIN live_run l"
        " WHERE (l.completed_at IS NULL OR r.completed_at > l.completed_at)"
        " AND (SELECT count(*) FROM forecast f WHERE f.run_id = r.run_id) >= GREATEST(r.series, 1)"
        " ORDER BY r.completed_at DESC LIMIT 1",
    )
    return found


@dataclass(frozen=True)
class Newer:
    """A run that will count: how many of its forecasts have arrived, of how many (None: not told yet), and how many
    series are decided by them."""

    run_id: UUID
    as_of: date
    arrived: int
    series: int | None
    decided: int


ARRIVING = "2 minutes"  # without another forecast of a run whose end was not told; what is older is a remainder

# The run that was told last after the one that counts; else one of which forecasts arrive. Runs are found by an index.
_NEWER = f"""
WITH RECURSIVE l AS (SELECT run_id, completed_at FROM live_run),
told AS (SELECT r.run_id, r.as_of, r.series FROM forecast_run r CROSS JOIN l
    WHERE l.completed_at IS NULL OR r.completed_at > l.completed_at ORDER BY r.completed_at DESC LIMIT 1),
every AS ((SELECT run_id FROM forecast WHERE NOT EXISTS (SELECT FROM told) ORDER BY run_id LIMIT 1) UNION ALL
    SELECT (SELECT f.run_id FROM forecast f WHERE f.run_id > e.run_id ORDER BY f.run_id LIMIT 1)
    FROM every e WHERE e.run_id IS NOT NULL),
untold AS (SELECT e.run_id, max(f.as_of) AS as_of FROM every e JOIN forecast f ON f.run_id = e.run_id
    WHERE NOT EXISTS (SELECT FROM forecast_run r WHERE r.run_id = e.run_id)
    GROUP BY 1 HAVING max(f.kept_at) > now() - interval '{ARRIVING}' ORDER BY max(f.kept_at) DESC LIMIT 1)
SELECT n.run_id, n.as_of, n.series, (SELECT count(*) FROM forecast f WHERE f.run_id = n.run_id) AS arrived,
    (SELECT COALESCE(sum(s.series), 0) FROM decision_sum s WHERE s.run_id = n.run_id) AS decided
FROM (SELECT run_id, as_of, series FROM told UNION ALL SELECT run_id, as_of, NULL FROM untold) AS n
"""


def newer(connection: Connection) -> Newer | None:
    """The run that will count in the place of the one that does, for whoever only reads; None: there is none."""
    found = rows(connection, _NEWER)
    return Newer(**{**found[0], "decided": int(found[0]["decided"])}) if found else None


def prepare(connection: Connection, run_id: UUID) -> None:
    """From now on whoever decides a series decides it for this run too."""
    connection.execute(text("UPDATE live_run SET preparing = :run"), {"run": run_id})


def switch(connection: Connection, run_id: UUID) -> bool:
    """Make the prepared run the one that counts; False when another is being prepared by now."""
    switched: list[dict[str, Any]] = rows(
        connection,
        "UPDATE live_run l SET run_id = r.run_id, as_of = r.as_of, completed_at = r.completed_at, preparing = NULL"
        " FROM forecast_run r WHERE r.run_id = :run AND l.preparing = :run RETURNING l.run_id",
        run=run_id,
    )
    return bool(switched)


def forget_superseded(connection: Connection) -> None:
    """Drop decisions and forecasts of runs that will not count (again unless they are told anew).

    A run that completed after the live one is still on its way; one that is unknown may be in training.
    """
    connection.execute(text("DELETE FROM decision WHERE run_id <> (SELECT run_id FROM live_run)"))
    connection.execute(
        text(
            "DELETE FROM forecast f USING forecast_run r, live_run l WHERE f.run_id = r.run_id"
            " AND r.completed_at <= l.completed_at AND r.run_id <> l.run_id"
        )
    )
