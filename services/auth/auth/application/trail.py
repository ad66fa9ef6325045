"""The audit trail: what every service tells of deeds, kept as one append-only, hash-chained list."""

from collections.abc import Mapping
from uuid import UUID

from chassis.database import Connection
from contracts.events import AuditRecorded

from auth.domain.audit import continued
from auth.storage import trail


def append_to_trail(connection: Connection, deeds: Mapping[UUID, AuditRecorded]) -> None:
    """Append what is new, in the order given. The consumer's loop owns the transaction."""
    trail.lock(connection)
    known = trail.known(connection, deeds.keys())
    new = [(event_id, deed) for event_id, deed in deeds.items() if event_id not in known]
    trail.append(connection, continued(trail.end(connection), new))
