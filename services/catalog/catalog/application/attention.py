"""What people say of an entry of the attention list: the same verbs for every kind."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from chassis import audit
from chassis.database import Database
from chassis.failures import Conflict, invalid, not_found

from catalog.storage import attention


def acknowledge(database: Database, entry_id: UUID, note: str | None, actor: str, today: date) -> dict[str, Any]:
    """Somebody has seen it and is at it."""
    said = {"status": "acknowledged", "snoozed_until": None} | ({"note": note} if note is not None else {})
    return _say(database, entry_id, actor, today, "acknowledged", said)


def assign(database: Database, entry_id: UUID, assignee: str | None, actor: str, today: date) -> dict[str, Any]:
    """Give it to somebody; None takes it back."""
    return _say(database, entry_id, actor, today, "assigned", {"assignee": assignee})


def snooze(database: Database, entry_id: UUID, until: date, actor: str, today: date) -> dict[str, Any]:
    """Not now: it comes back on that day, if it is still so."""
    if until <= today:
        raise invalid("until", "must be a day to come", "not_in_future")
    return _say(database, entry_id, actor, today, "snoozed", {"status": "snoozed", "snoozed_until": until})


def resolve(database: Database, entry_id: UUID, note: str | None, actor: str, today: date) -> dict[str, Any]:
    """Done with: it comes back only with later evidence."""
    said = {"status": "resolved", "snoozed_until": None, "note": note}
    return _say(database, entry_id, actor, today, "resolved", said)


def reopen(database: Database, entry_id: UUID, actor: str, today: date) -> dict[str, Any]:
    """Take back what was said: a snooze, a settlement."""
    return _say(database, entry_id, actor, today, "reopened", {"status": "open", "snoozed_until": None, "note": None})


def _say(
    database: Database, entry_id: UUID, actor: str, today: date, verb: str, said: Mapping[str, Any]
) -> dict[str, Any]:
    with database.transaction() as connection:
        entry = attention.get(connection, entry_id, today, lock=True)
        if entry is None:
            raise not_found(f"The entry {entry_id}")
        if not entry["present"]:
            raise Conflict("It is no longer so, and has resolved itself.", code="no_longer_so")
        attention.change(connection, entry_id, actor, said)
        audit.record(connection, "catalog", actor, f"attention-{verb}", entry["root"])
        return attention.get(connection, entry_id, today) or {}
