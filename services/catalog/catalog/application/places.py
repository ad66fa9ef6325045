"""Locations, promotions and the calendar as people keep them; each change by revision, told whole."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import Conflict, not_found

from catalog.application import announce
from catalog.domain import revisions
from catalog.storage import places

_NAMES = {"location": "location", "promotion": "promotion", "calendar_event": "event"}


def create_place(database: Database, table: str, content: dict[str, Any], actor: str) -> dict[str, Any]:
    """Create a location, a promotion or a calendar event; a conflict when a location's code is taken."""
    with database.transaction() as connection:
        return enter(connection, table, content, actor)


def enter(connection: Connection, table: str, content: dict[str, Any], actor: str) -> dict[str, Any]:
    """The same within somebody's transaction."""
    row = places.add(connection, table, content)
    if row is None:
        raise Conflict(f"There is a location {content['code']} already.", code="code_taken")
    announce.place(connection, table, row)
    subject = f"{_NAMES[table]} {content.get('code') or content['id']}"
    audit.record(connection, "catalog", actor, f"{_NAMES[table]}-created", subject)
    return row


def change_place(
    database: Database, table: str, key: str | UUID, content: Mapping[str, Any], revision: int | None, actor: str
) -> dict[str, Any]:
    """Replace all that is said of one."""
    return _change(database, table, key, content, revision, actor, "changed")


def remove_place(database: Database, table: str, key: UUID, revision: int | None, actor: str) -> None:
    """Remove a promotion or a calendar event: the row stays, marked, and consumers are told."""
    _change(database, table, key, {"removed": True}, revision, actor, "removed")


def _change(
    database: Database, table: str, key: str | UUID, content: Mapping[str, Any], revision: int | None, actor: str,
    verb: str,
) -> dict[str, Any]:  # fmt: skip
    with database.transaction() as connection:
        before = places.get(connection, table, key, lock=True)
        if before is None or before.get("removed"):
            raise not_found(f"The {_NAMES[table]} {key}")
        revisions.expect(before["revision"], revision)
        if all(before[name] == value for name, value in content.items()):
            return before
        row = places.change(connection, table, key, dict(content))
        announce.place(connection, table, row)
        audit.record(connection, "catalog", actor, f"{_NAMES[table]}-{verb}", f"{_NAMES[table]} {key}")
        return row
