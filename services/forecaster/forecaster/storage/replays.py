"""The shadow that a replay fills, its comparison with the live history, and the swap.

Comparison and swap run in one transaction under the history's exclusive lock: the live projection waits for it,
readers do not. Only weeks that differ are written, so a replay that finds nothing wrong marks nothing as changed.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from chassis.database import Connection, copy_rows, rows, scalar
from sqlalchemy import text

from forecaster.domain.history import SeriesWeek, Total
from forecaster.domain.scope import Scope

_IN_SCOPE = (
    "(CAST(:first_week AS date) IS NULL OR week >= :first_week)"
    " AND (CAST(:last_week AS date) IS NULL OR week <= :last_week)"
    " AND (CAST(:skus AS text[]) IS NULL OR sku = ANY(:skus))"
)
_SCOPE = ("first_week", "last_week", "recorded_from", "skus")
SHOWN = (
    "SELECT replay.id, replay.version, scope, retrain, replay.requested_by, requested_at, result,"
    " job.status, job.stage, job.done, job.total, job.seconds_left, job.message, job.started_at, job.finished_at,"
    " (job.total - job.done) / NULLIF(job.seconds_left, 0) AS rate"
    " FROM replay JOIN job USING (id)"
)


def create(connection: Connection, replay_id: UUID, scope: Scope, retrain: bool, who: str) -> None:
    """A replay that waits."""
    connection.execute(
        text(
            "INSERT INTO replay (id, scope, retrain, requested_by) VALUES (:id, CAST(:scope AS jsonb), :retrain, :who)"
        ),
        {"id": replay_id, "scope": orjson.dumps(scope.document()).decode(), "retrain": retrain, "who": who},
    )


def get(connection: Connection, replay_id: UUID) -> dict[str, Any] | None:
    """A replay with its job's progress."""
    found = rows(connection, f"{SHOWN} WHERE replay.id = :id", id=replay_id)
    return found[0] if found else None


def newest_first(connection: Connection, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Replays, newest first."""
    return rows(
        connection,
        f"{SHOWN} WHERE replay.version < :before ORDER BY replay.version DESC LIMIT :limit",
        before=before or 2**62, limit=limit,
    )  # fmt: skip


def rewriting_is_open(connection: Connection) -> bool:
    """Whether the replay that other settings asked for has not succeeded, nor one of everything since."""
    whole = " AND ".join(f"w.arguments -> 'scope' ->> '{part}' IS NULL" for part in _SCOPE)
    return bool(scalar(
        connection,
        "SELECT EXISTS (SELECT FROM job AS r WHERE r.kind = 'replay' AND r.arguments ->> 'rewriting' = 'true'"
        " AND r.status <> 'succeeded' AND NOT EXISTS (SELECT FROM job AS w WHERE w.kind = 'replay'"
        f" AND w.status = 'succeeded' AND w.created_at > r.created_at AND {whole}))",
    ))  # fmt: skip


def keep_part(
    connection: Connection, replay_id: UUID, partition: int, cells: Iterable[tuple[SeriesWeek, Total]],
    marks: set[SeriesWeek],
) -> None:  # fmt: skip
    """Add a partition's sums to the shadow."""
    copy_rows(
        connection, "replay_week",
        ("replay_id", "partition", "sku", "location", "week", "units", "revenue", "entries", "marked"),
        ((replay_id, partition, *cell, *total, cell in marks) for cell, total in cells),
    )  # fmt: skip


def forget_part(connection: Connection, replay_id: UUID, partition: int) -> None:
    """Drop a partition's sums, to read it again."""
    connection.execute(
        text("DELETE FROM replay_week WHERE replay_id = :id AND partition = :partition"),
        {"id": replay_id, "partition": partition},
    )


def forget(connection: Connection, replay_id: UUID) -> None:
    """Drop the shadow."""
    connection.execute(text("DELETE FROM replay_week WHERE replay_id = :id"), {"id": replay_id})


def _gather(connection: Connection, replay_id: UUID, scope: Scope) -> None:
    """Both sides of the comparison, in scope, as temporary tables `fresh` and `present`."""
    values = {
        "id": replay_id, "first_week": scope.first_week, "last_week": scope.last_week,
        "skus": None if scope.skus is None else sorted(scope.skus),
    }  # fmt: skip
    marked = "HAVING bool_or(marked)" if scope.recorded_from is not None else ""
    columns = "sku, location, week"
    connection.execute(
        text(
            f"CREATE TEMP TABLE fresh ON COMMIT DROP AS SELECT {columns}, sum(units) AS units, sum(revenue) AS revenue,"
            f" sum(entries)::bigint AS entries FROM replay_week WHERE replay_id = :id AND {_IN_SCOPE}"
            f" GROUP BY {columns} {marked}"
        ),
        values,
    )
    touched = f" AND EXISTS (SELECT FROM fresh AS f WHERE ({columns}) = (f.sku, f.location, f.week))" if marked else ""
    touched = touched.replace(f"({columns})", "(d.sku, d.location, d.week)")
    connection.execute(
        text(
            f"CREATE TEMP TABLE present ON COMMIT DROP AS SELECT {columns}, units, revenue, entries"
            f" FROM demand_week AS d WHERE {_IN_SCOPE}{touched}"
        ),
        values,
    )
    for table in ("fresh", "present"):
        connection.execute(text(f"ANALYZE {table}"))


_SUMS = (
    "SELECT count(*) AS weeks, COALESCE(sum(entries), 0)::bigint AS entries, COALESCE(sum(units), 0)::text AS units,"
    " COALESCE(sum(revenue), 0)::text AS revenue, COALESCE(sum(hashtextextended(concat_ws('|', sku, location, week,"
    " units::numeric(18, 3), revenue::numeric(20, 4), entries), 0)::numeric), 0)::text AS checksum FROM {}"
)
_DIFFERENT = (
    "(f.units, f.revenue, f.entries) IS DISTINCT FROM (d.units, d.revenue, d.entries)"
    " AND d.sku = f.sku AND d.location = f.location AND d.week = f.week"
)


def swap(connection: Connection, replay_id: UUID, scope: Scope) -> dict[str, Any]:
    """Make the history in scope equal to the shadow; what was compared and what was changed."""
    _gather(connection, replay_id, scope)
    before, shadow = (rows(connection, _SUMS.format(table))[0] for table in ("present", "fresh"))
    changed = connection.execute(
        text(
            "UPDATE demand_week AS d SET units = f.units, revenue = f.revenue, entries = f.entries,"
            f" changed_by = pg_current_xact_id(), changed_at = now() FROM fresh AS f WHERE {_DIFFERENT}"
        )
    ).rowcount
    added = connection.execute(
        text(
            "INSERT INTO demand_week (sku, location, week, units, revenue, entries)"
            " SELECT f.sku, f.location, f.week, f.units, f.revenue, f.entries FROM fresh AS f"
            " LEFT JOIN present AS p USING (sku, location, week) WHERE p.sku IS NULL"
        )
    ).rowcount
    removed = 0
    if scope.recorded_from is None:
        removed = connection.execute(
            text(
                "DELETE FROM demand_week AS d USING present AS p LEFT JOIN fresh AS f USING (sku, location, week)"
                " WHERE f.sku IS NULL AND d.sku = p.sku AND d.location = p.location AND d.week = p.week"
            )
        ).rowcount
    return {"live": before, "shadow": shadow, "changed": changed, "added": added, "removed": removed,
            "equal": before == shadow}  # fmt: skip


def keep_result(connection: Connection, replay_id: UUID, result: dict[str, Any]) -> None:
    """What came of it."""
    connection.execute(
        text("UPDATE replay SET result = CAST(:result AS jsonb) WHERE id = :id"),
        {"id": replay_id, "result": orjson.dumps(result, default=str).decode()},
    )
