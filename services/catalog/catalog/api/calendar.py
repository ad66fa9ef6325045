"""The calendar: days on which more or less is sold."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from contracts.types import Code, Name
from fastapi import APIRouter
from pydantic import Field

from catalog.api.parameters import Day, Db, IfMatch, Planner, Revision, Viewer, read_revision
from catalog.api.spans import Span
from catalog.application import places as use
from catalog.storage import places

router = APIRouter(tags=["catalog"])


class EventIn(Span):
    """A calendar event over days, both included; no locations mean all."""

    name: Name
    kind: Code = "event"
    starts: Day
    ends: Day
    locations: Annotated[list[Code], Field(max_length=1000)] = []


class EventUpdate(EventIn):
    """The whole new content of a calendar event."""

    revision: Revision = None


class EventOut(EventIn):
    """A calendar event."""

    id: UUID
    revision: int


@router.get("/events")
def list_calendar_events(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[EventOut]:
    """Calendar events by their first day."""
    after = pagination.decode(cursor, date.fromisoformat, UUID)
    with database.snapshot() as connection:
        found = places.page(connection, "calendar_event", after, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["starts"], row["id"]])
    return Page(items=[EventOut(**row) for row in kept], next_cursor=following)


@router.post("/events", status_code=201)
def create_calendar_event(database: Db, given: EventIn, caller: Planner) -> EventOut:
    """Add a calendar event."""
    content = given.model_dump() | {"id": uuid4()}
    return EventOut(**use.create_place(database, "calendar_event", content, caller.actor))


@router.put("/events/{event_id}")
def update_calendar_event(
    database: Db, event_id: UUID, given: EventUpdate, caller: Planner, if_match: IfMatch = None
) -> EventOut:
    """Change a calendar event."""
    content, revision = given.model_dump(exclude={"revision"}), read_revision(given.revision, if_match)
    return EventOut(**use.change_place(database, "calendar_event", event_id, content, revision, caller.actor))


@router.delete("/events/{event_id}", status_code=204)
def remove_calendar_event(database: Db, event_id: UUID, caller: Planner, if_match: IfMatch = None) -> None:
    """Remove a calendar event."""
    use.remove_place(database, "calendar_event", event_id, read_revision(None, if_match), caller.actor)
