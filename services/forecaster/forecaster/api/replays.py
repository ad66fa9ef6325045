"""Rebuild the history from the log."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from chassis import pagination
from chassis.failures import invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, Operator, Viewer
from contracts.types import Instant, Sku
from fastapi import APIRouter
from pydantic import BaseModel, Field

from forecaster.api.parameters import Config
from forecaster.application.replay import requests
from forecaster.domain.scope import scope_of
from forecaster.storage import replays

router = APIRouter(tags=["replay"])


class ReplayIn(BaseModel):
    """What to rebuild. `from` and `to` are business days of `sold_at`, both included, widened to whole weeks.

    `recorded_from`: the weeks touched by what was recorded since. Without any of them: everything. `trust_log`: also
    from a log with fewer entries than the history has counted, which is refused otherwise; it has fewer after records
    that the ledger never wrote were counted.
    """

    sold_from: Day | None = Field(default=None, alias="from")
    sold_to: Day | None = Field(default=None, alias="to")
    recorded_from: Instant | None = None
    skus: Annotated[list[Sku], Field(max_length=10_000)] | None = None
    retrain: bool = False
    trust_log: bool = False


class ReplayOut(BaseModel):
    """A replay, how far it is (`rate`: records a second while it reads), and what it compared and changed."""

    id: UUID
    version: int
    scope: dict[str, Any]
    retrain: bool
    requested_by: str
    requested_at: datetime
    status: str
    stage: str | None
    done: int
    total: int
    rate: float | None
    seconds_left: float | None
    message: str | None
    started_at: datetime | None
    finished_at: datetime | None
    result: dict[str, Any] | None


@router.post("/replays", status_code=202)
def start_replay(db: Db, config: Config, caller: Operator, body: ReplayIn | None = None) -> ReplayOut:
    """Rebuild the history, or a part of it, from `sale-recorded`; the live projection goes on meanwhile."""
    asked = body or ReplayIn()
    if asked.sold_from and asked.sold_to and asked.sold_from > asked.sold_to:
        raise invalid("to", f"{asked.sold_to} lies before {asked.sold_from}", "empty_range")
    if asked.recorded_from is not None and not 1970 <= asked.recorded_from.year <= 2200:
        raise invalid("recorded_from", "must be between 1970 and 2200", "out_of_range")
    scope = scope_of(config.first_weekday, asked.sold_from, asked.sold_to, asked.recorded_from, asked.skus)
    return ReplayOut(**requests.request_replay(db, scope, asked.retrain, caller.actor, trust_log=asked.trust_log))


@router.get("/replays")
def list_replays(db: Db, _: Viewer, limit: Limit = 50, cursor: Cursor = None) -> Page[ReplayOut]:
    """Replays, newest first."""
    before = pagination.decode(cursor, int)
    with db.snapshot() as connection:
        found = replays.newest_first(connection, before[0] if before else None, limit + 1)
    items, following = pagination.page([ReplayOut(**row) for row in found], limit, lambda item: [item.version])
    return Page(items=items, next_cursor=following)


@router.get("/replays/{replay_id}")
def get_replay(db: Db, _: Viewer, replay_id: UUID) -> ReplayOut:
    """One replay."""
    with db.snapshot() as connection:
        found = replays.get(connection, replay_id)
    if found is None:
        raise not_found(f"Replay {replay_id}")
    return ReplayOut(**found)


@router.post("/replays/{replay_id}/cancel", status_code=202)
def cancel_replay(db: Db, caller: Operator, replay_id: UUID) -> ReplayOut:
    """Stop a replay. The history stays as it is."""
    return ReplayOut(**requests.cancel_replay(db, replay_id, caller.actor))
