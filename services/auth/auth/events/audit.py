"""`audit-recorded` of every service, appended to the trail."""

from collections.abc import Sequence

from chassis.consumer import Batch
from chassis.database import Connection
from chassis.inbox import identity
from contracts import topics
from contracts.events import AuditRecorded
from contracts.topics import Topic

from auth.application.trail import append_to_trail


class AuditTrail:
    """Appends entries in the order they arrive; an entry that is there already is skipped."""

    name = "audit"
    topics: Sequence[Topic] = (topics.AUDIT_RECORDED,)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """One batch."""
        events = [item.event for item in batch.deliveries]
        append_to_trail(
            connection,
            {identity(event): event.payload for event in events if isinstance(event.payload, AuditRecorded)},
        )
