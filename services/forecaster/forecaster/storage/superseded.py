"""Runs whose forecasts nobody needs any more: neither what is shown, nor what accuracy is measured by."""

from datetime import date, datetime
from uuid import UUID

from chassis.database import Connection, scalar
from sqlalchemy import text

# A run stays that has a live forecast; was live, or was made, since `before`; is among the newest that one can go back
# to; was the last word on its first week, from `oldest` on, which the accuracy of weeks and lags is measured by, or its
# rehearsal; or is the training that a run which stays was updated from.
_NEXT = """
WITH last AS (SELECT run_id, max(id) AS id FROM publication GROUP BY run_id),
spans AS (SELECT run_id, lead(published_at) OVER (ORDER BY id) AS until FROM publication),
word AS (
    SELECT DISTINCT ON (r.first_week) r.id FROM run AS r JOIN last ON last.run_id = r.id
    WHERE r.first_week >= :oldest ORDER BY r.first_week, last.id DESC
)
SELECT id FROM run WHERE series > 0 AND pruned_at IS NULL AND finished_at < :before
    AND id NOT IN (SELECT run_id FROM live_forecast)
    AND id NOT IN (SELECT run_id FROM spans WHERE until IS NULL OR until >= :before)
    AND id NOT IN (SELECT run_id FROM last ORDER BY id DESC LIMIT :newest)
    AND id NOT IN (SELECT id FROM word) AND NOT (kind = 'rehearsal' AND first_week >= :oldest)
    AND NOT EXISTS (SELECT FROM run AS u WHERE u.models_of = run.id AND u.pruned_at IS NULL AND u.series > 0)
ORDER BY version LIMIT 1
"""


def next_run(connection: Connection, before: datetime, oldest: date, newest: int) -> UUID | None:
    """A run whose forecasts may go."""
    found = scalar(connection, _NEXT, before=before, oldest=oldest, newest=newest)
    return None if found is None else UUID(str(found))


def prune(connection: Connection, run_id: UUID) -> None:
    """Drop a run's forecasts and inputs; the run itself, its quality and when it was live stay."""
    for statement in (
        "DELETE FROM forecast WHERE run_id = :id",
        "DELETE FROM run_input WHERE run_id = :id",
        "UPDATE run SET pruned_at = now() WHERE id = :id",
    ):
        connection.execute(text(statement), {"id": run_id})
