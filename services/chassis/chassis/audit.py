"""Audit entries: published with the change they tell of, kept by auth."""

from datetime import UTC, datetime
from typing import Any

from contracts.envelope import new_event
from contracts.events import AuditRecorded

from chassis import outbox
from chassis.database import Connection


def record(connection: Connection, service: str, actor: str, action: str, subject: str, **detail: Any) -> None:
    """Say who did what, in the transaction of the deed."""
    entry = AuditRecorded(
        service=service, actor=actor, action=action, subject=subject, at=datetime.now(UTC), detail=detail
    )
    outbox.publish(connection, [new_event(entry, service)])
