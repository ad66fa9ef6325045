"""`audit-recorded` of every service becomes one append-only, hash-chained trail."""

from collections.abc import Sequence

from chassis.consumer import Batch
from chassis.database import Connection, copy_rows, rows
from chassis.inbox import identity
from contracts import topics
from contracts.events import AuditRecorded
from contracts.topics import Topic
from sqlalchemy import text

from auth.domain.audit import chained

_COLUMNS = ("sequence", "event_id", "service", "actor", "action", "subject", "at", "detail", "hash")


class AuditTrail:
    """Appends entries in the order they arrive; an entry that is there already is skipped."""

    name = "audit"
    topics: Sequence[Topic] = (topics.AUDIT_RECORDED,)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Lock the trail's end, then append what is new."""
        connection.execute(text("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE"))
        ids = {identity(item.event): item.event.payload for item in batch.deliveries}
        known = {
            row["event_id"]
            for row in rows(connection, "SELECT event_id FROM audit_entry WHERE event_id = ANY(:ids)", ids=list(ids))
        }
        last = rows(connection, "SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1")
        sequence, hash_ = (last[0]["sequence"], last[0]["hash"]) if last else (0, "")
        entries = []
        for id_, payload in ids.items():
            if id_ in known or not isinstance(payload, AuditRecorded):
                continue
            sequence += 1
            hash_ = chained(hash_, payload.model_dump(mode="json") | {"event_id": str(id_)})
            entries.append(
                (sequence, id_, payload.service, payload.actor, payload.action, payload.subject, payload.at,
                 payload.detail, hash_)
            )  # fmt: skip
        copy_rows(connection, "audit_entry", _COLUMNS, entries)
