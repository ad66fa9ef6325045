"""The audit trail's hash chain: each entry's hash covers the one before, so a removed or changed entry shows."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from contracts.events import AuditRecorded
from pydantic import BaseModel


class AuditEntry(BaseModel):
    """One deed, at its place in the trail."""

    sequence: int
    event_id: UUID
    service: str
    actor: str
    action: str
    subject: str
    at: datetime
    detail: dict[str, Any]
    hash: str


def chained(previous: str, entry: dict[str, Any]) -> str:
    """The hash of an entry that follows the one with the hash `previous`."""
    content = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(previous.encode() + content).hexdigest()


def continued(last: tuple[int, str], deeds: Iterable[tuple[UUID, AuditRecorded]]) -> list[AuditEntry]:
    """The entries of `deeds`, chained to the trail that ends with `last`, its sequence and hash."""
    sequence, hash_ = last
    entries = []
    for event_id, deed in deeds:
        sequence += 1
        hash_ = chained(hash_, deed.model_dump(mode="json") | {"event_id": str(event_id)})
        entries.append(AuditEntry(sequence=sequence, event_id=event_id, hash=hash_, **deed.model_dump()))
    return entries
