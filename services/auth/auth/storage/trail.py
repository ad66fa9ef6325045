"""The audit trail as stored: appended to, never changed (a trigger of the table sees to that), kept for ever."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from auth.domain.audit import AuditEntry

_COLUMNS = ("sequence", "event_id", "service", "actor", "action", "subject", "at", "detail", "hash")
_BEYOND = 2**62


def lock(connection: Connection) -> None:
    """Keep others from appending until the transaction ends."""
    connection.execute(text("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE"))


def end(connection: Connection) -> tuple[int, str]:
    """Sequence and hash of the last entry; (0, "") before the first."""
    last = rows(connection, "SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1")
    return (last[0]["sequence"], last[0]["hash"]) if last else (0, "")


def known(connection: Connection, event_ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that have their entry."""
    found = rows(connection, "SELECT event_id FROM audit_entry WHERE event_id = ANY(:ids)", ids=list(event_ids))
    return {row["event_id"] for row in found}


def append(connection: Connection, entries: Sequence[AuditEntry]) -> None:
    """Write entries that follow the trail's end."""
    values = ([getattr(entry, column) for column in _COLUMNS] for entry in entries)
    copy_rows(connection, "audit_entry", _COLUMNS, values)


def page(
    connection: Connection, before: int | None, limit: int, *, actor: str | None = None, action: str | None = None,
    service: str | None = None, since: datetime | None = None, q: str | None = None,
) -> list[AuditEntry]:  # fmt: skip
    """The newest entries that match, older than the sequence `before`."""
    found = rows(
        connection,
        f"SELECT {', '.join(_COLUMNS)} FROM audit_entry"
        " WHERE sequence < :before AND (CAST(:actor AS text) IS NULL OR actor = :actor)"
        " AND (CAST(:action AS text) IS NULL OR action = :action)"
        " AND (CAST(:service AS text) IS NULL OR service = :service)"
        " AND (CAST(:since AS timestamptz) IS NULL OR at >= :since)"
        " AND (CAST(:q AS text) IS NULL OR concat_ws(' ', actor, action, service, subject, detail) ILIKE :q)"
        " ORDER BY sequence DESC LIMIT :limit",
        before=_BEYOND if before is None else min(before, _BEYOND), actor=actor,
        action=action, service=service, since=since, q=q, limit=limit,
    )  # fmt: skip
    return [AuditEntry.model_validate(row) for row in found]
