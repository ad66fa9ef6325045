"""What became of a producer's events, for whoever sent them: its own source's, by its own ids."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from chassis.database import Connection
from contracts.events import sale_id
from pydantic import BaseModel

from sales.storage import fates
from sales.storage.fates import Fate


class FateOut(BaseModel):
    """What became of an event.

    `duplicates`: how often it came again with the same content, which changes nothing. `code`, `field` and `message`
    say why it was rejected or became a dead letter; of one that was accepted or waits, why other content that came
    under its id was refused. `unknown`: nothing of it has come, or it was refused over REST, where its sender was told.
    """

    event_id: str
    sale_id: UUID
    fate: Literal["accepted", "waiting", "rejected", "dead-letter", "unknown"]
    at: datetime | None = None
    duplicates: int = 0
    waiting_for: str | None = None
    code: str | None = None
    field: str | None = None
    message: str | None = None


def fates_of(connection: Connection, source: str, event_ids: Sequence[str]) -> list[FateOut]:
    """The events' fates, in the order in which they were asked for."""
    ids = {event_id: sale_id(source, event_id) for event_id in event_ids}
    settled = fates.settled(connection, ids.values())
    repeats = fates.repeats(connection, ids.values())
    buried = fates.buried(connection, source, list(ids))
    return [
        _told(event_id, id_, [*settled.get(id_, []), *buried.get(event_id, [])], repeats.get(id_, 0))
        for event_id, id_ in ids.items()
    ]


def _told(event_id: str, id_: UUID, found: Sequence[Fate], duplicates: int) -> FateOut:
    if not found:
        return FateOut(event_id=event_id, sale_id=id_, fate="unknown")
    first, why = found[0], next((fate for fate in found if fate.code), found[0])
    return FateOut(
        event_id=event_id, sale_id=id_, fate=first.fate, at=first.at, duplicates=duplicates,
        waiting_for=first.waiting_for, code=why.code, field=why.field, message=why.message,
    )  # fmt: skip
