"""Publishing: an event is a row written in the transaction of the change it tells of.

So there is no event without its change and no change without its event, whatever dies when. `chassis.relay`
sends the rows.
"""

from collections.abc import Iterable

from contracts.envelope import Event, value_bytes

from chassis import tracing
from chassis.database import Connection, copy_rows

COLUMNS = ("topic", "key", "event_id", "type", "source", "version", "payload", "traceparent")


def publish(connection: Connection, events: Iterable[Event]) -> None:
    """Queue events for publication, in this order, if and when the transaction commits.

    Order a key's events need across transactions comes from the caller's lock on the aggregate.
    """
    trace = tracing.current()
    copy_rows(
        connection,
        "outbox",
        COLUMNS,
        (
            (
                event.topic, event.key, event.id, event.type, event.source, event.payload.VERSION,
                value_bytes(event.payload).decode(), event.traceparent or trace,
            )
            for event in events
        ),
    )  # fmt: skip
