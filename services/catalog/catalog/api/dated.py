"""What promotions and calendar events share: rows with an id and a span of days, listed by their first day."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from chassis import pagination
from chassis.database import Database
from chassis.parameters import Day, Search, like
from fastapi import Depends, Query
from pydantic import BaseModel

from catalog.api.parameters import read_revision
from catalog.application import places as use
from catalog.storage import places


@dataclass(frozen=True)
class DaysAsked:
    """Which are asked for; what is left out asks nothing."""

    since: Annotated[Day | None, Query(alias="from", description="Only what has not ended before this day")] = None
    until: Annotated[Day | None, Query(alias="to", description="Only what begins by this day")] = None
    q: Search = None

    def given(self) -> dict[str, Any]:
        """As storage takes them."""
        return {"since": self.since, "until": self.until, "pattern": like(self.q)}


Asked = Annotated[DaysAsked, Depends()]


def listed(
    database: Database, table: str, asked: DaysAsked, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the rows, and the cursor of the next."""
    after = pagination.decode(cursor, date.fromisoformat, UUID)
    with database.snapshot() as connection:
        found = places.page(connection, table, after, limit + 1, **asked.given())
    return pagination.page(found, limit, lambda row: [row["starts"], row["id"]])


def created(database: Database, table: str, given: BaseModel, actor: str) -> dict[str, Any]:
    """A new row."""
    return use.create_place(database, table, given.model_dump() | {"id": uuid4()}, actor)


def changed(
    database: Database, table: str, id_: UUID, given: BaseModel, header: str | None, actor: str
) -> dict[str, Any]:
    """The row with its whole new content."""
    content = given.model_dump()
    revision = read_revision(content.pop("revision"), header)
    return use.change_place(database, table, id_, content, revision, actor)


def removed(database: Database, table: str, id_: UUID, header: str | None, actor: str) -> None:
    """The row is gone, and consumers are told."""
    use.remove_place(database, table, id_, read_revision(None, header), actor)
