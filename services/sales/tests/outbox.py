"""What waits in the outbox, an event a row."""

from typing import Any

from chassis.database import Connection, rows

_EVENTS = """
SELECT id, topic, source, one.* FROM {} AS held,
    unnest(string_to_array(held.event_id, E'\\n'), string_to_array(held.type, E'\\n'),
           string_to_array(held.payload, E'\\n')) WITH ORDINALITY AS one (event_id, type, payload, place)
"""


def waiting(connection: Connection, topic: str = "sale-recorded") -> list[dict[str, Any]]:
    """The topic's events, in the order in which they will be sent."""
    return rows(connection, _EVENTS.format("outbox") + " WHERE topic = :topic ORDER BY id, place", topic=topic)


def taken(connection: Connection) -> list[dict[str, Any]]:
    """All events; they are no longer there then."""
    return rows(
        connection, "WITH gone AS (DELETE FROM outbox RETURNING *)" + _EVENTS.format("gone") + " ORDER BY id, place"
    )
