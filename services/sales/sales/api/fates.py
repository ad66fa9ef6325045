"""A producer asks what became of its events."""

from typing import Annotated

from chassis.parameters import Db
from chassis.security import Principal, Role, require
from contracts.types import EventId, Name
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sales.application import fates
from sales.application.bound_keys import only_own
from sales.application.fates import FateOut
from sales.domain.sources import REST

router = APIRouter(tags=["sales"])
Producer = Annotated[Principal, Depends(require(Role.VIEWER, "sales:write"))]


class FatesIn(BaseModel):
    """Ids of events as their producer gave them, and its source: a key's own where it is bound to one."""

    event_ids: list[EventId] = Field(min_length=1, max_length=1000)
    source: Name | None = None


class FatesOut(BaseModel):
    """What became of each event, in the order of asking."""

    items: list[FateOut]


@router.post("/sales/fates")
def find_fates(database: Db, given: FatesIn, caller: Producer) -> FatesOut:
    """What became of these events: accepted, waiting, rejected, a dead letter, or nothing yet.

    The same is told as it happens: accepted on `sale-recorded`, rejected on `sale-rejected`, and waiting, duplicates
    and dead letters on `sale-fate`.
    """
    source = given.source or caller.source or REST
    only_own(caller.source, source)
    with database.snapshot() as connection:
        return FatesOut(items=fates.fates_of(connection, source, list(dict.fromkeys(given.event_ids))))
