"""Which event log the kept offsets belong to. A log that was lost and begun anew gives the same offsets other records.

Guarantee: no offset outlives its log. Before a projection that keeps its offsets polls, the log's own id is compared
with the kept one; when it is another, all kept offsets are forgotten in the same transaction, and what the new log
holds is read from its beginning. Effects stay: they are told apart by the events' ids.
"""

from datetime import datetime

from sqlalchemy import text

from chassis.database import Connection, Database, scalar
from chassis.logs import logger

log = logger(__name__)


def follow(database: Database, cluster_id: str) -> bool:
    """Keep the id of the log that is read from now on; whether it is another than before."""
    with database.transaction() as connection:
        connection.execute(
            text("INSERT INTO event_log (cluster_id) VALUES (:id) ON CONFLICT (one) DO NOTHING"), {"id": cluster_id}
        )
        changed = connection.execute(
            text("UPDATE event_log SET cluster_id = :id, begun_anew_at = now() WHERE cluster_id <> :id"),
            {"id": cluster_id},
        ).rowcount
        if changed:
            connection.execute(text("DELETE FROM projection_offset"))
    if changed:
        log.warning("event_log_is_another", cluster=cluster_id, advice="almanac republish all tells it what was kept")
    return bool(changed)


def begun_anew(connection: Connection) -> datetime | None:
    """When another log took the place of the one before; None: offsets are of the first one."""
    found: datetime | None = scalar(connection, "SELECT begun_anew_at FROM event_log")
    return found
