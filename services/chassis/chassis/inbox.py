"""Which events a consumer has already applied: an id is remembered in the transaction of its effect."""

from collections.abc import Iterable, Sequence
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.envelope import Event
from sqlalchemy import text

from chassis.database import Connection, copy_rows


def identity(event: Event) -> UUID:
    """An event's unique id. Our own services give UUIDs; other ids are unique within their source."""
    try:
        return UUID(event.id)
    except ValueError:
        return uuid5(NAMESPACE_OID, f"{event.source}\n{event.id}")


def unseen(connection: Connection, consumer: str, ids: Iterable[UUID]) -> set[UUID]:
    """Remember the ids and return those that were new. Rolled back with the caller's transaction."""
    wanted: Sequence[UUID] = list(dict.fromkeys(ids))
    if not wanted:
        return set()
    connection.execute(text("CREATE TEMP TABLE IF NOT EXISTS inbox_batch (event_id uuid) ON COMMIT DELETE ROWS"))
    connection.execute(text("TRUNCATE inbox_batch"))
    copy_rows(connection, "inbox_batch", ("event_id",), ((value,) for value in wanted))
    found = connection.execute(
        text(
            "INSERT INTO inbox (consumer, event_id) SELECT :consumer, event_id FROM inbox_batch ORDER BY event_id"
            " ON CONFLICT DO NOTHING RETURNING event_id"
        ),
        {"consumer": consumer},
    )
    return {row.event_id for row in found}
