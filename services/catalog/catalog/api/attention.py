"""The one list of what needs somebody, ranked by money, with the same verbs for every kind."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from chassis import pagination
from chassis.failures import not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, LocationFilter, Search, Viewer, like
from contracts.types import Code, Instant, Name, Text
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from catalog.api.parameters import Config, Person, SegmentFilter
from catalog.application import attention as use
from catalog.settings import Settings
from catalog.storage import attention

router = APIRouter(prefix="/attention", tags=["attention"])
Kind = Literal["stockout", "excess", "anomaly", "bias", "late-data"]
Status = Literal["open", "acknowledged", "snoozed", "resolved"]


class AttentionOut(BaseModel):
    """Something that needs somebody; `root` is its cause. `detail` says what its kind has to say.

    `changed_by` is who last changed its status, "system" where the cause came back or ended by itself.
    """

    id: UUID
    root: str
    kind: Kind
    sku: str | None
    location: str | None
    name: str | None
    supplier: str | None
    segment: str | None
    money: float
    urgency: Annotated[int, Field(description="2: out of stock now; 1: likelier than not to run out; 0: all else")]
    title: str
    detail: dict[str, Any]
    status: Status
    snoozed_until: date | None
    assignee: str | None
    note: str | None
    week: date | None
    first_seen: datetime
    last_seen: datetime
    changed_by: str | None
    changed_at: datetime | None


class NewsItem(BaseModel):
    """An open entry, and when it began or came back."""

    id: UUID
    kind: Kind
    sku: str | None
    location: str | None
    name: str | None
    money: float
    urgency: int
    title: str
    said: Annotated[
        dict[str, Any] | None, Field(description="The title for readers of any language: its text and what fills it")
    ] = None
    began: datetime


class NewsOut(BaseModel):
    """How many open entries began after `since`, and the newest open ones whenever they began."""

    new: int
    items: list[NewsItem]


class NoteIn(BaseModel):
    """What is said with it."""

    note: Text | None = None


class AssignIn(BaseModel):
    """To whom; null takes it back."""

    assignee: Name | None


class SnoozeIn(BaseModel):
    """Until when."""

    until: Day


def _today(config: Settings) -> date:
    return datetime.now(config.zone).date()


@router.get("")
def list_attention(
    database: Db,
    config: Config,
    _: Viewer,
    status: Annotated[Status | None, Query(description="Left out: all that is not resolved")] = None,
    kind: Annotated[list[Kind] | None, Query(max_length=5, description="Only these kinds")] = None,
    assignee: Annotated[Name | None, Query()] = None,
    supplier: Annotated[Code | None, Query()] = None,
    location: LocationFilter = None,
    category: Annotated[Name | None, Query()] = None,
    segment: SegmentFilter = None,
    out_of_stock: Annotated[bool | None, Query(description="Only what is out of stock now (or not)")] = None,
    q: Search = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[AttentionOut]:
    """What needs somebody: what is out of stock first, then what probably will be, then the most money.

    What is out of stock and lacks neither a unit nor a unit of money stands after all that costs something.
    """
    after = pagination.decode(cursor, int, float, UUID)
    filters = {
        "status": status, "kinds": kind, "assignee": assignee, "supplier": supplier, "location": location,
        "category": category, "segment": segment, "out_of_stock": out_of_stock, "pattern": like(q),
    }  # fmt: skip
    with database.snapshot() as connection:
        found = attention.page(
            connection, filters, (after[0], after[1], after[2]) if after else None, limit + 1, _today(config)
        )  # fmt: skip
    kept, following = pagination.page(found, limit, lambda row: [row["rank"], row["money"], row["id"]])
    return Page(items=[AttentionOut(**row) for row in kept], next_cursor=following)


@router.get("/news")
def get_attention_news(
    database: Db, config: Config, _: Viewer,
    since: Annotated[Instant | None, Query(description="When the caller looked last")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> NewsOut:  # fmt: skip
    """What has come up since somebody looked."""
    with database.snapshot() as connection:
        new, newest = attention.news(connection, since, limit, _today(config))
    return NewsOut(new=new, items=[NewsItem(**row) for row in newest])


@router.get("/{entry_id}")
def get_attention(database: Db, config: Config, entry_id: UUID, _: Viewer) -> AttentionOut:
    """One entry."""
    with database.snapshot() as connection:
        found = attention.get(connection, entry_id, _today(config))
    if found is None:
        raise not_found(f"The entry {entry_id}")
    return AttentionOut(**found)


@router.post("/{entry_id}/acknowledge")
def acknowledge_attention(database: Db, config: Config, entry_id: UUID, given: NoteIn, caller: Person) -> AttentionOut:
    """Somebody has seen it and is at it."""
    return AttentionOut(**use.acknowledge(database, entry_id, given.note, caller.actor, _today(config)))


@router.post("/{entry_id}/assign")
def assign_attention(database: Db, config: Config, entry_id: UUID, given: AssignIn, caller: Person) -> AttentionOut:
    """Give it to somebody."""
    return AttentionOut(**use.assign(database, entry_id, given.assignee, caller.actor, _today(config)))


@router.post("/{entry_id}/snooze")
def snooze_attention(database: Db, config: Config, entry_id: UUID, given: SnoozeIn, caller: Person) -> AttentionOut:
    """Not now: it comes back on that day, if it is still so."""
    return AttentionOut(**use.snooze(database, entry_id, given.until, caller.actor, _today(config)))


@router.post("/{entry_id}/resolve")
def resolve_attention(database: Db, config: Config, entry_id: UUID, given: NoteIn, caller: Person) -> AttentionOut:
    """Done with: it comes back only with later evidence."""
    return AttentionOut(**use.resolve(database, entry_id, given.note, caller.actor, _today(config)))


@router.post("/{entry_id}/reopen")
def reopen_attention(database: Db, config: Config, entry_id: UUID, caller: Person) -> AttentionOut:
    """Take a snooze or a settlement back."""
    return AttentionOut(**use.reopen(database, entry_id, caller.actor, _today(config)))
