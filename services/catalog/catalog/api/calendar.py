"""The calendar: days on which more or less is sold."""

from typing import Annotated
from uuid import UUID

from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, Viewer
from contracts.types import Code, Name
from fastapi import APIRouter
from pydantic import Field

from catalog.api import dated
from catalog.api.parameters import CatalogWriter, IfMatch, Revision
from catalog.api.spans import Span

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
def list_calendar_events(
    database: Db, _: Viewer, asked: dated.Asked, limit: Limit = 100, cursor: Cursor = None
) -> Page[EventOut]:
    """Calendar events by their first day."""
    kept, following = dated.listed(database, "calendar_event", asked, limit, cursor)
    return Page(items=[EventOut(**row) for row in kept], next_cursor=following)


@router.post("/events", status_code=201)
def create_calendar_event(database: Db, given: EventIn, caller: CatalogWriter) -> EventOut:
    """Add a calendar event."""
    return EventOut(**dated.created(database, "calendar_event", given, caller.actor))


@router.put("/events/{event_id}")
def update_calendar_event(
    database: Db, event_id: UUID, given: EventUpdate, caller: CatalogWriter, if_match: IfMatch = None
) -> EventOut:
    """Change a calendar event."""
    return EventOut(**dated.changed(database, "calendar_event", event_id, given, if_match, caller.actor))


@router.delete("/events/{event_id}", status_code=204)
def remove_calendar_event(database: Db, event_id: UUID, caller: CatalogWriter, if_match: IfMatch = None) -> None:
    """Remove a calendar event."""
    dated.removed(database, "calendar_event", event_id, if_match, caller.actor)
